package dev.syncline.redis;

import dev.syncline.SyncException;

/** A connection that one of its sides does not want, so that trying again is of no use. */
final class ConnectionRefusedException extends SyncException {

  private static final long serialVersionUID = 1;

  private final Reason reason;

  /** Why it is refused. */
  enum Reason {
    /** The server does not let the user in. */
    LOGIN,
    /** A certificate is not trusted, or there is none where one is asked for. */
    CERTIFICATE
  }

  ConnectionRefusedException(Reason reason, String message, Exception cause) {
    super(message, cause);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }
}
