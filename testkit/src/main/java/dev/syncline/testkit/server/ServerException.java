package dev.syncline.testkit.server;

/** A server for tests could not be fetched, started, reached or stopped; the message says why. */
public final class ServerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ServerException(String message) {
    super(message);
  }

  ServerException(String message, Throwable cause) {
    super(message, cause);
  }
}
