package dev.syncline.mysql;

import dev.syncline.change.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How large a statement may become.
 *
 * @param rows at most so many rows
 * @param parameters at most so many values, of which each may be a parameter, unless a row has more
 * @param bytes at most so many bytes, unless one row has more
 */
record WriteLimits(int rows, int parameters, long bytes) {

  static final int DEFAULT_ROWS = 1_000;
  static final int DEFAULT_BYTES = 4 * 1024 * 1024;

  private static final int PARAMETERS = 60_000;
  private static final int TEXT_OF_STATEMENT = 64 * 1024;
  private static final int LARGEST_PLAIN_VALUE = 100;

  /** Limits for a number of rows and bytes. */
  static WriteLimits of(int rows, long bytes) {
    return new WriteLimits(rows, PARAMETERS, bytes);
  }

  /** The limits at a server that takes packets up to a size. */
  WriteLimits within(long maxAllowedPacket) {
    long room = Math.max(maxAllowedPacket - TEXT_OF_STATEMENT, maxAllowedPacket / 2);
    return new WriteLimits(rows, parameters, Math.min(bytes, room));
  }

  /** How many of the rows from {@code start} on fit into one statement; at least one. */
  int fitting(List<Row> all, int start, List<Integer> columns) {
    int most = Math.max(1, Math.min(rows, parameters / Math.max(1, columns.size())));
    int end = Math.min(all.size(), start + most);
    long left = bytes;
    for (int i = start; i < end; i++) {
      left -= bytes(all.get(i), columns);
      if (left < 0) {
        return Math.max(1, i - start);
      }
    }
    return end - start;
  }

  /** At most so many bytes those of some values that a row has take in a statement. */
  static long bytes(Row row, List<Integer> columns) {
    long bytes = 0;
    for (int column : columns) {
      bytes += row.has(column) ? bytes(row.value(column)) : 0;
    }
    return bytes;
  }

  private static long bytes(@Nullable Object value) {
    if (value instanceof String text) {
      return 3L * text.length() + LARGEST_PLAIN_VALUE;
    }
    // Quotes, backslashes and the like take two bytes each; so does every byte written in hex.
    return value instanceof byte[] bytes
        ? 2L * bytes.length + LARGEST_PLAIN_VALUE
        : LARGEST_PLAIN_VALUE;
  }
}
