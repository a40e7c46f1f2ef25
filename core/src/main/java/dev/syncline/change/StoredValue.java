package dev.syncline.change;

/** The value of a key. Immutable; the bytes must not be changed. */
public sealed interface StoredValue {

  /** A string, byte by byte. */
  record Text(byte[] bytes) implements StoredValue {

    /** Does not print the value. */
    @Override
    public String toString() {
      return "Text[" + bytes.length + " bytes]";
    }
  }

  /**
   * A value of any type in the form that the command DUMP gives: one byte for its type, the value,
   * two bytes for the version of the format and eight for the checksum (<a
   * href="https://redis.io/docs/latest/commands/dump/">DUMP</a>).
   */
  record Dump(byte[] payload) implements StoredValue {

    /** Does not print the value. */
    @Override
    public String toString() {
      return "Dump[" + payload.length + " bytes]";
    }
  }
}
