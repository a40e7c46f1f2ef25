package dev.syncline.mysql;

/**
 * Bytes that are no value of their type. Never leaves the connector: whoever knows table and column
 * turns it into an exception of Syncline that names them.
 */
final class MalformedValueException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /**
   * A failure without stack trace of its own.
   *
   * @param message what is wrong, without the value
   */
  MalformedValueException(String message) {
    super(message, null, false, false);
  }
}
