package dev.syncline.mysql;

/**
 * A place in the bytes of an event, with reads that move it and never leave the bytes.
 *
 * <p>Every read throws {@link MalformedValueException} where bytes are missing. Used by one thread.
 */
final class ImageCursor {

  private static final int MAX_LENGTH_BYTES = 8;

  private final byte[] bytes;
  private final int end;
  private int at;

  /** A cursor over all bytes of an array, which must not change meanwhile. */
  ImageCursor(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  /** A cursor over a part of an array. */
  ImageCursor(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    this.at = offset;
    this.end = offset + length;
  }

  /** The array below; read with {@link #take}. */
  byte[] bytes() {
    return bytes;
  }

  int remaining() {
    return end - at;
  }

  /** Moves behind the next bytes and says where they begin in {@link #bytes()}. */
  int take(long length) {
    if (length < 0 || length > end - at) {
      throw new MalformedValueException(
          length + " bytes are announced, but " + (end - at) + " are left");
    }
    int start = at;
    at += (int) length;
    return start;
  }

  byte[] takeCopy(long length) {
    int start = take(length);
    byte[] copy = new byte[(int) length];
    System.arraycopy(bytes, start, copy, 0, copy.length);
    return copy;
  }

  int unsignedByte() {
    return bytes[take(1)] & 0xFF;
  }

  /**
   * An unsigned number of up to 8 bytes, least significant first; 8 bytes may come out negative.
   */
  long littleEndian(int length) {
    int start = take(length);
    long number = 0;
    for (int i = start + length - 1; i >= start; i--) {
      number = (number << Byte.SIZE) | (bytes[i] & 0xFF);
    }
    return number;
  }

  /** A number of up to 8 bytes in two's complement, least significant first. */
  long signedLittleEndian(int length) {
    int unused = Long.SIZE - length * Byte.SIZE;
    return littleEndian(length) << unused >> unused;
  }

  /** An unsigned number of up to 8 bytes, most significant first; 8 bytes may come out negative. */
  long bigEndian(int length) {
    int start = take(length);
    long number = 0;
    for (int i = start; i < start + length; i++) {
      number = (number << Byte.SIZE) | (bytes[i] & 0xFF);
    }
    return number;
  }

  /** A number in the protocol's variable form, as it is used for lengths and counts. */
  long length() {
    int first = unsignedByte();
    long length =
        switch (first) {
          case 0xFC -> littleEndian(2);
          case 0xFD -> littleEndian(3);
          case 0xFE -> littleEndian(MAX_LENGTH_BYTES);
          case 0xFB, 0xFF -> -1;
          default -> first;
        };
    if (length < 0) {
      throw new MalformedValueException("a length is none");
    }
    return length;
  }
}
