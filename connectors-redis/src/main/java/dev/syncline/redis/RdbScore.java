package dev.syncline.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** Scores of sorted sets, as text that gives exactly the same number again. */
final class RdbScore {

  private static final int NOT_A_NUMBER = 253;
  private static final int INFINITE = 254;
  private static final int NEGATIVE_INFINITE = 255;

  /** Up to where all whole numbers are exact. */
  private static final long EXACT = 1L << 53;

  private RdbScore() {}

  /** A score that is stored as eight bytes. */
  static byte[] binary(RdbInput in) {
    double score = Double.longBitsToDouble(in.littleLong());
    if (Double.isNaN(score)) {
      throw notANumber(in);
    }
    if (Double.isInfinite(score)) {
      return (score > 0 ? "inf" : "-inf").getBytes(US_ASCII);
    }
    long whole = (long) score;
    boolean isWhole = Double.compare((double) whole, score) == 0 && Math.abs(whole) < EXACT;
    return (isWhole ? Long.toString(whole) : Double.toString(score)).getBytes(US_ASCII);
  }

  /** A score that is stored as text behind its length. */
  static byte[] text(RdbInput in) {
    int length = in.unsignedByte();
    return switch (length) {
      case INFINITE -> "inf".getBytes(US_ASCII);
      case NEGATIVE_INFINITE -> "-inf".getBytes(US_ASCII);
      case NOT_A_NUMBER -> throw notANumber(in);
      default -> checked(in, in.bytes(length));
    };
  }

  /** Passes over a score that is stored as text behind its length. */
  static void skipText(RdbInput in) {
    int length = in.unsignedByte();
    if (length < NOT_A_NUMBER) {
      in.skip(length);
    }
  }

  /** A score that is stored as an element of a packed collection. */
  static byte[] checked(RdbInput in, byte[] score) {
    String text = new String(score, US_ASCII);
    if (text.isEmpty() || text.contains("nan") || text.indexOf('\0') >= 0) {
      throw notANumber(in);
    }
    return score;
  }

  private static RuntimeException notANumber(RdbInput in) {
    return in.malformed("a score is not a number");
  }
}
