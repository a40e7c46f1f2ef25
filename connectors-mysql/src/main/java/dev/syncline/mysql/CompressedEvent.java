package dev.syncline.mysql;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * An event that MariaDB has compressed ({@code log_bin_compress}): the text of a statement, or the
 * rows of a row event. What stands before them is as in the event of the plain type.
 *
 * @param event the event as it was sent
 * @param plainType the number of the type without compression
 * @param headEnd the index behind what is not compressed
 * @param packedStart the index of the compressed bytes
 * @param unpackedBytes how many bytes they become
 */
record CompressedEvent(
    RawEvent event, int plainType, int headEnd, int packedStart, long unpackedBytes) {
  private static final int STATEMENT_TO_PLAIN = 165 - 2;
  private static final int ROWS_V1_TO_PLAIN = 166 - 23;
  private static final int ROWS_V2_TO_PLAIN = 169 - 30;

  private static final int THREAD_AND_TIME_BYTES = 8;
  private static final int ERROR_BYTES = 2;
  private static final int TABLE_AND_FLAG_BYTES = 8;
  private static final int COMPRESSED = 0x80;
  private static final int LENGTH_MASK = 0x07;
  private static final int MAX_LENGTH_BYTES = 4;

  /**
   * Reads what is not compressed.
   *
   * @throws MalformedValueException if the event is no whole one, or compressed in another way
   * @throws IllegalArgumentException if events of its type are not compressed
   */
  static CompressedEvent of(RawEvent event) {
    ByteCursor body = event.body();
    int plainType =
        switch (event.type()) {
          case MARIADB_QUERY_COMPRESSED -> {
            passStatementHead(body);
            yield event.typeCode() - STATEMENT_TO_PLAIN;
          }
          case MARIADB_WRITE_ROWS_COMPRESSED_V1, MARIADB_DELETE_ROWS_COMPRESSED_V1 -> {
            passRowsHead(body, false, 1);
            yield event.typeCode() - ROWS_V1_TO_PLAIN;
          }
          case MARIADB_UPDATE_ROWS_COMPRESSED_V1 -> {
            passRowsHead(body, false, 2);
            yield event.typeCode() - ROWS_V1_TO_PLAIN;
          }
          case MARIADB_WRITE_ROWS_COMPRESSED, MARIADB_DELETE_ROWS_COMPRESSED -> {
            passRowsHead(body, true, 1);
            yield event.typeCode() - ROWS_V2_TO_PLAIN;
          }
          case MARIADB_UPDATE_ROWS_COMPRESSED -> {
            passRowsHead(body, true, 2);
            yield event.typeCode() - ROWS_V2_TO_PLAIN;
          }
          default -> throw new IllegalArgumentException(event + " is not compressed");
        };
    int headEnd = body.position();
    int kind = body.unsignedByte();
    int lengthBytes = kind & LENGTH_MASK;
    if ((kind & ~LENGTH_MASK) != COMPRESSED || lengthBytes == 0 || lengthBytes > MAX_LENGTH_BYTES) {
      throw new MalformedValueException("it is compressed in an unknown way (%d)".formatted(kind));
    }
    // Unlike all other numbers in the log, the most significant byte comes first.
    long unpacked = body.bigEndian(lengthBytes);
    return new CompressedEvent(event, plainType, headEnd, body.position(), unpacked);
  }

  private static void passStatementHead(ByteCursor body) {
    body.skip(THREAD_AND_TIME_BYTES);
    int databaseBytes = body.unsignedByte();
    body.skip(ERROR_BYTES);
    int variableBytes = body.unsignedShort();
    body.skip(variableBytes + databaseBytes + 1);
  }

  private static void passRowsHead(ByteCursor body, boolean hasExtraData, int bitmaps) {
    body.skip(TABLE_AND_FLAG_BYTES);
    if (hasExtraData) {
      body.skip(body.unsignedShort() - Short.BYTES);
    }
    long columns = body.packed();
    body.take(bitmaps * ((columns + Byte.SIZE - 1) / Byte.SIZE));
  }

  /** How many bytes the event has without compression. */
  long plainBytes() {
    return headEnd + unpackedBytes;
  }

  /**
   * The event without compression. Takes memory for {@link #plainBytes}.
   *
   * @throws MalformedValueException if the compressed bytes are damaged
   */
  RawEvent plain() {
    byte[] plain = new byte[Math.toIntExact(plainBytes())];
    System.arraycopy(event.bytes(), 0, plain, 0, headEnd);
    RawEvent.describe(plain, plainType);
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(event.bytes(), packedStart, event.end() - packedStart);
      int end = headEnd;
      int some = 1;
      while (some > 0 && end < plain.length) {
        some = inflater.inflate(plain, end, plain.length - end);
        end += some;
      }
      // One more byte tells whether there is more than was said.
      boolean more = inflater.inflate(new byte[1]) > 0;
      if (more || end < plain.length || !inflater.finished()) {
        throw new MalformedValueException(
            "its compressed part does not have the %d bytes that it should"
                .formatted(unpackedBytes));
      }
    } catch (DataFormatException e) {
      throw new MalformedValueException("its compressed part is damaged: " + e.getMessage());
    } finally {
      inflater.end();
    }
    return new RawEvent(plain, plain.length);
  }
}
