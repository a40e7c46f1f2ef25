package dev.syncline.mysql;

import dev.syncline.change.TableId;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Selected tables that are at the server and are yet to join the job, so that nothing need be known
 * of them. Not thread-safe.
 */
final class PassedOver {

  private final UnaryOperator<TableId> key;
  private final Set<TableId> tables = new HashSet<>();
  private boolean met;

  /**
   * None.
   *
   * @param key the form in which names are compared
   */
  PassedOver(UnaryOperator<TableId> key) {
    this.key = key;
  }

  /** The same tables, of which a statement has met none yet. */
  PassedOver copy() {
    PassedOver copy = new PassedOver(key);
    copy.tables.addAll(tables);
    return copy;
  }

  boolean isEmpty() {
    return tables.isEmpty();
  }

  boolean contains(TableId table) {
    return !tables.isEmpty() && tables.contains(key.apply(table));
  }

  /** Whether a table that a statement is about is one of them, which is remembered. */
  boolean meets(TableId table) {
    boolean is = contains(table);
    met |= is;
    return is;
  }

  /** Whether the last statement was about one of them. */
  boolean wasMet() {
    return met;
  }

  void add(TableId table) {
    tables.add(key.apply(table));
  }

  void remove(TableId table) {
    tables.remove(key.apply(table));
  }

  void removeAll(Predicate<TableId> which) {
    tables.removeIf(which);
  }
}
