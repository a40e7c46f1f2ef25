package dev.syncline.mysql;

import dev.syncline.mysql.JsonContainer.JsonKey;
import dev.syncline.mysql.JsonContainer.JsonValue;
import java.util.Base64;

/**
 * Turns one JSON document from MySQL's binary form into the text that the server prints for it.
 *
 * <p>A document may contain unused bytes, but no part twice: the work is bounded by its length,
 * also if the bytes are garbage.
 */
final class JsonImage {

  private static final int LITERAL = 0x04;
  private static final int INT16 = 0x05;
  private static final int UINT16 = 0x06;
  private static final int INT32 = 0x07;
  private static final int UINT32 = 0x08;
  private static final int INT64 = 0x09;
  private static final int UINT64 = 0x0A;
  private static final int DOUBLE = 0x0B;
  private static final int STRING = 0x0C;
  private static final int OPAQUE = 0x0F;

  private static final int MAX_DEPTH = 100;
  private static final int BASE64_LINE = 76;
  private static final int BITS_PER_LENGTH_BYTE = 7;
  private static final int MAX_CAPACITY = Integer.MAX_VALUE - Long.BYTES;
  private static final int MAX_LENGTH_BYTES = 5;

  private static final Base64.Encoder BASE64 =
      Base64.getMimeEncoder(BASE64_LINE, new byte[] {'\n'});

  private final byte[] bytes;
  private final JsonPatch patch;
  private final JsonNumbers numbers;
  private final StringBuilder text;
  private long budget;

  private JsonImage(byte[] bytes, JsonPatch patch, long length, JsonNumbers numbers) {
    this.bytes = bytes;
    this.patch = patch;
    this.numbers = numbers;
    this.budget = length;
    this.text = new StringBuilder((int) Math.min(MAX_CAPACITY, length + (length >> 2)));
  }

  /** JSON documents behind a length of some bytes. */
  static ColumnImage document(int lengthBytes, JsonNumbers numbers) {
    return in -> {
      int length = (int) Math.min(Integer.MAX_VALUE, in.unsigned(lengthBytes));
      return print(in.array(), in.take(length), length, numbers);
    };
  }

  /**
   * The text of a document.
   *
   * @throws MalformedValueException if the bytes are no document
   */
  static String print(byte[] bytes, int offset, int length, JsonNumbers numbers) {
    if (length == 0) {
      // What INSERT IGNORE makes of NULL in a NOT NULL column; the server prints it like this.
      return "null";
    }
    JsonPatch unchanged = JsonPatch.none(bytes, JsonValue.of(bytes, offset, length));
    return print(bytes, unchanged, length, numbers);
  }

  /**
   * The text of a document after changes of its parts.
   *
   * @param before where the document stands
   * @param changes behind their own length of four bytes, in the same array
   * @throws MalformedValueException if the bytes are no document, or no changes that fit it
   */
  static String patched(ByteCursor before, ByteCursor changes, JsonNumbers numbers) {
    byte[] bytes = changes.array();
    int changesLength = (int) Math.min(Integer.MAX_VALUE, changes.unsignedInt());
    int start = changes.take(changesLength);
    int length = before.remaining();
    if (changesLength == 0 || length == 0) {
      return print(bytes, before.position(), length, numbers);
    }
    JsonPatch patch =
        JsonPatch.read(
            JsonValue.of(bytes, before.position(), length),
            new ByteCursor(bytes, start, start + changesLength));
    return print(bytes, patch, (long) length + changesLength, numbers);
  }

  private static String print(byte[] bytes, JsonPatch patch, long length, JsonNumbers numbers) {
    JsonImage image = new JsonImage(bytes, patch, length, numbers);
    image.value(patch.root(), 0);
    return image.text.toString();
  }

  /** Each byte of a document belongs to one value only, so no document can use up its length. */
  private void spend(long length) {
    budget -= length;
    if (budget < 0) {
      throw malformed("uses the same bytes twice");
    }
  }

  private void value(JsonValue value, int depth) {
    if (value.isContainer()) {
      container(patch.members(value), depth);
      return;
    }
    ByteCursor in = new ByteCursor(bytes, value.start(), value.end());
    switch (value.type()) {
      case LITERAL -> literal(in.unsignedByte());
      case INT16 -> text.append(in.signed(2));
      case UINT16 -> text.append(in.unsigned(2));
      case INT32 -> text.append(in.signed(4));
      case UINT32 -> text.append(in.unsigned(4));
      case INT64 -> text.append(in.signed(8));
      case UINT64 -> text.append(Long.toUnsignedString(in.unsigned(8)));
      case DOUBLE -> numbers.append(text, Double.longBitsToDouble(in.unsigned(8)));
      case STRING -> string(in, variableLength(in));
      case OPAQUE -> opaque(in);
      default -> throw malformed("has a value of unknown type " + value.type());
    }
  }

  private void container(JsonPatch.Members members, int depth) {
    if (depth >= MAX_DEPTH) {
      throw malformed("is nested too deeply");
    }
    spend(members.headerBytes());
    text.append(members.isObject() ? '{' : '[');
    for (int i = 0; i < members.count(); i++) {
      text.append(i == 0 ? "" : ", ");
      if (members.isObject()) {
        JsonKey key = members.key(i);
        spend(key.length());
        quote(MySqlCharset.UTF8.decode(key.bytes(), key.start(), key.length()));
        text.append(": ");
      }
      value(members.value(i), depth + 1);
    }
    text.append(members.isObject() ? '}' : ']');
  }

  private void literal(int which) {
    text.append(
        switch (which) {
          case 0 -> "null";
          case 1 -> "true";
          case 2 -> "false";
          default -> throw malformed("has an unknown literal " + which);
        });
  }

  /**
   * Seven bits in each byte, least significant first; the top bit says that another one follows.
   */
  private static long variableLength(ByteCursor in) {
    long length = 0;
    for (int i = 0; i < MAX_LENGTH_BYTES; i++) {
      int next = in.unsignedByte();
      length |= (long) (next & 0x7F) << (i * BITS_PER_LENGTH_BYTE);
      if (next < 0x80) {
        return length;
      }
    }
    throw malformed("has a length without end");
  }

  private void string(ByteCursor in, long length) {
    int start = in.take(length);
    spend(length);
    quote(MySqlCharset.UTF8.decode(bytes, start, (int) length));
  }

  private void quote(String string) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\b' -> text.append("\\b");
        case '\f' -> text.append("\\f");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          if (c < ' ') {
            text.append(c < 0x10 ? "\\u000" : "\\u00").append(Integer.toHexString(c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }

  /** A value of an SQL type that JSON itself does not have. */
  private void opaque(ByteCursor in) {
    int type = in.unsignedByte();
    long length = variableLength(in);
    int start = in.take(length);
    spend(length);
    ByteCursor content = new ByteCursor(bytes, start, start + (int) length);
    switch (type) {
      case TypeCode.NEWDECIMAL -> {
        int precision = content.unsignedByte();
        DecimalImage decimal = new DecimalImage(precision, content.unsignedByte());
        text.append(decimal.read(content).toPlainString());
      }
      case TypeCode.DATE -> quote(TemporalImage.packedDateText(content.unsigned(Long.BYTES)));
      case TypeCode.DATETIME, TypeCode.TIMESTAMP ->
          quote(TemporalImage.packedDateTimeText(content.unsigned(Long.BYTES)));
      case TypeCode.TIME -> quote(TemporalImage.packedTimeText(content.unsigned(Long.BYTES)));
      default -> {
        byte[] raw = content.bytes(length);
        text.append("\"base64:type").append(type).append(':');
        text.append(BASE64.encodeToString(raw).replace("\n", "\\n")).append('"');
      }
    }
  }

  private static MalformedValueException malformed(String what) {
    return new MalformedValueException("the JSON document " + what);
  }
}
