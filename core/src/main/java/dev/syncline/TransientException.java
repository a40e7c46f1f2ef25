package dev.syncline;

import org.jspecify.annotations.Nullable;

/**
 * A failure that may pass: a lost connection, a time-out, a lock that was held too long. The engine
 * closes reader and writer, waits and opens new ones at the last checkpoint.
 */
public final class TransientException extends SyncException {

  private static final long serialVersionUID = 1;

  /** A failure that began here. */
  public TransientException(String message) {
    super(message);
  }

  /** A failure with its cause. */
  public TransientException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
