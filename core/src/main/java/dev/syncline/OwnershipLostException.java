package dev.syncline;

import org.jspecify.annotations.Nullable;

/**
 * Another instance of the job has taken over: the checkpoint or the target carries a higher epoch
 * than this instance. The instance stops and must not be started again while the other one runs.
 */
public final class OwnershipLostException extends SyncException {

  private static final long serialVersionUID = 1;

  /** A failure that began here. */
  public OwnershipLostException(String message) {
    super(message);
  }

  /** A failure with its cause. */
  public OwnershipLostException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
