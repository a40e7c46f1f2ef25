package dev.syncline.change;

import java.util.Objects;

/**
 * A row that was deleted.
 *
 * @param before the row as it was; it may lack values, but none of those that tell rows apart
 * @param unchecked see {@link TableChange#unchecked}
 */
public record RowDelete(TableDefinition table, Row before, boolean unchecked)
    implements TableChange {

  /**
   * Checks the row.
   *
   * @throws IllegalArgumentException if it does not fit the table, or lacks a value of its key
   */
  public RowDelete {
    Objects.requireNonNull(table, "table").checkAddress(before);
  }

  /** A change that looked at foreign keys. */
  public RowDelete(TableDefinition table, Row before) {
    this(table, before, false);
  }

  @Override
  public boolean isWhole() {
    return before.isWhole();
  }

  @Override
  public RowDelete asUnchecked() {
    return new RowDelete(table, before, true);
  }
}
