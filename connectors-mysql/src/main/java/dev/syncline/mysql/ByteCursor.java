package dev.syncline.mysql;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A place in an array of bytes, with reads of numbers and texts of the MySQL protocol that move it.
 * Not thread-safe; the array must not change meanwhile.
 *
 * <p>Every method that reads throws {@link MalformedValueException} when the bytes end too early.
 */
final class ByteCursor {
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private final int limit;
  private int position;

  /** Reads a whole array. */
  ByteCursor(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  /** Reads from an index up to another, which is not read itself. */
  ByteCursor(byte[] bytes, int from, int to) {
    if (from < 0 || to < from || to > bytes.length) {
      throw new MalformedValueException(
          "a range from %d to %d does not fit into %d bytes".formatted(from, to, bytes.length));
    }
    this.bytes = bytes;
    this.position = from;
    this.limit = to;
  }

  /** The array below; read with {@link #take}. */
  byte[] array() {
    return bytes;
  }

  /** How many bytes are left. */
  int remaining() {
    return limit - position;
  }

  /** The index in the array of the next byte. */
  int position() {
    return position;
  }

  /** Moves behind the next bytes and says where they begin in {@link #array()}. */
  int take(long count) {
    if (count < 0 || count > limit - position) {
      throw new MalformedValueException(
          "%d more bytes were expected, but there are %d".formatted(count, limit - position));
    }
    int start = position;
    position += (int) count;
    return start;
  }

  void skip(int count) {
    take(count);
  }

  int unsignedByte() {
    return bytes[take(1)] & 0xFF;
  }

  int signedByte() {
    return bytes[take(1)];
  }

  int unsignedShort() {
    return signedShort() & 0xFFFF;
  }

  int signedShort() {
    return (short) SHORTS.get(bytes, take(Short.BYTES));
  }

  long unsignedInt() {
    return signedInt() & 0xFFFF_FFFFL;
  }

  int signedInt() {
    return (int) INTS.get(bytes, take(Integer.BYTES));
  }

  /** A number of eight bytes, as signed. */
  long signedLong() {
    return (long) LONGS.get(bytes, take(Long.BYTES));
  }

  /** A number of up to eight bytes, unsigned unless it has eight. */
  long unsigned(int length) {
    int start = take(length);
    long value = 0;
    for (int i = length - 1; i >= 0; i--) {
      value = (value << Byte.SIZE) | (bytes[start + i] & 0xFF);
    }
    return value;
  }

  /** A number of up to eight bytes in two's complement. */
  long signed(int length) {
    int unused = Long.SIZE - length * Byte.SIZE;
    return unsigned(length) << unused >> unused;
  }

  /** A number of up to eight bytes, most significant first, unsigned unless it has eight. */
  long bigEndian(int length) {
    int start = take(length);
    long value = 0;
    for (int i = start; i < start + length; i++) {
      value = (value << Byte.SIZE) | (bytes[i] & 0xFF);
    }
    return value;
  }

  /** A number, never negative, whose first byte says how long it is. */
  long packed() {
    int first = unsignedByte();
    long value =
        switch (first) {
          case 0xFC -> unsigned(2);
          case 0xFD -> unsigned(3);
          case 0xFE -> unsigned(8);
          case 0xFB, 0xFF -> -1;
          default -> first;
        };
    if (value < 0) {
      throw new MalformedValueException("a packed number is none");
    }
    return value;
  }

  byte[] bytes(long length) {
    int start = take(length);
    return Arrays.copyOfRange(bytes, start, start + (int) length);
  }

  String text(int length, Charset charset) {
    return new String(bytes, take(length), length, charset);
  }

  String utf8(int length) {
    return text(length, StandardCharsets.UTF_8);
  }
}
