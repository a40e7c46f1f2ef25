package dev.syncline;

import dev.syncline.change.TableChange;

/** A transactional sink into which existing rows of tables can be copied beside its lanes. */
public interface SnapshotSink extends TransactionalSink<TableChange> {

  /**
   * Opens a writer for existing rows. The caller closes it.
   *
   * @param run the run with the epoch that {@link #takeOver} returned
   * @throws TransientException if opening it again may succeed
   */
  SnapshotWriter openSnapshotWriter(JobRun run);
}
