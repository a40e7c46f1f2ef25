package dev.syncline.change;

import java.util.Objects;

/**
 * A row that was changed, possibly in its key.
 *
 * @param before the row as it was
 * @param after the row as it is now
 * @param unchecked see {@link TableChange#unchecked}
 */
public record RowUpdate(TableDefinition table, Row before, Row after, boolean unchecked)
    implements TableChange {

  /** Checks that both rows fit the table. */
  public RowUpdate {
    Objects.requireNonNull(table, "table").checkFits(before);
    table.checkFits(after);
  }

  /** A change that looked at foreign keys. */
  public RowUpdate(TableDefinition table, Row before, Row after) {
    this(table, before, after, false);
  }

  @Override
  public RowUpdate asUnchecked() {
    return new RowUpdate(table, before, after, true);
  }
}
