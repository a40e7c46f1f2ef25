package dev.syncline.mysql;

import dev.syncline.change.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a row's value in a unique key changes.
 *
 * @param changes whether it may be another one afterwards
 * @param before the value at first
 * @param after the value at last
 */
record KeyChange(boolean changes, Value before, Value after) {

  /**
   * A row's value in a unique key.
   *
   * @param occupies whether it keeps other rows from having it; NULL does not
   * @param canonical the form that equal values share; null if it cannot be told
   */
  record Value(boolean occupies, @Nullable Row canonical) {
    private static final Value NONE = new Value(false, null);
    private static final Value UNKNOWN = new Value(true, null);
  }

  static KeyChange of(
      TargetTable table, TargetTable.OtherKey key, @Nullable Row initial, Row last) {
    Value before = value(table, key, initial);
    Value after = value(table, key, last);
    if (initial == null) {
      return new KeyChange(true, before, after);
    }
    boolean sameColumns =
        switch (key.scope()) {
          case VALUES, MADE_OF_COLUMNS -> areSame(initial, last, key.columns());
          case MADE_OF_ANYTHING -> initial.equals(last);
        };
    boolean sameValue = before.canonical() != null && before.canonical().equals(after.canonical());
    return new KeyChange(!sameColumns && !sameValue, before, after);
  }

  /** What a row lacks at last has not changed. */
  private static boolean areSame(Row initial, Row last, List<Integer> columns) {
    if (last.isWhole()) {
      return initial.pick(columns).equals(last.pick(columns));
    }
    List<Integer> known = columns.stream().filter(last::has).toList();
    return initial.pick(known).equals(last.pick(known));
  }

  /** Whether the row gets a value that it did not have. */
  boolean isGain() {
    return changes && after.occupies();
  }

  /** Whether the row gives a value up. */
  boolean isLoss() {
    return changes && before.occupies();
  }

  private static Value value(TargetTable table, TargetTable.OtherKey key, @Nullable Row row) {
    if (row == null) {
      return Value.NONE;
    }
    if (key.scope() == TargetTable.OtherKey.Scope.MADE_OF_ANYTHING) {
      return Value.UNKNOWN;
    }
    for (int ordinal : key.columns()) {
      if (row.has(ordinal) && row.value(ordinal) == null) {
        return Value.NONE;
      }
    }
    return key.scope() == TargetTable.OtherKey.Scope.VALUES && row.hasAll(key.columns())
        ? new Value(true, table.canonical(row, key.columns()))
        : Value.UNKNOWN;
  }
}
