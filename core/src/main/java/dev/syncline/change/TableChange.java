package dev.syncline.change;

/**
 * A change of one row of a table, as the source's log or a snapshot reports it.
 *
 * <p>Rows speak the source's names and hold every column of {@link #table()} in its order. Values
 * are in the normal form of {@link ValueKind}.
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

  /** This change, but {@link #unchecked}. */
  TableChange asUnchecked();
}
