package dev.syncline.mysql;

import dev.syncline.change.Column;
import dev.syncline.mysql.DdlStatement.Condition;
import dev.syncline.mysql.TableElement.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The columns of a table while a statement changes it: their numbers and places. */
final class ColumnList {

  private final List<Entry> entries = new ArrayList<>();
  private final List<Placed> placed = new ArrayList<>();

  /** A column by its number, which it keeps while it is moved and renamed. */
  static final class Entry {
    final int number;
    final int origin;
    @Nullable Column column;
    TableElement.@Nullable Column definition;
    String name;
    boolean dropped;
    boolean givenDefault;

    Entry(int number, int origin, String name) {
      this.number = number;
      this.origin = origin;
      this.name = name;
    }

    boolean isNamed(String other) {
      return name.equalsIgnoreCase(other);
    }

    Column made() {
      return Objects.requireNonNull(column);
    }
  }

  /** A column that is put somewhere. */
  private record Placed(int number, Position position) {}

  /** Adds a column that is there, or one that is new if its origin is -1. */
  Entry add(int origin, String name) {
    Entry entry = new Entry(entries.size(), origin, name);
    entries.add(entry);
    return entry;
  }

  /** Says where a column is put. */
  void place(Entry entry, Position position) {
    placed.add(new Placed(entry.number, position));
  }

  /** The column of a number. */
  Entry get(int number) {
    return entries.get(number);
  }

  /** All columns by their numbers, also those that are dropped. */
  List<Entry> all() {
    return entries;
  }

  Optional<Entry> find(String column) {
    // By the name before the statement, whatever it is now.
    return entries.stream()
        .filter(e -> e.origin >= 0 && oldName(e).equalsIgnoreCase(column))
        .findFirst();
  }

  private static String oldName(Entry entry) {
    return entry.column == null ? entry.name : entry.column.name();
  }

  Optional<Entry> existing(String column, Condition condition) {
    Optional<Entry> found = find(column);
    if (found.isEmpty() && condition == Condition.NONE) {
      throw new UnknownEffectException("there is no column '" + column + "'");
    }
    return found;
  }

  /** The column of a key, by the name that it will have. */
  int number(String column) {
    for (Entry entry : entries) {
      if (!entry.dropped && entry.isNamed(column)) {
        return entry.number;
      }
    }
    throw new UnknownEffectException("there is no column '" + column + "' for a key");
  }

  /** The columns that stay and come, in the order behind the statement. */
  List<Entry> order() {
    List<Entry> order = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.origin >= 0 && !entry.dropped) {
        order.add(entry);
      }
    }
    for (Placed definition : placed) {
      Entry entry = entries.get(definition.number());
      order.removeIf(e -> e.number == entry.number);
      if (definition.position().first()) {
        order.add(0, entry);
      } else if (definition.position().after().isEmpty()) {
        order.add(entry);
      } else {
        order.add(1 + indexOf(order, definition.position().after()), entry);
      }
    }
    if (order.isEmpty()) {
      throw new UnknownEffectException("it leaves no column");
    }
    return order;
  }

  private static int indexOf(List<Entry> order, String column) {
    for (int i = 0; i < order.size(); i++) {
      if (order.get(i).isNamed(column)) {
        return i;
      }
    }
    throw new UnknownEffectException("there is no column '" + column + "' to stand behind");
  }

  Map<String, String> renamed() {
    Map<String, String> renamed = new HashMap<>();
    for (Entry entry : entries) {
      if (entry.column != null && !entry.dropped && !entry.column.name().equals(entry.name)) {
        renamed.put(entry.column.name().toLowerCase(Locale.ROOT), entry.name);
      }
    }
    return renamed;
  }

  static List<Column> columns(List<Entry> order) {
    return order.stream().map(Entry::made).toList();
  }

  static List<String> names(List<Entry> order) {
    return order.stream().map(entry -> entry.name).toList();
  }
}
