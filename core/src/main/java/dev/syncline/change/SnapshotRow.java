package dev.syncline.change;

import java.util.Objects;

/**
 * A row that already stood in the table when the job began to copy it.
 *
 * @param row the row as a snapshot read it
 */
public record SnapshotRow(TableDefinition table, Row row) implements TableChange {

  /** Checks that the row fits the table. */
  public SnapshotRow {
    Objects.requireNonNull(table, "table").checkFits(row);
  }

  /** True: a copy may bring rows before those that they refer to. */
  @Override
  public boolean unchecked() {
    return true;
  }

  @Override
  public SnapshotRow asUnchecked() {
    return this;
  }
}
