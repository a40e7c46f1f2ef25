package dev.syncline.change;

import java.util.Objects;

/**
 * A row that was inserted. It lacks no value, but perhaps of columns that the database computes and
 * that are not of its key.
 *
 * @param after the row as it was written
 * @param unchecked see {@link TableChange#unchecked}
 */
public record RowInsert(TableDefinition table, Row after, boolean unchecked)
    implements TableChange {

  /**
   * Checks the row.
   *
   * @throws IllegalArgumentException if it does not fit the table, or lacks values
   */
  public RowInsert {
    Objects.requireNonNull(table, "table").checkWritten(after);
    table.checkAddress(after);
  }

  /** A change that looked at foreign keys. */
  public RowInsert(TableDefinition table, Row after) {
    this(table, after, false);
  }

  @Override
  public boolean isWhole() {
    return after.isWhole();
  }

  @Override
  public RowInsert asUnchecked() {
    return new RowInsert(table, after, true);
  }
}
