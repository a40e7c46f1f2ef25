package dev.syncline.mysql;

/**
 * What a source does when a tool alters a selected table online: it fills a copy of the table (its
 * shadow) that has the new columns, and then gives it the table's name.
 */
public enum OnlineDdl {
  /**
   * The shadow is left out. When it gets the table's name, the statement by which it was altered is
   * applied to the table at the target. That locks the table there for as long as the server needs
   * for such a statement.
   */
  REPLAY_ALTER,
  /**
   * The shadow is a table like others: its rows and the change of names are carried to the target.
   * Its name must be selected as well as the table's.
   */
  COPY_SHADOW,
  /** The job stops at the first statement that makes or alters the shadow of a selected table. */
  STOP
}
