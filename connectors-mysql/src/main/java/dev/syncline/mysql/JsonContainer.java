package dev.syncline.mysql;

/**
 * An object or an array in a JSON document in MySQL's binary form: where its keys and values are.
 * Immutable as long as nobody writes into the array.
 */
final class JsonContainer {
  private static final int SMALL_OBJECT = 0x00;
  private static final int LARGE_OBJECT = 0x01;
  private static final int SMALL_ARRAY = 0x02;
  private static final int LARGE_ARRAY = 0x03;
  private static final int LITERAL = 0x04;
  private static final int INT16 = 0x05;
  private static final int UINT16 = 0x06;
  private static final int INT32 = 0x07;
  private static final int UINT32 = 0x08;

  private static final int SMALL = 2;
  private static final int LARGE = 4;
  private static final int KEY_LENGTH_BYTES = 2;

  private final byte[] bytes;
  private final boolean isObject;
  private final int width;
  private final int start;
  private final int end;
  private final int count;

  private JsonContainer(byte[] bytes, JsonValue value, boolean isObject, int width) {
    this.bytes = bytes;
    this.isObject = isObject;
    this.width = width;
    this.start = value.start();
    ByteCursor in = new ByteCursor(bytes, value.start(), value.end());
    long members = in.unsigned(width);
    long size = in.unsigned(width);
    if (size > value.end() - start || 2L * width + members * entryBytes() > size) {
      throw malformed("has a part that is longer than the whole");
    }
    this.end = start + (int) size;
    this.count = (int) members;
  }

  /**
   * A value of a document; what it is and where it begins and ends at the latest.
   *
   * @param type the number of its type
   */
  record JsonValue(int type, int start, int end) {

    /** The value of a whole document. */
    static JsonValue of(byte[] bytes, int offset, int length) {
      return new JsonValue(bytes[offset] & 0xFF, offset + 1, offset + length);
    }

    boolean isContainer() {
      return type <= LARGE_ARRAY;
    }
  }

  /** The bytes of a key, in UTF-8. */
  @SuppressWarnings("ArrayRecordComponent") // never compared as a record
  record JsonKey(byte[] bytes, int start, int length) {

    /** In the order of the keys of an object: by length, then by bytes. */
    int compareTo(JsonKey other) {
      return length != other.length
          ? Integer.compare(length, other.length)
          : java.util.Arrays.compareUnsigned(
              bytes, start, start + length, other.bytes, other.start, other.start + length);
    }
  }

  /**
   * The container that a value is.
   *
   * @throws MalformedValueException if the value is none, or does not fit into its document
   */
  static JsonContainer of(byte[] bytes, JsonValue value) {
    return switch (value.type()) {
      case SMALL_OBJECT -> new JsonContainer(bytes, value, true, SMALL);
      case LARGE_OBJECT -> new JsonContainer(bytes, value, true, LARGE);
      case SMALL_ARRAY -> new JsonContainer(bytes, value, false, SMALL);
      case LARGE_ARRAY -> new JsonContainer(bytes, value, false, LARGE);
      default -> throw malformed("has a plain value where members are looked for");
    };
  }

  boolean isObject() {
    return isObject;
  }

  /** How many members there are. */
  int count() {
    return count;
  }

  /** How many bytes there are before keys and values. */
  long headerBytes() {
    return 2L * width + (long) count * entryBytes();
  }

  private int entryBytes() {
    return keyEntryBytes() + 1 + width;
  }

  private int keyEntryBytes() {
    return isObject ? width + KEY_LENGTH_BYTES : 0;
  }

  /** The key of a member of an object. */
  JsonKey key(int index) {
    ByteCursor entry = new ByteCursor(bytes, start + 2 * width + index * keyEntryBytes(), end);
    int from = inside(entry.unsigned(width));
    int length = entry.unsignedShort();
    if (length > end - from) {
      throw malformed("has a key that is longer than the whole");
    }
    return new JsonKey(bytes, from, length);
  }

  JsonValue value(int index) {
    int at = start + 2 * width + count * keyEntryBytes() + index * (1 + width);
    int type = bytes[at] & 0xFF;
    int entry = at + 1;
    if (isInlined(type)) {
      return new JsonValue(type, entry, entry + width);
    }
    long offset = new ByteCursor(bytes, entry, end).unsigned(width);
    return new JsonValue(type, inside(offset), end);
  }

  /** Whether a value stands in the place of its offset. */
  private boolean isInlined(int type) {
    return switch (type) {
      case LITERAL, INT16, UINT16 -> true;
      case INT32, UINT32 -> width == LARGE;
      default -> false;
    };
  }

  private int inside(long offset) {
    if (offset > end - start) {
      throw malformed("refers to something behind its end");
    }
    return start + (int) offset;
  }

  private static MalformedValueException malformed(String what) {
    return new MalformedValueException("the JSON document " + what);
  }
}
