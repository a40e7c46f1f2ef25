package dev.syncline.mysql;

import java.math.BigInteger;

/** The normal form of whole numbers: {@link Long}, and {@link BigInteger} from 2^63 up. */
final class IntegerValue {

  private static final int LONG_DIGITS = 18;

  private IntegerValue() {}

  /** The number whose 64 bits, read as unsigned, these are. */
  static Object unsigned(long bits) {
    return bits >= 0 ? (Object) bits : new BigInteger(Long.toUnsignedString(bits));
  }

  /**
   * The number behind a server's text.
   *
   * @throws MalformedValueException if it is none
   */
  static Object parse(String text) {
    try {
      if (text.length() <= LONG_DIGITS) {
        return Long.valueOf(text);
      }
      BigInteger number = new BigInteger(text);
      return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
    } catch (NumberFormatException e) {
      // Not the cause of the new one: its message holds the value.
      throw new MalformedValueException("the text is no whole number");
    }
  }
}
