package dev.syncline.redis;

import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyValue;
import dev.syncline.change.StoredValue;
import java.util.List;

/** About how many bytes of heap changes take. */
final class HeapBytes {

  /** A command takes so much besides its arguments, and so does each of these. */
  private static final int COMMAND = 64;

  private static final int ARGUMENT = 24;

  private HeapBytes() {}

  static long of(byte[][] command) {
    long bytes = COMMAND;
    for (byte[] argument : command) {
      bytes += ARGUMENT + argument.length;
    }
    return bytes;
  }

  /** Values, and short commands. */
  static long of(List<KeyChange> made) {
    long bytes = 0;
    for (KeyChange change : made) {
      bytes += COMMAND + 3 * ARGUMENT;
      if (change instanceof KeyValue value && value.value() instanceof StoredValue.Dump dump) {
        bytes += value.key().length + (long) dump.payload().length;
      }
    }
    return bytes;
  }
}
