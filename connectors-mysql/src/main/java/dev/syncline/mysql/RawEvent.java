package dev.syncline.mysql;

import java.time.Instant;

/**
 * One binlog event as the server sent it, its checksum cut off. Immutable as long as nobody writes
 * into the array.
 */
final class RawEvent {
  /** The length of an event's header. */
  static final int HEADER_BYTES = 19;

  /** What is kept of an event that is too large: the header, and the table of a row event. */
  static final int HEAD_BYTES = HEADER_BYTES + 8;

  private static final int FLAG_ARTIFICIAL = 0x20;
  private static final int FLAG_IGNORABLE = 0x80;
  private static final int TYPE_OFFSET = 4;
  private static final int SERVER_OFFSET = 5;
  private static final int LENGTH_OFFSET = 9;
  private static final int POSITION_OFFSET = 13;
  private static final int FLAGS_OFFSET = 17;

  private final byte[] bytes;
  private final int end;

  /**
   * An event.
   *
   * @param bytes header, body and what follows it
   * @param end the index behind the body
   */
  RawEvent(byte[] bytes, int end) {
    if (end < HEADER_BYTES || end > bytes.length) {
      throw new IllegalArgumentException(
          "A binlog event has %d bytes or more, but this one has %d.".formatted(HEADER_BYTES, end));
    }
    this.bytes = bytes;
    this.end = end;
  }

  /** The length that a header gives to its event, checksum included. */
  static long lengthIn(byte[] header) {
    return new ByteCursor(header, LENGTH_OFFSET, HEADER_BYTES).unsignedInt();
  }

  /** The type that a header gives to its event. */
  static EventType typeIn(byte[] header) {
    return EventType.of(header[TYPE_OFFSET]);
  }

  /** Writes type and length into the header of an event whose bytes were made here. */
  static void describe(byte[] event, int typeCode) {
    event[TYPE_OFFSET] = (byte) typeCode;
    for (int i = 0; i < Integer.BYTES; i++) {
      event[LENGTH_OFFSET + i] = (byte) (event.length >> (i * Byte.SIZE));
    }
  }

  EventType type() {
    return typeIn(bytes);
  }

  /** The number of the type, from 0 to 255. */
  int typeCode() {
    return bytes[TYPE_OFFSET] & 0xFF;
  }

  /** When the statement began, by the server's clock in whole seconds; the epoch if unknown. */
  Instant timestamp() {
    return Instant.ofEpochSecond(second());
  }

  /** The same as seconds since the epoch. */
  long second() {
    return new ByteCursor(bytes, 0, end).unsignedInt();
  }

  /** The server that wrote the event first. */
  long serverId() {
    return new ByteCursor(bytes, SERVER_OFFSET, end).unsignedInt();
  }

  /** How many bytes the event takes in the binlog, checksum included. */
  long length() {
    return lengthIn(bytes);
  }

  /** Whether only the head is here, since the event is too large for the memory. */
  boolean isCut() {
    return bytes.length == HEAD_BYTES && length() > HEAD_BYTES;
  }

  /** The lower 32 bits of the offset behind the event; 0 if it does not stand in a file. */
  long nextOffset() {
    return new ByteCursor(bytes, POSITION_OFFSET, end).unsignedInt();
  }

  /** Whether the server made the event up for this connection. */
  boolean isArtificial() {
    return (flags() & FLAG_ARTIFICIAL) != 0 || nextOffset() == 0;
  }

  /** Whether the server only says which place it has reached without sending anything. */
  boolean isAboutPlace() {
    return switch (type()) {
      case HEARTBEAT, HEARTBEAT_V2 -> true;
      // Made up behind the last transaction that a reader has already; stands in files as well.
      case MARIADB_GTID_LIST -> (flags() & FLAG_ARTIFICIAL) != 0;
      default -> false;
    };
  }

  /** Whether readers that do not know the type may pass over it. */
  boolean isIgnorable() {
    return (flags() & FLAG_IGNORABLE) != 0;
  }

  private int flags() {
    return new ByteCursor(bytes, FLAGS_OFFSET, end).unsignedShort();
  }

  /** A cursor over the body. */
  ByteCursor body() {
    return new ByteCursor(bytes, HEADER_BYTES, end);
  }

  /** The array that holds the event; body from {@link #HEADER_BYTES} to {@link #end}. */
  byte[] bytes() {
    return bytes;
  }

  /** The index behind the body. */
  int end() {
    return end;
  }

  /** The type and length, never the content: events hold people's data. */
  @Override
  public String toString() {
    return type() + "(" + typeCode() + ") event of " + (isCut() ? length() : end) + " bytes";
  }
}
