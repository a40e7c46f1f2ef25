package dev.syncline;

import org.jspecify.annotations.Nullable;

/**
 * The source no longer has the position at which a job must go on. The job stops; the operator
 * starts it anew with a snapshot, or gives the source its log back.
 */
public final class PositionLostException extends SyncException {

  private static final long serialVersionUID = 1;

  /** A failure that began here. */
  public PositionLostException(String message) {
    super(message);
  }

  /** A failure with its cause. */
  public PositionLostException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
