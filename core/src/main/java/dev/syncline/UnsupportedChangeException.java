package dev.syncline;

import org.jspecify.annotations.Nullable;

/**
 * The source's log holds something for a selected table that the job does not understand or must
 * not guess. The job stops in front of it; the message names it and its position.
 */
public final class UnsupportedChangeException extends SyncException {

  private static final long serialVersionUID = 1;

  /** A failure that began here. */
  public UnsupportedChangeException(String message) {
    super(message);
  }

  /** A failure with its cause. */
  public UnsupportedChangeException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
