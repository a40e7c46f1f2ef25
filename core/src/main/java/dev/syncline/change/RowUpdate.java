package dev.syncline.change;

import java.util.Objects;

/**
 * A row that was changed, possibly in its key.
 *
 * @param before the row as it was
 * @param after the row as it is now
 */
public record RowUpdate(TableDefinition table, Row before, Row after) implements TableChange {

  /** Checks that both rows fit the table. */
  public RowUpdate {
    Objects.requireNonNull(table, "table").checkFits(before);
    table.checkFits(after);
  }
}
