package dev.syncline.mysql;

import dev.syncline.change.Row;

/**
 * How large a single thing may be that must be in memory as a whole: a row, and an event of the
 * log, which holds a row before and after a change. Found out before memory is taken for it, so
 * that what is too large ends in an exception that says so, and not in an {@link OutOfMemoryError}
 * anywhere in the application.
 *
 * <p>On its way a row is in memory many times: in an event, before and after, as one that waits,
 * and as one that is written.
 */
final class LargestRow {
  /** What a job needs besides its largest row, with the limits that it has by default. */
  private static final long BASE_BYTES = 64L << 20;

  private static final int COPIES = 10;
  private static final int IMAGES = 2;

  /** Heaps as small as the base leave little to large rows, but something. */
  private static final int LEAST_SHARE = 32;

  /** A packed transaction takes the place of events that would wait: all of them are in it. */
  private static final int PACKED_SHARE = 8;

  /** Collectors keep up to a ninth of what -Xmx says to themselves. */
  private static final int SPARE_SHARE = 7;

  private static final String NOT_THE_TABLE = "leave the table out of the selection";
  private static final String NOT_THE_ROWS =
      "set binlog_row_event_max_size=8192 at the server if it is larger and start the job anew,"
          + " or "
          + NOT_THE_TABLE;
  private static final String NOT_THE_STATEMENT = "leave such statements out of the binlog";
  private static final String NOT_PACKED =
      "set binlog_transaction_compression=OFF at the server and start the job anew";

  private static final int MOST_OF_ARRAY = Integer.MAX_VALUE - Long.BYTES;
  private static final long HEAP = Runtime.getRuntime().maxMemory();

  private LargestRow() {}

  /** As many bytes as the heap of this JVM allows a row. */
  static long bytesOfRow() {
    return bytesOfRow(HEAP);
  }

  /** As many bytes as a heap allows a row. */
  static long bytesOfRow(long heap) {
    long most = Math.max((heap - BASE_BYTES) / COPIES, heap / LEAST_SHARE);
    return Math.min(most, MOST_OF_ARRAY / IMAGES);
  }

  /** As many bytes as the heap of this JVM allows an event. */
  static long bytesOfEvent() {
    return bytesOfEvent(HEAP);
  }

  /** As many bytes as a heap allows an event. */
  static long bytesOfEvent(long heap) {
    return IMAGES * bytesOfRow(heap);
  }

  /** As many bytes as the heap of this JVM allows a transaction that the server has packed. */
  static long bytesOfPacked() {
    return bytesOfPacked(HEAP);
  }

  /** As many bytes as a heap allows a transaction that the server has packed. */
  static long bytesOfPacked(long heap) {
    return Math.max(bytesOfEvent(heap), Math.min(heap / PACKED_SHARE, MOST_OF_ARRAY));
  }

  /** About how many bytes a row takes in the log or in the heap, whichever is more. */
  static long bytesOf(Row row) {
    long bytes = 0;
    for (int i = 0; i < row.size(); i++) {
      Object value = row.has(i) ? row.value(i) : null;
      if (value instanceof byte[] array) {
        bytes += array.length;
      } else {
        bytes += value instanceof String text ? bytesOf(text) : Long.BYTES;
      }
    }
    return bytes;
  }

  /** In the heap a text takes two bytes for each character as soon as one is not of Latin-1. */
  private static long bytesOf(String text) {
    long utf8 = bytesInUtf8(text);
    boolean isWide = false;
    for (int i = 0; i < text.length() && !isWide; i++) {
      isWide = text.charAt(i) > 0xFF;
    }
    return isWide ? Math.max(utf8, (long) Character.BYTES * text.length()) : utf8;
  }

  /** How many bytes a text takes in UTF-8. */
  static long bytesInUtf8(String text) {
    long bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // Each half of a character beyond the basic plane has two of its four bytes.
      bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return bytes;
  }

  /**
   * What to do about an event that is too large, for messages. Of such an event only the head is
   * known: one of an update holds each row twice, and another perhaps a single row.
   */
  static String adviceForEvent(RawEvent event) {
    return adviceForEvent(event.type(), event.length());
  }

  /** What to do about an event that has so many bytes once it is unpacked, for messages. */
  static String adviceForEvent(EventType type, long length) {
    return switch (type) {
      case WRITE_ROWS, WRITE_ROWS_V1, DELETE_ROWS, DELETE_ROWS_V1 ->
          advice(bytesOfEvent(), "", length, NOT_THE_ROWS);
      case UPDATE_ROWS, UPDATE_ROWS_V1, PARTIAL_UPDATE_ROWS ->
          advice(bytesOfEvent(), " or more", length / IMAGES, NOT_THE_ROWS);
      case TRANSACTION_PAYLOAD -> advice(bytesOfPacked(), "", length / IMAGES, NOT_PACKED);
      default -> {
        String otherwise = type.isKnownByItsHead() ? NOT_THE_ROWS : NOT_THE_STATEMENT;
        // One that MariaDB has compressed may be larger than it is on the way.
        boolean isCompressed = type.isCompressed();
        yield advice(
            bytesOfEvent(),
            isCompressed ? " or more" : "",
            isCompressed ? length : length / IMAGES,
            otherwise);
      }
    };
  }

  /** What to do about a row that is too large, for messages. */
  static String adviceForRow(long found) {
    return advice(bytesOfRow(), "", found, NOT_THE_TABLE);
  }

  /** What to do about a row of which only that is known that it is too large. */
  static String adviceForAnyRow() {
    return advice(bytesOfRow(), " or more", bytesOfRow(), NOT_THE_TABLE);
  }

  private static String advice(long allowed, String orMore, long row, String otherwise) {
    return "The heap of this JVM allows %d. Give it -Xmx%dm%s, or %s."
        .formatted(allowed, mebibytesFor(row), orMore, otherwise);
  }

  private static long mebibytesFor(long row) {
    long heap = row * COPIES + BASE_BYTES;
    return (heap + heap / SPARE_SHARE) / (1 << 20) + 1;
  }
}
