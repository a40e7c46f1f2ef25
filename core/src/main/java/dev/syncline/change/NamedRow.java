package dev.syncline.change;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A row whose values are asked for by the names of their columns.
 *
 * @param table the table that the row fits
 * @param row its values
 */
public record NamedRow(TableDefinition table, Row row) {

  /** Checks that nothing is missing. */
  public NamedRow {
    Objects.requireNonNull(table, "table");
    Objects.requireNonNull(row, "row");
  }

  /**
   * Whether the value of a column, which may be NULL, is known.
   *
   * @throws IllegalArgumentException if there is no such column
   */
  public boolean has(String column) {
    return row.has(ordinal(column));
  }

  /**
   * The value of a column.
   *
   * @param column the column's name, in upper or lower case
   * @return the value in the form of {@link ValueKind}; null for SQL NULL
   * @throws IllegalArgumentException if there is no such column
   * @throws IllegalStateException if the row lacks the value, since the source's log has left it
   *     out
   */
  public @Nullable Object value(String column) {
    int ordinal = ordinal(column);
    if (!row.has(ordinal)) {
      throw new IllegalStateException(
          ("A row of table '%s' has no value for column '%s': the source's log has left it out. Let"
                  + " the source log whole rows, or ask has() first.")
              .formatted(table.id(), column));
    }
    return row.value(ordinal);
  }

  private int ordinal(String column) {
    List<Integer> found = table.columnsNamed(column);
    if (found.size() != 1) {
      throw new IllegalArgumentException(
          "Table '%s' has %s column '%s'."
              .formatted(table.id(), found.isEmpty() ? "no" : "more than one", column));
    }
    return found.get(0);
  }

  /** Names the table and never shows values. */
  @Override
  public String toString() {
    return "NamedRow[" + table.id() + "]";
  }
}
