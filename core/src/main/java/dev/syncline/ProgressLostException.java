package dev.syncline;

import org.jspecify.annotations.Nullable;

/**
 * What the job recorded at the target is missing, belongs to another job, or contradicts the
 * checkpoint. The job stops, because going on could lose or double rows.
 */
public final class ProgressLostException extends SyncException {

  private static final long serialVersionUID = 1;

  /** A failure that began here. */
  public ProgressLostException(String message) {
    super(message);
  }

  /** A failure with its cause. */
  public ProgressLostException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
