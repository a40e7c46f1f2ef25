package dev.syncline.redis;

/**
 * How large the parts are in which values are handed on.
 *
 * @param wholeBytes up to which size a value comes as a whole; a larger one comes in pieces
 * @param pieceBytes about how large a piece is; a single element may be larger
 * @param pieceElements how many elements a piece has at most
 */
record RdbLimits(int wholeBytes, int pieceBytes, int pieceElements) {

  static final RdbLimits DEFAULTS = new RdbLimits(4 << 20, 256 << 10, 1000);

  /** A module's value cannot come in pieces, so it may be larger than others by this factor. */
  private static final int MODULE_FACTOR = 16;

  RdbLimits {
    if (wholeBytes < 1 || pieceBytes < 1 || pieceElements < 1) {
      throw new IllegalArgumentException(
          "Sizes begin at 1; got %d, %d and %d.".formatted(wholeBytes, pieceBytes, pieceElements));
    }
  }

  /** Up to which size a module's value is taken. */
  long moduleBytes() {
    return (long) wholeBytes * MODULE_FACTOR;
  }
}
