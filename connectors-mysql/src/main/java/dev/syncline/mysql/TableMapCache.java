package dev.syncline.mysql;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Remembers what TABLE_MAP events stand for: the log says the same again for each statement. Not
 * thread-safe.
 */
final class TableMapCache<T> {
  private static final int MAX_TABLES = 1_000;

  private final Map<Long, Known<T>> tables = new HashMap<>();

  private record Known<T>(RawEvent event, T meaning) {

    boolean isSameAs(RawEvent other) {
      int from = RawEvent.HEADER_BYTES;
      return Arrays.equals(event.bytes(), from, event.end(), other.bytes(), from, other.end());
    }
  }

  /**
   * What an event stands for.
   *
   * @param tableId the number that the event gives to its table
   * @param finder finds it for an event that says something new
   */
  T get(long tableId, RawEvent event, Function<RawEvent, T> finder) {
    Known<T> known = tables.get(tableId);
    if (known == null || !known.isSameAs(event)) {
      known = new Known<>(event, finder.apply(event));
      if (tables.size() >= MAX_TABLES) {
        // Servers give new numbers to tables that they open again.
        tables.clear();
      }
      tables.put(tableId, known);
    }
    return known.meaning();
  }
}
