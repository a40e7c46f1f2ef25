package dev.syncline;

import dev.syncline.change.TableId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One change that the target refuses for good: a value out of range, a constraint, a missing
 * column, a command on a key of another type. The job stops in front of the transaction that holds
 * it, or behind it where the message says so.
 */
public final class ChangeRejectedException extends SyncException {

  private static final long serialVersionUID = 1;

  private final String object;

  /**
   * A rejected change of a row.
   *
   * @param table the table at the target that refused it
   * @param message what was refused and why, without row values
   */
  public ChangeRejectedException(TableId table, String message, @Nullable Throwable cause) {
    this(Objects.requireNonNull(table, "table").toString(), message, cause);
  }

  /**
   * A rejected change.
   *
   * @param object what at the target refused it, such as a table or the name of a key
   * @param message what was refused and why, without values
   */
  public ChangeRejectedException(String object, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.object = Objects.requireNonNull(object, "object");
  }

  /** What at the target refused the change: a table, or the name of a key. */
  public String object() {
    return object;
  }
}
