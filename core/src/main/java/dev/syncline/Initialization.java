package dev.syncline;

/** What a job brings to the target before it follows the source's log. */
public enum Initialization {
  /** Databases and tables. */
  STRUCTURE,
  /** The rows that are there already. */
  DATA
}
