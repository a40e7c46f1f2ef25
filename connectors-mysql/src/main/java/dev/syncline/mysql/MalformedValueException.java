package dev.syncline.mysql;

/**
 * Bytes that are no value of their type. Never leaves the connector: whoever knows table and column
 * turns it into an exception of Syncline that names them.
 */
final class MalformedValueException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  /**
   * Something is wrong with the bytes.
   *
   * @param message what is wrong, without the value
   */
  MalformedValueException(String message) {
    super(message);
  }
}
