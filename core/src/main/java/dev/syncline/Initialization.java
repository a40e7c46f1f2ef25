package dev.syncline;

/** What a job brings to the target before it follows the source's log. */
public enum Initialization {
  /** Databases and tables. */
  STRUCTURE,
  /**
   * The rows that are there already. A job without it follows from its first start on: what it does
   * not bring is visible to every read that begins when the job is {@link JobState#SYNCHRONIZING}.
   * So whoever copies the rows by other means begins then, not before.
   */
  DATA
}
