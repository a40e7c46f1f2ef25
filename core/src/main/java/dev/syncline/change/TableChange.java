package dev.syncline.change;

/**
 * A change of one row of a table, as the source's log or a snapshot reports it.
 *
 * <p>Rows speak the source's names and have a place for every column of {@link #table()} in its
 * order. Values are in the normal form of {@link ValueKind}. Where a source's log leaves values
 * out, rows lack them ({@link Row#has}): rows of an update and of a delete any but those that tell
 * rows apart, others only what the database computes. Only a {@link dev.syncline.ColumnwiseSink} is
 * given such changes.
 */
public sealed interface TableChange extends Change
    permits RowInsert, RowUpdate, RowDelete, SnapshotRow {

  /** The table as it was defined where this change stands in its stream. */
  TableDefinition table();

  /**
   * Whether the source changed the row without looking at foreign keys, so that nothing cascaded
   * there, and the row may refer to one that does not exist.
   */
  boolean unchecked();

  /** Whether none of its rows lacks a value. */
  boolean isWhole();

  /** This change, but {@link #unchecked}. */
  TableChange asUnchecked();
}
