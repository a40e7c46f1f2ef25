package dev.syncline.redis;

import dev.syncline.SyncException;
import dev.syncline.TransientException;
import dev.syncline.UnsupportedChangeException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an RDB file or of a DUMP payload, and the numbers and strings that they spell. What
 * has been read since a mark can be read again.
 */
final class RdbInput {

  /** There is more to keep since the mark than was allowed. Carries no stack: it is no failure. */
  static final class TooLargeException extends RuntimeException {

    private static final long serialVersionUID = 1;

    TooLargeException() {
      super(null, null, false, false);
    }
  }

  private static final VarHandle LITTLE_LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle BIG_LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle BIG_INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private static final int BUFFER = 1 << 16;

  /** A buffer that is larger becomes as small as that again. */
  private static final int LARGE = 4 * BUFFER;

  private static final int STEP = 1 << 20;
  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 64;

  private static final int ENCODED_INT_8 = 0;
  private static final int ENCODED_INT_16 = 1;
  private static final int ENCODED_INT_32 = 2;
  private static final int ENCODED_LZF = 3;

  private final @Nullable InputStream in;
  private byte[] buffer;
  private int at;
  private int end;

  /** How many bytes have left the buffer, and their checksum. */
  private long left;

  private long checksum;

  private int mark = -1;
  private long markLimit;

  /** Whether the last length was none, but a way of packing. */
  private boolean encoded;

  /** The bytes of a stream, which holds the file and nothing behind it. */
  RdbInput(InputStream in) {
    this.in = in;
    buffer = new byte[BUFFER];
  }

  /** The bytes of a part of an array, and no more. */
  RdbInput(byte[] bytes, int from, int to) {
    in = null;
    buffer = bytes;
    at = from;
    end = to;
  }

  /** How many bytes have been taken. */
  long position() {
    return left + at;
  }

  /** Whether all bytes have been taken, as far as they have come. */
  boolean isEmpty() {
    return at == end;
  }

  /** The checksum of all bytes that have been taken. */
  long checksum() {
    return Crc64.update(checksum, buffer, 0, at);
  }

  /** Keeps what is taken from now on, as long as it is not more than a limit. */
  void mark(long limit) {
    mark = at;
    markLimit = limit;
  }

  /** Goes back to the mark, and keeps nothing any more. */
  void rewind() {
    at = mark;
    mark = -1;
  }

  /**
   * What has been taken since the mark, which is dropped.
   *
   * @param before how many bytes are left free in front of it
   * @param behind and behind it
   */
  byte[] sinceMark(int before, int behind) {
    int length = at - mark;
    if (length > markLimit) {
      throw new TooLargeException();
    }
    byte[] bytes = new byte[before + length + behind];
    System.arraycopy(buffer, mark, bytes, before, length);
    mark = -1;
    return bytes;
  }

  private void fill(int need) {
    if (in == null) {
      throw malformed("it ends too early");
    }
    if (mark >= 0 && (long) at - mark + need > markLimit) {
      throw new TooLargeException();
    }
    if (buffer.length - at < need + BUFFER) {
      makeRoom(need + BUFFER);
    }
    while (end - at < need) {
      end += read(buffer, end, buffer.length - end);
    }
  }

  private int read(byte[] into, int from, int most) {
    try {
      int count = in == null ? -1 : in.read(into, from, most);
      if (count > 0) {
        return count;
      }
    } catch (IOException e) {
      throw new TransientException(
          "Cannot read the source's data behind byte %d: %s".formatted(left + end, e.getMessage()),
          e);
    }
    throw new TransientException(
        "The source's data (RDB) ends behind byte %d, before its end mark: the source has stopped"
                .formatted(left + end)
            + " sending it. It is copied again.");
  }

  private void makeRoom(int need) {
    int keep = mark >= 0 ? mark : at;
    drop(keep);
    if (buffer.length - at < need) {
      long wanted = Math.max(2L * buffer.length, (long) at + need);
      if ((long) at + need > LONGEST_ARRAY) {
        throw new TooLargeException();
      }
      buffer = Arrays.copyOf(buffer, (int) Math.min(LONGEST_ARRAY, wanted));
    } else if (mark < 0 && buffer.length > LARGE && end <= LARGE && need <= LARGE) {
      buffer = Arrays.copyOf(buffer, LARGE);
    }
  }

  /** Lets the first bytes leave the buffer. */
  private void drop(int count) {
    checksum = Crc64.update(checksum, buffer, 0, count);
    System.arraycopy(buffer, count, buffer, 0, end - count);
    left += count;
    at -= count;
    end -= count;
    if (mark >= 0) {
      mark -= count;
    }
  }

  int unsignedByte() {
    if (at == end) {
      fill(1);
    }
    return buffer[at++] & 0xff;
  }

  /** The next byte, which is not taken. */
  int peek() {
    need(1);
    return buffer[at] & 0xff;
  }

  /** Eight bytes, the lowest first. */
  long littleLong() {
    need(8);
    long value = (long) LITTLE_LONG.get(buffer, at);
    at += 8;
    return value;
  }

  /** Four bytes, the lowest first. */
  int littleInt() {
    need(4);
    int value = Integer.reverseBytes((int) BIG_INT.get(buffer, at));
    at += 4;
    return value;
  }

  /** Eight bytes, the highest first. */
  long bigLong() {
    need(8);
    long value = (long) BIG_LONG.get(buffer, at);
    at += 8;
    return value;
  }

  private void need(int count) {
    // A damaged length must not reserve more than there really is.
    while (end - at < count) {
      fill(Math.min(count, Math.max(STEP, 2 * (end - at))));
    }
  }

  /** A length of the format, without a sign. If it is none, {@link #encoded} says so. */
  private long lengthOrEncoding() {
    int first = unsignedByte();
    encoded = false;
    switch (first >>> 6) {
      case 0 -> {
        return first;
      }
      case 1 -> {
        return (first & 0x3fL) << 8 | unsignedByte();
      }
      case 3 -> {
        encoded = true;
        return first & 0x3f;
      }
      default -> {
        return longLength(first);
      }
    }
  }

  private long longLength(int first) {
    if (first == 0x80) {
      need(4);
      long value = (int) BIG_INT.get(buffer, at) & 0xffff_ffffL;
      at += 4;
      return value;
    }
    if (first == 0x81) {
      return bigLong();
    }
    throw malformed("a length begins with the unknown byte " + first);
  }

  /** A number in the format of lengths, 64 bits without a sign. */
  long length() {
    long value = lengthOrEncoding();
    if (encoded) {
      throw malformed("there is a packed string where a length is expected");
    }
    return value;
  }

  /** How many there are of something. */
  long count() {
    long value = length();
    if (value < 0) {
      throw malformed("there are %s elements".formatted(Long.toUnsignedString(value)));
    }
    return value;
  }

  /** A number that must be small. */
  int small() {
    long value = length();
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw malformed("the number %s is too large".formatted(Long.toUnsignedString(value)));
    }
    return (int) value;
  }

  /** A string, unpacked. */
  byte[] string() {
    long length = lengthOrEncoding();
    if (!encoded) {
      return bytes(size(length));
    }
    if (length == ENCODED_LZF) {
      int packed = size(length());
      return unpacked(packed, size(length()));
    }
    return integer((int) length);
  }

  private byte[] unpacked(int packed, int plain) {
    if (plain > (long) packed * Lzf.LONGEST) {
      throw malformed("%d bytes cannot be %d when unpacked".formatted(packed, plain));
    }
    need(packed);
    byte[] value = Lzf.unpack(buffer, at, at + packed, plain);
    at += packed;
    return value;
  }

  /**
   * A string as a whole, or if that is longer than a limit, what it is to be taken from piece by
   * piece.
   */
  Object stringOrPieces(int limit) {
    long length = lengthOrEncoding();
    if (!encoded) {
      return Long.compareUnsigned(length, limit) <= 0
          ? bytes((int) length)
          : RdbLongString.plain(this, length);
    }
    if (length != ENCODED_LZF) {
      return integer((int) length);
    }
    long packed = count();
    long plain = count();
    return packed <= limit && plain <= limit
        ? unpacked((int) packed, (int) plain)
        : RdbLongString.packed(this, packed, plain);
  }

  private byte[] integer(int encoding) {
    int value =
        switch (encoding) {
          case ENCODED_INT_8 -> (byte) unsignedByte();
          case ENCODED_INT_16 -> unsignedByte() | (byte) unsignedByte() << 8;
          case ENCODED_INT_32 -> littleInt();
          default -> throw malformed("a string is packed in the unknown way " + encoding);
        };
    return Integer.toString(value).getBytes(StandardCharsets.US_ASCII);
  }

  private int size(long length) {
    if (length < 0 || length > LONGEST_ARRAY - BUFFER) {
      throw new UnsupportedChangeException(
          "The source's data (RDB) holds an element of %s bytes at byte %d; elements up to %d bytes"
                  .formatted(Long.toUnsignedString(length), position(), LONGEST_ARRAY - BUFFER)
              + " can be copied. Remove that element at the source.");
    }
    return (int) length;
  }

  /** So many bytes. */
  byte[] bytes(int count) {
    if (count <= end - at) {
      byte[] bytes = Arrays.copyOfRange(buffer, at, at + count);
      at += count;
      return bytes;
    }
    if (mark >= 0 || count <= BUFFER) {
      need(count);
      return bytes(count);
    }
    byte[] bytes = new byte[Math.min(count, STEP)];
    int have = 0;
    while (have < count) {
      if (have == bytes.length) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(count, 2L * have));
      }
      have += take(bytes, have, bytes.length - have);
    }
    return bytes;
  }

  /** Takes some bytes, as many as come at once. */
  int take(byte[] into, int from, int most) {
    need(Math.min(most, 1));
    int count = Math.min(most, end - at);
    System.arraycopy(buffer, at, into, from, count);
    at += count;
    if (count < most && count < BUFFER / 2 && mark < 0 && in != null) {
      drop(at);
      int more = read(into, from + count, most - count);
      checksum = Crc64.update(checksum, into, from + count, from + count + more);
      left += more;
      count += more;
    }
    return count;
  }

  /** Passes over bytes. */
  void skip(long count) {
    long missing = count;
    while (missing > end - at) {
      if (mark >= 0 && missing + at - mark > markLimit) {
        throw new TooLargeException();
      }
      missing -= end - at;
      at = end;
      fill((int) Math.min(missing, BUFFER / 2));
    }
    at += (int) missing;
  }

  /** Passes over a string. */
  void skipString() {
    long length = lengthOrEncoding();
    if (!encoded) {
      skip(size(length));
    } else if (length == ENCODED_LZF) {
      int packed = size(length());
      length();
      skip(packed);
    } else if (length <= ENCODED_INT_32) {
      skip(1L << length);
    } else {
      throw malformed("a string is packed in the unknown way " + length);
    }
  }

  /** Passes over strings. */
  void skipStrings(long count) {
    for (long i = 0; i < count; i++) {
      skipString();
    }
  }

  /** A failure of what stands in the file. */
  SyncException malformed(String what) {
    return new SyncException(
        "The source's data (RDB) cannot be understood near byte %d: %s. It is damaged, or of a form"
                .formatted(position(), what)
            + " that is not known. Check it with redis-check-rdb at the source.");
  }
}
