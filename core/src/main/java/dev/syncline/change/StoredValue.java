package dev.syncline.change;

import java.util.Objects;

/** The value of a key. Immutable; the bytes must not be changed. */
public sealed interface StoredValue {

  /** A string, byte by byte. */
  final class Text implements StoredValue {

    private final byte[] bytes;

    /** A string; the bytes are not copied. */
    public Text(byte[] bytes) {
      this.bytes = Objects.requireNonNull(bytes, "bytes");
    }

    /** The string. Must not be changed. */
    public byte[] bytes() {
      return bytes;
    }

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
  final class Dump implements StoredValue {

    private final byte[] payload;

    /** A value; the bytes are not copied. */
    public Dump(byte[] payload) {
      this.payload = Objects.requireNonNull(payload, "payload");
    }

    /** The value as DUMP gives it. Must not be changed. */
    public byte[] payload() {
      return payload;
    }

    /** Does not print the value. */
    @Override
    public String toString() {
      return "Dump[" + payload.length + " bytes]";
    }
  }
}
