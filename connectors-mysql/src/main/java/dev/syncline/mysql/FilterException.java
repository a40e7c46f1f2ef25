package dev.syncline.mysql;

/** Says why a condition cannot be taken: it is no condition, or is not evaluated exactly. */
final class FilterException extends RuntimeException {
  private static final long serialVersionUID = 1;

  FilterException(String message) {
    super(message);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
