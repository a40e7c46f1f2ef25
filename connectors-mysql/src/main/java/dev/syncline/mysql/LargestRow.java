package dev.syncline.mysql;

/**
 * How large a single thing may be that must be in memory as a whole: an event of the log with all
 * its rows, or a row. Found out before memory is taken for it, so that what is too large ends in an
 * exception that says so, and not in an {@link OutOfMemoryError} anywhere in the application.
 *
 * <p>On its way a row is in memory up to {@link #COPIES} times: as an event, as a row that waits, as
 * one that is written, and in the statement that the driver makes of it.
 */
final class LargestRow {
  /** What a job needs besides its largest row, with the limits that it has by default. */
  private static final long BASE_BYTES = 64L << 20;

  private static final int COPIES = 5;

  /** Heaps as small as the base leave little to large rows, but something. */
  private static final int LEAST_SHARE = 16;

  private LargestRow() {}

  /** As many bytes as the heap of this JVM allows. */
  static long bytes() {
    return bytes(Runtime.getRuntime().maxMemory());
  }

  /** As many bytes as a heap allows. */
  static long bytes(long heap) {
    long most = Math.max((heap - BASE_BYTES) / COPIES, heap / LEAST_SHARE);
    return Math.min(most, Integer.MAX_VALUE - Long.BYTES);
  }

  /** What to do about something that is too large, for messages. */
  static String advice(long found, String what) {
    long heap = (found * COPIES + BASE_BYTES) / (1 << 20) + 1;
    return "The heap of this JVM allows %d bytes. Give it more by -Xmx%dm, or leave %s."
        .formatted(bytes(), heap, what);
  }
}
