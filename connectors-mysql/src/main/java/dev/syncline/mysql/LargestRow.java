package dev.syncline.mysql;

import dev.syncline.change.Row;

/**
 * How large a single thing may be that must be in memory as a whole: a row, and an event of the
 * log, which holds a row before and after a change. Found out before memory is taken for it, so
 * that what is too large ends in an exception that says so, and not in an {@link OutOfMemoryError}
 * anywhere in the application.
 *
 * <p>On its way a row is in memory many times: in an event, before and after, as one that waits, as
 * one that is written, and in the statement that the driver makes of it.
 */
final class LargestRow {
  /** What a job needs besides its largest row, with the limits that it has by default. */
  private static final long BASE_BYTES = 64L << 20;

  private static final int COPIES = 10;
  private static final int IMAGES = 2;

  /** Heaps as small as the base leave little to large rows, but something. */
  private static final int LEAST_SHARE = 32;

  private LargestRow() {}

  /** As many bytes as the heap of this JVM allows a row. */
  static long bytesOfRow() {
    return bytesOfRow(Runtime.getRuntime().maxMemory());
  }

  /** As many bytes as a heap allows a row. */
  static long bytesOfRow(long heap) {
    long most = Math.max((heap - BASE_BYTES) / COPIES, heap / LEAST_SHARE);
    return Math.min(most, (Integer.MAX_VALUE - Long.BYTES) / IMAGES);
  }

  /** As many bytes as the heap of this JVM allows an event. */
  static long bytesOfEvent() {
    return IMAGES * bytesOfRow();
  }

  /** About how many bytes a row takes in the log or in the heap, whichever is more. */
  static long bytesOf(Row row) {
    long bytes = 0;
    for (int i = 0; i < row.size(); i++) {
      Object value = row.value(i);
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
    long utf8 = 0;
    boolean isWide = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      utf8 += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
      isWide |= c > 0xFF;
    }
    return isWide ? Math.max(utf8, (long) Character.BYTES * text.length()) : utf8;
  }

  /** What to do about an event that is too large, for messages. */
  static String adviceForEvent(long found, String leftOut) {
    return advice(bytesOfEvent(), found / IMAGES, leftOut);
  }

  /** What to do about a row that is too large, for messages. */
  static String adviceForRow(long found, String leftOut) {
    return advice(bytesOfRow(), found, leftOut);
  }

  private static String advice(long allowed, long row, String leftOut) {
    long heap = (row * COPIES + BASE_BYTES) / (1 << 20) + 1;
    return "The heap of this JVM allows %d. Give it more by -Xmx%dm, or leave %s."
        .formatted(allowed, heap, leftOut);
  }
}
