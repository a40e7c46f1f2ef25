package dev.syncline.change;

import java.util.Objects;

/**
 * A row that was deleted.
 *
 * @param before the row as it was
 * @param unchecked see {@link TableChange#unchecked}
 */
public record RowDelete(TableDefinition table, Row before, boolean unchecked)
    implements TableChange {

  /** Checks that the row fits the table. */
  public RowDelete {
    Objects.requireNonNull(table, "table").checkFits(before);
  }

  /** A change that looked at foreign keys. */
  public RowDelete(TableDefinition table, Row before) {
    this(table, before, false);
  }

  @Override
  public RowDelete asUnchecked() {
    return new RowDelete(table, before, true);
  }
}
