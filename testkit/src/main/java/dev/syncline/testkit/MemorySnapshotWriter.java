package dev.syncline.testkit;

import dev.syncline.JobRun;
import dev.syncline.SnapshotWriter;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableDefinition;

/** Writes existing rows to a {@link MemoryTarget}. */
final class MemorySnapshotWriter implements SnapshotWriter {

  private final MemoryTarget target;
  private final JobRun run;
  private final OneUser user = new OneUser("The writer of existing rows");
  private final CurrentTransaction current;

  MemorySnapshotWriter(MemoryTarget target, JobRun run) {
    this.target = target;
    this.run = run;
    this.current = new CurrentTransaction(target, user);
  }

  @Override
  public void write(Portion portion) throws InterruptedException {
    user.run(
        () ->
            current.use(
                () -> target.begin(run),
                transaction -> {
                  for (SnapshotRow row : portion.rows()) {
                    transaction.copy(row, portion.existing());
                  }
                  target.records().complete(run, portion.table().source(), portion.completes());
                  current.commit();
                }));
  }

  @Override
  public void clear(TableDefinition table) throws InterruptedException {
    user.run(
        () ->
            current.use(
                () -> target.begin(run),
                transaction -> {
                  transaction.clear(table);
                  target.records().forget(run, table.source());
                  current.commit();
                }));
  }

  @Override
  public void forget(TableDefinition table) throws InterruptedException {
    user.run(
        () ->
            current.use(
                () -> target.begin(run),
                transaction -> {
                  target.records().forget(run, table.source());
                  current.commit();
                }));
  }

  @Override
  public void close() {
    current.close();
  }
}
