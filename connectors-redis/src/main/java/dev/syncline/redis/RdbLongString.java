package dev.syncline.redis;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A string that is too long to be taken as a whole, packed or not. */
final class RdbLongString {

  private final RdbInput in;
  private final boolean packed;

  /** How many bytes of it are left in the input, and how many of the unpacked string are. */
  private long inside;

  private long plain;

  /** The end of what has been unpacked, which references lead into, and what is not handed on. */
  private byte[] window = {};

  private int from;
  private int to;

  private RdbLongString(RdbInput in, boolean packed, long inside, long plain) {
    if (inside < 0) {
      throw in.malformed("a string has %s bytes".formatted(Long.toUnsignedString(inside)));
    }
    this.in = in;
    this.packed = packed;
    this.inside = inside;
    this.plain = plain;
  }

  /** A string that is not packed. */
  static RdbLongString plain(RdbInput in, long length) {
    return new RdbLongString(in, false, length, length);
  }

  /** A string packed with LZF. */
  static RdbLongString packed(RdbInput in, long packed, long length) {
    return new RdbLongString(in, true, packed, length);
  }

  /** The next piece; null at the end. */
  byte @Nullable [] next(int bytes) {
    if (!packed) {
      int piece = (int) Math.min(inside, bytes);
      inside -= piece;
      return piece == 0 ? null : in.bytes(piece);
    }
    unpack(bytes);
    if (from == to) {
      Lzf.check(plain == 0);
      return null;
    }
    int piece = Math.min(to - from, bytes);
    byte[] next = Arrays.copyOfRange(window, from, from + piece);
    from += piece;
    return next;
  }

  /** Unpacks until there is enough, and keeps what later references can lead to. */
  private void unpack(int bytes) {
    int keep = Math.min(from, Lzf.WINDOW);
    byte[] next = new byte[keep + Math.max(to - from, bytes) + Lzf.LONGEST];
    System.arraycopy(window, from - keep, next, 0, keep + to - from);
    window = next;
    to -= from - keep;
    from = keep;
    while (inside > 0 && to - from < bytes) {
      int control = read();
      if (control < 32) {
        run(control + 1);
      } else {
        reference(control);
      }
    }
  }

  private int read() {
    Lzf.check(inside > 0);
    inside--;
    return in.unsignedByte();
  }

  private void run(int length) {
    Lzf.check(length <= inside && length <= plain);
    int taken = 0;
    while (taken < length) {
      taken += in.take(window, to + taken, length - taken);
    }
    inside -= length;
    grow(length);
  }

  private void reference(int control) {
    int length = control >>> 5;
    if (length == 7) {
      length += read();
    }
    length += 2;
    int back = ((control & 31) << 8 | read()) + 1;
    Lzf.check(back <= to && length <= plain);
    Lzf.repeat(window, to, back, length);
    grow(length);
  }

  private void grow(int length) {
    to += length;
    plain -= length;
  }
}
