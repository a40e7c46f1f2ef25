package dev.syncline.change;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The shape of a table at one place of its stream: columns in order, and the keys that make rows
 * unique. Immutable; equal when all parts are equal.
 *
 * @param id the table's name at the source
 * @param columns all columns in declared order, invisible and generated ones included
 * @param uniqueKeys the primary key first if there is one, then the unique indexes
 * @param foreignKeys the keys by which this table refers to others, ordered by name
 */
public record TableDefinition(
    TableId id, List<Column> columns, List<UniqueKey> uniqueKeys, List<ForeignKey> foreignKeys) {

  /**
   * Copies the lists and checks that keys name existing columns.
   *
   * @throws IllegalArgumentException if there is no column, or a key names one that is not there
   */
  public TableDefinition {
    Objects.requireNonNull(id, "id");
    columns = List.copyOf(columns);
    uniqueKeys = List.copyOf(uniqueKeys);
    foreignKeys = List.copyOf(foreignKeys);
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("Table '" + id + "' has no columns.");
    }
    for (UniqueKey key : uniqueKeys) {
      checkColumns(id, columns.size(), key.name(), key.columns());
    }
    for (ForeignKey key : foreignKeys) {
      checkColumns(id, columns.size(), key.name(), key.columns());
    }
  }

  /** A table without foreign keys. */
  public TableDefinition(TableId id, List<Column> columns, List<UniqueKey> uniqueKeys) {
    this(id, columns, uniqueKeys, List.of());
  }

  private static void checkColumns(TableId id, int count, String key, List<Integer> ordinals) {
    for (int ordinal : ordinals) {
      if (ordinal < 0 || ordinal >= count) {
        throw new IllegalArgumentException(
            "Key '%s' of table '%s' names column %d, but there are %d columns."
                .formatted(key, id, ordinal, count));
      }
    }
  }

  /**
   * The key that tells rows apart: the primary key, else the first unique key over whole columns
   * none of which may be NULL; empty for a keyless table.
   */
  public Optional<UniqueKey> identity() {
    for (UniqueKey key : uniqueKeys) {
      boolean whole = key.coverage() == UniqueKey.Coverage.COLUMNS && !key.columns().isEmpty();
      if (whole && key.columns().stream().noneMatch(c -> columns.get(c).nullable())) {
        return Optional.of(key);
      }
    }
    return Optional.empty();
  }

  /**
   * Checks that a row has as many values as this table has columns.
   *
   * @throws IllegalArgumentException if it has not
   */
  void checkFits(Row row) {
    if (Objects.requireNonNull(row, "row").size() != columns.size()) {
      throw new IllegalArgumentException(
          "A row of table '%s' must have %d values, but has %d."
              .formatted(id, columns.size(), row.size()));
    }
  }
}
