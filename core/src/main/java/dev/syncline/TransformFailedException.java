package dev.syncline;

import dev.syncline.change.Change;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A transform that could not do its work on a change. The job stops in front of the transaction
 * that holds it, unless it has {@link SyncJobBuilder#deadLetters}.
 */
public final class TransformFailedException extends SyncException {

  private static final long serialVersionUID = 1;

  private final transient @Nullable Change change;

  /**
   * A failure.
   *
   * @param change the change as it came to the first transform
   * @param message where it was, without row values
   */
  public TransformFailedException(Change change, String message, Throwable cause) {
    super(message, cause);
    this.change = Objects.requireNonNull(change, "change");
  }

  /**
   * The change as it came to the first transform, with its values, which are in no message; empty
   * after the exception was serialized.
   */
  public Optional<Change> change() {
    return Optional.ofNullable(change);
  }
}
