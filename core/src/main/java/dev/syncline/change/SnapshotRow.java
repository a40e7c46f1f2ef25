package dev.syncline.change;

import java.util.Objects;

/**
 * A row that already stood in the table when the job began to copy it. It lacks no value, but
 * perhaps of columns that the database computes.
 *
 * @param row the row as a snapshot read it
 */
public record SnapshotRow(TableDefinition table, Row row) implements TableChange {

  /**
   * Checks the row.
   *
   * @throws IllegalArgumentException if it does not fit the table, or lacks values
   */
  public SnapshotRow {
    Objects.requireNonNull(table, "table").checkWritten(row);
  }

  /** True: a copy may bring rows before those that they refer to. */
  @Override
  public boolean unchecked() {
    return true;
  }

  @Override
  public boolean isWhole() {
    return row.isWhole();
  }

  @Override
  public SnapshotRow asUnchecked() {
    return this;
  }
}
