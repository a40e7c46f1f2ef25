package dev.syncline;

/** What a database holds besides tables and rows, as far as a job can bring it to the target. */
public enum ObjectKind {
  /** A reference of a table to another one. */
  FOREIGN_KEY,
  /** A stored function. */
  FUNCTION,
  /** A stored procedure. */
  PROCEDURE,
  /** A view. */
  VIEW,
  /** A statement that the server runs at set times. It is made switched off. */
  EVENT,
  /**
   * A statement that the server runs for each row that is written. At the target it runs for what
   * the job writes too, although the job brings what it has done at the source.
   */
  TRIGGER
}
