package dev.syncline.mysql;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the little-endian numbers and texts of the MySQL protocol out of an array. Not thread-safe.
 *
 * <p>Every method that reads throws {@link IllegalArgumentException} when the bytes end too early.
 */
final class ByteCursor {
  private final byte[] bytes;
  private final int limit;
  private int position;

  /** Reads from an index up to another, which is not read itself. */
  ByteCursor(byte[] bytes, int from, int to) {
    if (from < 0 || to < from || to > bytes.length) {
      throw new IllegalArgumentException(
          "A range from %d to %d does not fit into %d bytes.".formatted(from, to, bytes.length));
    }
    this.bytes = bytes;
    this.position = from;
    this.limit = to;
  }

  /** How many bytes are left. */
  int remaining() {
    return limit - position;
  }

  /** The index in the array of the next byte. */
  int position() {
    return position;
  }

  void skip(int count) {
    advance(count);
  }

  int unsignedByte() {
    return bytes[advance(1)] & 0xFF;
  }

  int unsignedShort() {
    return (int) unsigned(2);
  }

  long unsignedInt() {
    return unsigned(4);
  }

  /** A number of eight bytes, as signed. */
  long signedLong() {
    return unsigned(8);
  }

  /** A number of up to eight bytes, unsigned unless it has eight. */
  long unsigned(int length) {
    int start = advance(length);
    long value = 0;
    for (int i = length - 1; i >= 0; i--) {
      value = (value << Byte.SIZE) | (bytes[start + i] & 0xFF);
    }
    return value;
  }

  /** A number whose first byte says how long it is. */
  long packed() {
    int first = unsignedByte();
    return switch (first) {
      case 0xFC -> unsigned(2);
      case 0xFD -> unsigned(3);
      case 0xFE -> unsigned(8);
      case 0xFB, 0xFF ->
          throw new IllegalArgumentException("A packed number cannot begin with " + first + ".");
      default -> first;
    };
  }

  byte[] bytes(int length) {
    int start = advance(length);
    return Arrays.copyOfRange(bytes, start, start + length);
  }

  String text(int length, Charset charset) {
    return new String(bytes, advance(length), length, charset);
  }

  String utf8(int length) {
    return text(length, StandardCharsets.UTF_8);
  }

  private int advance(int count) {
    if (count < 0 || count > limit - position) {
      throw new IllegalArgumentException(
          "%d more bytes were expected, but there are %d.".formatted(count, limit - position));
    }
    int start = position;
    position += count;
    return start;
  }
}
