package dev.syncline.change;

import java.util.Objects;

/**
 * A row that was inserted.
 *
 * @param after the row as it was written
 */
public record RowInsert(TableDefinition table, Row after) implements TableChange {

  /** Checks that the row fits the table. */
  public RowInsert {
    Objects.requireNonNull(table, "table").checkFits(after);
  }
}
