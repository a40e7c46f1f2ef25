package dev.syncline.change;

import java.util.Objects;

/**
 * A row that was deleted.
 *
 * @param before the row as it was
 */
public record RowDelete(TableDefinition table, Row before) implements TableChange {

  /** Checks that the row fits the table. */
  public RowDelete {
    Objects.requireNonNull(table, "table").checkFits(before);
  }
}
