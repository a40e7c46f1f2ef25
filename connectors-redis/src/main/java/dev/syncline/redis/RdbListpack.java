package dev.syncline.redis;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Elements in the form of a listpack, of streams from Redis 5.0 and of all else from 7.0. */
final class RdbListpack implements RdbPacked {

  /** How long the whole is, and how many elements there are. */
  private static final int HEADER = 6;

  private static final int END = 0xff;

  private final RdbInput in;
  private final int size;

  /** The last element: its text, or null and the number that it is. */
  private byte @Nullable [] text;

  private long number;
  private boolean ended;

  RdbListpack(byte[] packed) {
    in = new RdbInput(packed, 0, packed.length);
    size = packed.length;
    in.skip(HEADER);
  }

  @Override
  public byte @Nullable [] next() {
    if (!advance()) {
      return null;
    }
    return text != null ? text : Long.toString(number).getBytes(StandardCharsets.US_ASCII);
  }

  /** The next element, which there must be. */
  byte[] element() {
    byte[] element = next();
    if (element == null) {
      throw in.malformed("a listpack ends in the middle of an entry");
    }
    return element;
  }

  /** The next element, which must be a number. */
  long number() {
    if (!advance()) {
      throw in.malformed("a listpack ends in the middle of an entry");
    }
    if (text == null) {
      return number;
    }
    try {
      return Long.parseLong(new String(text, StandardCharsets.US_ASCII));
    } catch (NumberFormatException e) {
      throw in.malformed("a listpack has a text where a number is expected");
    }
  }

  /** The next element, which must be the number of other elements of the list. */
  int small() {
    long value = number();
    if (value < 0 || value > size) {
      throw in.malformed("a listpack has an impossible number of elements: " + value);
    }
    return (int) value;
  }

  /** Whether there is no further element. */
  boolean atEnd() {
    return ended || in.peek() == END;
  }

  private boolean advance() {
    if (ended) {
      return false;
    }
    int first = in.unsignedByte();
    if (first == END) {
      ended = true;
      if (!in.isEmpty()) {
        throw in.malformed("there is something behind the end of a listpack");
      }
      return false;
    }
    long before = in.position();
    text = null;
    read(first);
    skipBackLength(in.position() - before + 1);
    return true;
  }

  private void read(int first) {
    if (first < 0x80) {
      number = first;
    } else if (first < 0xc0) {
      text = in.bytes(first & 0x3f);
    } else if (first < 0xe0) {
      int unsigned = (first & 0x1f) << 8 | in.unsignedByte();
      int signed = unsigned << 19 >> 19;
      number = signed;
    } else if (first < 0xf0) {
      text = in.bytes((first & 0x0f) << 8 | in.unsignedByte());
    } else {
      readLarge(first);
    }
  }

  private void readLarge(int first) {
    switch (first) {
      case 0xf0 -> {
        int length = in.littleInt();
        if (length < 0) {
          throw in.malformed("an element of a listpack is too long");
        }
        text = in.bytes(length);
      }
      case 0xf1 -> number = in.unsignedByte() | (byte) in.unsignedByte() << 8;
      case 0xf2 ->
          number = in.unsignedByte() | in.unsignedByte() << 8 | (byte) in.unsignedByte() << 16;
      case 0xf3 -> number = in.littleInt();
      case 0xf4 -> number = in.littleLong();
      default ->
          throw in.malformed("an element of a listpack is packed in the unknown way " + first);
    }
  }

  /** Behind each element stands its length, seven bits in a byte, for reading backwards. */
  private void skipBackLength(long length) {
    int bytes = 1;
    for (long limit = 127; length > limit && bytes < 5; limit = limit << 7 | 127) {
      bytes++;
    }
    in.skip(bytes);
  }
}
