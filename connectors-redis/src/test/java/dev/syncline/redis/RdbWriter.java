package dev.syncline.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Writes RDB files by hand, byte by byte as the format wants it. Strings are bytes, as Latin-1. */
final class RdbWriter {

  /** How a string is written. */
  enum Form {
    PLAIN,
    INTEGER,
    LZF
  }

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  /** Begins a file of Redis. */
  static RdbWriter redis(int version) {
    return new RdbWriter().raw(bytes("REDIS%04d".formatted(version)));
  }

  /** Begins a file of Valkey. */
  static RdbWriter valkey(int version) {
    return new RdbWriter().raw(bytes("VALKEY%03d".formatted(version)));
  }

  RdbWriter raw(byte... bytes) {
    out.write(bytes, 0, bytes.length);
    return this;
  }

  RdbWriter oneByte(int value) {
    out.write(value);
    return this;
  }

  RdbWriter little(long value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      out.write((int) (value >>> (8 * i)));
    }
    return this;
  }

  RdbWriter big(long value, int bytes) {
    for (int i = bytes - 1; i >= 0; i--) {
      out.write((int) (value >>> (8 * i)));
    }
    return this;
  }

  RdbWriter length(long value) {
    if (value >= 0 && value < 64) {
      return oneByte((int) value);
    }
    if (value >= 0 && value < 1 << 14) {
      return oneByte(0x40 | (int) (value >>> 8)).oneByte((int) value);
    }
    if (value >= 0 && value < 1L << 32) {
      return oneByte(0x80).big(value, 4);
    }
    return oneByte(0x81).big(value, 8);
  }

  RdbWriter string(String text) {
    return length(text.length()).raw(bytes(text));
  }

  RdbWriter string(byte[] bytes) {
    return length(bytes.length).raw(bytes);
  }

  /** A string in a form, if it can be written so. */
  RdbWriter string(String text, Form form) {
    if (form == Form.INTEGER && isInteger(text)) {
      int value = Integer.parseInt(text);
      if (value == (byte) value) {
        return oneByte(0xc0).little(value, 1);
      }
      return value == (short) value
          ? oneByte(0xc1).little(value, 2)
          : oneByte(0xc2).little(value, 4);
    }
    if (form == Form.LZF && !text.isEmpty()) {
      byte[] packed = lzf(bytes(text));
      return oneByte(0xc3).length(packed.length).length(text.length()).raw(packed);
    }
    return string(text);
  }

  static boolean isInteger(String text) {
    return isLong(text) && Long.parseLong(text) == (int) Long.parseLong(text);
  }

  static boolean isLong(String text) {
    return text.matches("0|-?[1-9][0-9]{0,18}") && fits(text);
  }

  private static boolean fits(String text) {
    try {
      return Long.toString(Long.parseLong(text)).equals(text);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  RdbWriter key(int type, String key) {
    return oneByte(type).string(key);
  }

  RdbWriter text(String key, String value) {
    return key(0, key).string(value);
  }

  /** Ends a file, with a checksum. */
  byte[] end() {
    oneByte(0xff);
    byte[] all = out.toByteArray();
    return little(Crc64.update(0, all, 0, all.length), 8).toBytes();
  }

  /** Ends a file whose version has no checksum. */
  byte[] endWithout() {
    return oneByte(0xff).toBytes();
  }

  byte[] toBytes() {
    return out.toByteArray();
  }

  static byte[] ziplist(List<String> elements) {
    RdbWriter body = new RdbWriter();
    int previous = 0;
    int last = 10;
    for (String element : elements) {
      last = 10 + body.out.size();
      int begin = body.out.size();
      if (previous < 254) {
        body.oneByte(previous);
      } else {
        body.oneByte(254).little(previous, 4);
      }
      body.ziplistElement(element);
      previous = body.out.size() - begin;
    }
    byte[] entries = body.toBytes();
    return new RdbWriter()
        .little(entries.length + 11L, 4)
        .little(last, 4)
        .little(Math.min(elements.size(), 0xffff), 2)
        .raw(entries)
        .oneByte(0xff)
        .toBytes();
  }

  private void ziplistElement(String element) {
    if (isLong(element)) {
      long value = Long.parseLong(element);
      if (value >= 0 && value <= 12) {
        oneByte(0xf1 + (int) value);
      } else if (value == (byte) value) {
        oneByte(0xfe).little(value, 1);
      } else if (value == (short) value) {
        oneByte(0xc0).little(value, 2);
      } else if (value >= -(1 << 23) && value < 1 << 23) {
        oneByte(0xf0).little(value, 3);
      } else if (value == (int) value) {
        oneByte(0xd0).little(value, 4);
      } else {
        oneByte(0xe0).little(value, 8);
      }
      return;
    }
    int length = element.length();
    if (length < 64) {
      oneByte(length);
    } else if (length < 1 << 14) {
      oneByte(0x40 | length >> 8).oneByte(length);
    } else {
      oneByte(0x80).big(length, 4);
    }
    raw(bytes(element));
  }

  static byte[] listpack(List<String> elements) {
    RdbWriter body = new RdbWriter();
    for (String element : elements) {
      int begin = body.out.size();
      body.listpackElement(element);
      int length = body.out.size() - begin;
      ByteBuffer back = ByteBuffer.allocate(5);
      int bytes = length < 128 ? 1 : length < 1 << 14 ? 2 : length < 1 << 21 ? 3 : 4;
      for (int i = bytes - 1; i >= 0; i--) {
        back.put((byte) (((length >>> (7 * i)) & 127) | (i < bytes - 1 ? 128 : 0)));
      }
      body.out.write(back.array(), 0, bytes);
    }
    byte[] entries = body.toBytes();
    return new RdbWriter()
        .little(entries.length + 7L, 4)
        .little(Math.min(elements.size(), 0xffff), 2)
        .raw(entries)
        .oneByte(0xff)
        .toBytes();
  }

  private void listpackElement(String element) {
    if (isLong(element)) {
      long value = Long.parseLong(element);
      if (value >= 0 && value < 128) {
        oneByte((int) value);
      } else if (value >= -4096 && value < 4096) {
        oneByte(0xc0 | ((int) (value >> 8) & 0x1f)).oneByte((int) value);
      } else if (value == (short) value) {
        oneByte(0xf1).little(value, 2);
      } else if (value >= -(1 << 23) && value < 1 << 23) {
        oneByte(0xf2).little(value, 3);
      } else if (value == (int) value) {
        oneByte(0xf3).little(value, 4);
      } else {
        oneByte(0xf4).little(value, 8);
      }
      return;
    }
    int length = element.length();
    if (length < 64) {
      oneByte(0x80 | length);
    } else if (length < 4096) {
      oneByte(0xe0 | length >> 8).oneByte(length);
    } else {
      oneByte(0xf0).little(length, 4);
    }
    raw(bytes(element));
  }

  static byte[] intset(List<String> numbers) {
    int width = 2;
    for (String number : numbers) {
      long value = Long.parseLong(number);
      width = Math.max(width, value == (short) value ? 2 : value == (int) value ? 4 : 8);
    }
    RdbWriter set = new RdbWriter().little(width, 4).little(numbers.size(), 4);
    for (String number : numbers) {
      set.little(Long.parseLong(number), width);
    }
    return set.toBytes();
  }

  /** A zipmap; every value has as many free bytes behind it as is said. */
  static byte[] zipmap(List<String> fieldsAndValues, int free) {
    RdbWriter map = new RdbWriter().oneByte(Math.min(254, fieldsAndValues.size() / 2));
    boolean value = false;
    for (String element : fieldsAndValues) {
      if (element.length() < 254) {
        map.oneByte(element.length());
      } else {
        map.oneByte(254).little(element.length(), 4);
      }
      if (value) {
        map.oneByte(free);
      }
      map.raw(bytes(element)).raw(new byte[value ? free : 0]);
      value = !value;
    }
    return map.oneByte(255).toBytes();
  }

  /** A score as text with its length, as before version 8. */
  RdbWriter textScore(double score) {
    if (Double.isInfinite(score)) {
      return oneByte(score > 0 ? 254 : 255);
    }
    byte[] text = Double.toString(score).getBytes(US_ASCII);
    return oneByte(text.length).raw(text);
  }

  RdbWriter binaryScore(double score) {
    return raw(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(score).array());
  }

  /** Packs bytes with LZF, without much effort. */
  static byte[] lzf(byte[] plain) {
    RdbWriter packed = new RdbWriter();
    int[] seen = new int[1 << 12];
    int run = 0;
    int at = 0;
    while (at < plain.length) {
      int match = 0;
      int from = 0;
      if (at + 2 < plain.length) {
        int hash = (plain[at] * 31 * 31 + plain[at + 1] * 31 + plain[at + 2]) & 0xfff;
        from = seen[hash] - 1;
        seen[hash] = at + 1;
        if (from >= 0 && at - from <= Lzf.WINDOW) {
          while (match < Lzf.LONGEST
              && at + match < plain.length
              && plain[from + match] == plain[at + match]) {
            match++;
          }
        }
      }
      if (match >= 3) {
        packed.literals(plain, run, at);
        packed.reference(at - from - 1, match - 2);
        at += match;
        run = at;
      } else {
        at++;
      }
    }
    packed.literals(plain, run, at);
    return packed.toBytes();
  }

  private void reference(int back, int length) {
    if (length < 7) {
      oneByte(length << 5 | back >> 8);
    } else {
      oneByte(7 << 5 | back >> 8).oneByte(length - 7);
    }
    oneByte(back);
  }

  private void literals(byte[] plain, int from, int to) {
    for (int at = from; at < to; at += 32) {
      int length = Math.min(32, to - at);
      oneByte(length - 1);
      out.write(plain, at, length);
    }
  }
}
