package dev.syncline;

/** What to do about a selected table that is at the target before the job first starts. */
public enum ExistingTables {
  /** Do not start. */
  REFUSE,
  /** Use it if it has no rows; otherwise do not start. */
  USE_IF_EMPTY,
  /**
   * Use it and leave its rows at the load; later changes of the source overwrite them. An update
   * stops the job if the source's log has only some columns of the row: what is not known of it
   * would be of the row that was kept.
   */
  KEEP_ROWS,
  /** Use it and delete its rows before the load. */
  CLEAR
}
