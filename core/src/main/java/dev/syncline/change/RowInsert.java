package dev.syncline.change;

import java.util.Objects;

/**
 * A row that was inserted.
 *
 * @param after the row as it was written
 * @param unchecked see {@link TableChange#unchecked}
 */
public record RowInsert(TableDefinition table, Row after, boolean unchecked)
    implements TableChange {

  /** Checks that the row fits the table. */
  public RowInsert {
    Objects.requireNonNull(table, "table").checkFits(after);
  }

  /** A change that looked at foreign keys. */
  public RowInsert(TableDefinition table, Row after) {
    this(table, after, false);
  }

  @Override
  public RowInsert asUnchecked() {
    return new RowInsert(table, after, true);
  }
}
