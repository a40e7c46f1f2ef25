package dev.syncline;

/** What a job does with statements of the source that change tables or other objects. */
public enum SchemaChanges {
  /** Runs them at the target, under the target's names. Needs a {@link SchemaSink}. */
  APPLY,
  /**
   * Leaves the target as it is and goes on with the table's new definition: whoever looks after the
   * target must have changed it before rows come that need it. A row that does not fit stops the
   * job.
   */
  IGNORE,
  /** Stops the job at the statement, before it or anything behind it is applied. */
  STOP
}
