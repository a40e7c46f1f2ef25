package dev.syncline.testkit;

import dev.syncline.TargetKeys;
import dev.syncline.change.Row;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect.Altered;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one table. A row's address is its key or, in a keyless table, all of its values; then
 * it has a count. Not thread-safe.
 */
final class MemoryTable {

  private final TableDefinition definition;
  private final Optional<UniqueKey> identity;
  private final NavigableMap<Row, Stored> rows = new TreeMap<>(RowOrder.BY_VALUES);
  private final Map<UniqueKey, Map<Row, Row>> addresses = new HashMap<>();

  /** How often a row is there: always once in a table with a key. */
  record Stored(Row row, int count) {}

  /** What only one unfinished transaction can have changed: an address, or values of a key. */
  record Touch(TableId table, String key, Row values) {}

  /** Another row that has the same values under a unique key. */
  record Duplicate(String key, Row address) {}

  MemoryTable(TableDefinition definition) {
    this.definition = definition;
    this.identity = definition.identity();
    for (UniqueKey key : definition.uniqueKeys()) {
      if (key.coverage() == UniqueKey.Coverage.COLUMNS && !Optional.of(key).equals(identity)) {
        addresses.put(key, new HashMap<>());
      }
    }
  }

  /**
   * The table behind a change, with the rows as they are then. New columns are NULL, or 0 if they
   * must not be.
   *
   * @throws IllegalStateException if two rows would have the same values under a unique key
   */
  MemoryTable altered(Altered change) {
    MemoryTable after = new MemoryTable(change.after());
    for (Row row : rows()) {
      @Nullable Object[] values = new Object[change.origins().size()];
      for (int i = 0; i < values.length; i++) {
        int origin = change.origins().get(i);
        boolean isNull = origin < 0 && change.after().columns().get(i).nullable();
        values[i] = origin >= 0 ? row.value(origin) : isNull ? null : Long.valueOf(0);
      }
      after.insert(Row.of(values));
    }
    return after;
  }

  /** The same rows under another name. */
  MemoryTable renamed(TableDefinition other) {
    MemoryTable after = new MemoryTable(other);
    rows().forEach(after::insert);
    return after;
  }

  private void insert(Row row) {
    if ((!isKeyless() && find(address(row)) != null) || duplicate(row).isPresent()) {
      throw new IllegalStateException(
          "Two rows of table '%s' would have the same key.".formatted(definition.id()));
    }
    set(address(row), added(row));
  }

  TableDefinition definition() {
    return definition;
  }

  /** What makes rows unique besides the address. */
  TargetKeys keys() {
    List<UniqueKey> others = List.copyOf(addresses.keySet());
    return new TargetKeys() {
      @Override
      public List<UniqueKey> others() {
        return others;
      }

      @Override
      public boolean isComparable(int column, Object value) {
        return true;
      }
    };
  }

  boolean isKeyless() {
    return identity.isEmpty();
  }

  Row address(Row row) {
    return identity.map(key -> row.pick(key.columns())).orElse(row);
  }

  @Nullable Stored find(Row address) {
    return rows.get(address);
  }

  /** A row that has the same values under a unique key as this one, which is another row. */
  Optional<Duplicate> duplicate(Row row) {
    Row address = address(row);
    for (Map.Entry<UniqueKey, Map<Row, Row>> index : addresses.entrySet()) {
      Row holder = index.getValue().get(row.pick(index.getKey().columns()));
      if (holder != null && (isKeyless() || !holder.equals(address))) {
        return Optional.of(new Duplicate(index.getKey().name(), holder));
      }
    }
    return Optional.empty();
  }

  /** What a transaction that writes or removes this row touches. */
  Set<Touch> touches(Row row) {
    Set<Touch> touches = new HashSet<>();
    touches.add(new Touch(definition.id(), "", address(row)));
    for (UniqueKey key : addresses.keySet()) {
      Row values = row.pick(key.columns());
      if (!hasNull(values)) {
        touches.add(new Touch(definition.id(), key.name(), values));
      }
    }
    return touches;
  }

  /** Replaces what is at an address; null for nothing. */
  void set(Row address, @Nullable Stored stored) {
    Stored old = stored == null ? rows.remove(address) : rows.put(address, stored);
    addresses.forEach(
        (key, index) -> {
          if (old != null) {
            index.remove(old.row().pick(key.columns()), address);
          }
          if (stored != null && !hasNull(stored.row().pick(key.columns()))) {
            index.put(stored.row().pick(key.columns()), address);
          }
        });
  }

  /** What is at the address of a row once it was added. */
  Stored added(Row row) {
    Stored old = find(address(row));
    return new Stored(row, old == null || !isKeyless() ? 1 : old.count() + 1);
  }

  /** What is at an address once one row was taken away; null for nothing. */
  @Nullable Stored removed(Row address) {
    Stored old = find(address);
    return old == null || old.count() == 1 ? null : new Stored(old.row(), old.count() - 1);
  }

  /** The addresses in order, of a part of the table. */
  NavigableMap<Row, Stored> range(@Nullable Row after, @Nullable Row upTo) {
    NavigableMap<Row, Stored> range = after == null ? rows : rows.tailMap(after, false);
    return upTo == null ? range : range.headMap(upTo, true);
  }

  /** All rows in the order of their addresses, each as often as it is there. */
  List<Row> rows() {
    List<Row> all = new ArrayList<>();
    rows.values().forEach(stored -> all.addAll(Collections.nCopies(stored.count(), stored.row())));
    return all;
  }

  private static boolean hasNull(Row values) {
    for (int i = 0; i < values.size(); i++) {
      if (values.value(i) == null) {
        return true;
      }
    }
    return false;
  }
}
