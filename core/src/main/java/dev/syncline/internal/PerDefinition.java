package dev.syncline.internal;

import dev.syncline.change.TableDefinition;
import java.util.IdentityHashMap;
import java.util.function.Function;

/**
 * Values that are computed once for each table definition. Readers give many changes the very same
 * definition, so it is looked up as an object, without a lock. Thread-safe.
 */
final class PerDefinition<V> {

  private static final int MOST_KEPT = 20_000;

  private final Function<TableDefinition, V> computation;
  private volatile IdentityHashMap<TableDefinition, V> values = new IdentityHashMap<>();

  PerDefinition(Function<TableDefinition, V> computation) {
    this.computation = computation;
  }

  V of(TableDefinition table) {
    V known = values.get(table);
    return known == null ? add(table) : known;
  }

  private synchronized V add(TableDefinition table) {
    V value = computation.apply(table);
    IdentityHashMap<TableDefinition, V> all =
        values.size() < MOST_KEPT ? new IdentityHashMap<>(values) : new IdentityHashMap<>();
    all.put(table, value);
    values = all;
    return value;
  }
}
