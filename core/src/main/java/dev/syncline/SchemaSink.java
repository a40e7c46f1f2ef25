package dev.syncline;

import dev.syncline.change.TableChange;

/** A sink that can carry out schema changes. */
public interface SchemaSink extends TransactionalSink<TableChange> {

  /**
   * Opens a writer of schema changes with a connection of its own. The caller closes it.
   *
   * @param run the run with the epoch that {@link #takeOver} returned
   * @param names what tables and columns of the source are at the target
   * @throws TransientException if opening it again may succeed
   */
  SchemaWriter openSchemaWriter(JobRun run, TargetNames names);
}
