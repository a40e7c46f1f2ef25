package dev.syncline.change;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a table at one place of its stream: columns in order, and the keys that make rows
 * unique. Immutable; equal when all parts are equal.
 *
 * @param id the table's name: at the source until it is mapped, then at the target
 * @param source the table's name at the source
 * @param columns all columns in declared order, invisible and generated ones included
 * @param uniqueKeys the primary key first if there is one, then the unique indexes
 * @param foreignKeys the keys by which this table refers to others, ordered by name
 * @param notes what else the source's connector must know to tell what a later change of the table
 *     does, in its own words; empty if nothing
 */
public record TableDefinition(
    TableId id,
    TableId source,
    List<Column> columns,
    List<UniqueKey> uniqueKeys,
    List<ForeignKey> foreignKeys,
    String notes) {

  /**
   * Copies the lists and checks that keys name existing columns.
   *
   * @throws IllegalArgumentException if there is no column, or a key names one that is not there
   */
  public TableDefinition {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(notes, "notes");
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

  /** A table under the source's name, without notes. */
  public TableDefinition(
      TableId id, List<Column> columns, List<UniqueKey> uniqueKeys, List<ForeignKey> foreignKeys) {
    this(id, id, columns, uniqueKeys, foreignKeys, "");
  }

  /** A table under the source's name, without foreign keys and notes. */
  public TableDefinition(TableId id, List<Column> columns, List<UniqueKey> uniqueKeys) {
    this(id, columns, uniqueKeys, List.of());
  }

  /** This table with other foreign keys. */
  public TableDefinition withForeignKeys(List<ForeignKey> others) {
    return new TableDefinition(id, source, columns, uniqueKeys, others, notes);
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
   * The ordinals (from 0) of the columns of a name: of the one that has it as it is written, else
   * of all that have it in upper or lower case, since most databases do not tell these apart.
   */
  public List<Integer> columnsNamed(String name) {
    List<Integer> alike = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equals(name)) {
        return List.of(i);
      }
      if (columns.get(i).name().equalsIgnoreCase(name)) {
        alike.add(i);
      }
    }
    return alike;
  }

  /**
   * A row as it is after a change, as whole as it can be told.
   *
   * @param before what is known of the row from before; of columns that the database computes
   *     nothing but those of the key is taken over, since they may have changed
   * @param after the row after the change, which lacks only what did not change
   */
  public Row carriedOver(Row before, Row after) {
    checkFits(before);
    checkFits(after);
    if (after.isWhole()) {
      return after;
    }
    List<Integer> key = identity().map(UniqueKey::columns).orElse(List.of());
    @Nullable Object[] values = new Object[columns.size()];
    for (int i = 0; i < values.length; i++) {
      boolean lasts = !columns.get(i).isGenerated() || key.contains(i);
      boolean taken = !after.has(i) && before.has(i) && lasts;
      Row from = taken ? before : after;
      values[i] = from.has(i) ? from.value(i) : Row.ABSENT;
    }
    return Row.wrap(values);
  }

  /**
   * Whether a row can be written where there is none: it lacks nothing, or only what the database
   * computes.
   */
  public boolean isWritable(Row row) {
    if (!row.isWhole()) {
      for (int i = 0; i < columns.size(); i++) {
        if (!row.has(i) && !columns.get(i).isGenerated()) {
          return false;
        }
      }
    }
    return true;
  }

  private void checkFits(Row row) {
    if (Objects.requireNonNull(row, "row").size() != columns.size()) {
      throw new IllegalArgumentException(
          "A row of table '%s' must have %d values, but has %d."
              .formatted(id, columns.size(), row.size()));
    }
  }

  /**
   * Checks that a row has as many values as this table has columns, and lacks none that is written.
   *
   * @throws IllegalArgumentException if it does
   */
  void checkWritten(Row row) {
    checkFits(row);
    if (!isWritable(row)) {
      for (int i = 0; i < columns.size(); i++) {
        if (!columns.get(i).isGenerated()) {
          checkHas(row, i);
        }
      }
    }
  }

  /**
   * Checks that a row has as many values as this table has columns, and lacks none of those that
   * tell rows apart.
   *
   * @throws IllegalArgumentException if it does
   */
  void checkAddress(Row row) {
    Optional<UniqueKey> key = row.isWhole() ? Optional.empty() : identity();
    if (key.isEmpty()) {
      checkWritten(row);
    } else {
      checkFits(row);
      key.get().columns().forEach(column -> checkHas(row, column));
    }
  }

  private void checkHas(Row row, int column) {
    if (!row.has(column)) {
      throw new IllegalArgumentException(
          "A row of table '%s' must have a value for column '%s'."
              .formatted(id, columns.get(column).name()));
    }
  }
}
