package dev.syncline.mysql;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * MySQL's binary DECIMAL of one precision and scale: groups of nine digits in four bytes each, with
 * shorter groups at both ends, most significant first, inverted when negative. Immutable.
 */
final class DecimalImage {

  private static final int GROUP_DIGITS = 9;
  private static final int GROUP_BYTES = 4;
  private static final int MAX_PRECISION = 65;
  private static final int LONG_DIGITS = 18;
  private static final int SIGN = 0x80;
  private static final int[] BYTES_OF_DIGITS = {0, 1, 1, 2, 2, 3, 3, 4, 4, 4};
  private static final int[] POWERS_OF_TEN = {
    1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000
  };

  private final int precision;
  private final int scale;
  private final int length;

  /**
   * The layout of a DECIMAL.
   *
   * @throws MalformedValueException if there is no such DECIMAL
   */
  DecimalImage(int precision, int scale) {
    if (precision < 1 || precision > MAX_PRECISION || scale < 0 || scale > precision) {
      throw new MalformedValueException(
          "there is no DECIMAL with precision " + precision + " and scale " + scale);
    }
    this.precision = precision;
    this.scale = scale;
    this.length = bytesOf(precision - scale) + bytesOf(scale);
  }

  private static int bytesOf(int digits) {
    return digits / GROUP_DIGITS * GROUP_BYTES + BYTES_OF_DIGITS[digits % GROUP_DIGITS];
  }

  /** Reads a value, which has this layout's scale. */
  BigDecimal read(ByteCursor in) {
    int start = in.take(length);
    byte[] bytes = in.array();
    boolean negative = (bytes[start] & SIGN) == 0;
    Digits digits = new Digits(bytes, start, negative ? 0xFF : 0);
    int whole = precision - scale;
    digits.group(whole % GROUP_DIGITS);
    for (int i = whole / GROUP_DIGITS; i > 0; i--) {
      digits.group(GROUP_DIGITS);
    }
    for (int i = scale / GROUP_DIGITS; i > 0; i--) {
      digits.group(GROUP_DIGITS);
    }
    digits.group(scale % GROUP_DIGITS);
    return digits.value(negative, scale);
  }

  /** Collects groups of digits; a long is enough for most columns. */
  private static final class Digits {

    private final byte[] bytes;
    private final int inversion;
    private final int first;
    private int at;
    private int count;
    private long low;
    private BigInteger high = BigInteger.ZERO;

    Digits(byte[] bytes, int start, int inversion) {
      this.bytes = bytes;
      this.first = start;
      this.at = start;
      this.inversion = inversion;
    }

    void group(int digits) {
      int group = 0;
      for (int end = at + BYTES_OF_DIGITS[digits]; at < end; at++) {
        int stored = at == first ? bytes[at] ^ SIGN : bytes[at];
        group = group << Byte.SIZE | ((stored ^ inversion) & 0xFF);
      }
      if (group < 0 || group >= POWERS_OF_TEN[digits]) {
        throw new MalformedValueException("a group of decimal digits is out of range");
      }
      if (count + digits > LONG_DIGITS) {
        high = high.multiply(BigInteger.TEN.pow(count)).add(BigInteger.valueOf(low));
        low = 0;
        count = 0;
      }
      low = low * POWERS_OF_TEN[digits] + group;
      count += digits;
    }

    BigDecimal value(boolean negative, int scale) {
      if (high.signum() == 0) {
        return BigDecimal.valueOf(negative ? -low : low, scale);
      }
      BigInteger all = high.multiply(BigInteger.TEN.pow(count)).add(BigInteger.valueOf(low));
      return new BigDecimal(negative ? all.negate() : all, scale);
    }
  }
}
