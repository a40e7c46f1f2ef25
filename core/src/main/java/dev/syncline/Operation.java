package dev.syncline;

/** What a source's log does to a table, for {@link SelectedTable#operations}. */
public enum Operation {
  /** A row comes. */
  INSERT,
  /** A row changes. */
  UPDATE,
  /** A row goes. */
  DELETE,
  /** The table itself changes. */
  SCHEMA_CHANGE
}
