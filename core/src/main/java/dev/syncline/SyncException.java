package dev.syncline;

import org.jspecify.annotations.Nullable;

/**
 * Something that went wrong in a job. The type says what the engine does about it: it tries again
 * after a {@link TransientException} and stops at every other one.
 *
 * <p>Messages say what failed, on which object, what was found and what to do; they never hold
 * passwords or row values.
 */
public class SyncException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** A failure that began here. */
  public SyncException(String message) {
    super(message);
  }

  /** A failure with its cause. */
  public SyncException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
