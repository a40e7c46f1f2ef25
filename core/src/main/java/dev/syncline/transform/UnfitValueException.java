package dev.syncline.transform;

/** A value that cannot be transformed. Its message says why, and never what the value is. */
final class UnfitValueException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /**
   * A reason.
   *
   * @param reason completes the words "Cannot convert column 'a' of table 'b': "
   */
  UnfitValueException(String reason) {
    super(reason);
  }
}
