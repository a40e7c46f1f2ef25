package dev.syncline.mysql;

import dev.syncline.Completion;
import dev.syncline.JobRun;
import dev.syncline.SnapshotWriter;
import dev.syncline.change.Row;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableDefinition;
import java.sql.SQLException;
import java.util.List;

/** Writes existing rows, each portion and what it completes in one transaction. */
final class MySqlSnapshotWriter implements SnapshotWriter {

  private final RowSession session;
  private final Ledger ledger;
  private final JobRun run;

  MySqlSnapshotWriter(SinkSession session, WriteLimits limits, Ledger ledger, JobRun run) {
    this.session = new RowSession(session, limits);
    this.ledger = ledger;
    this.run = run;
  }

  @Override
  public void write(Portion portion) throws InterruptedException {
    session.runOrRepeat(
        connection -> ledger.lockJob(connection, run),
        "write existing rows",
        (connection, applier) -> {
          writeRows(applier, portion);
          if (portion.completes().isPresent()) {
            Completion completion = portion.completes().get();
            TableDefinition table = portion.table();
            ledger.complete(connection, run, table.source(), table.id(), completion);
          }
        });
    session.commit();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Rows go in transactions of limited size, each of which looks at the epoch first. Emptying
   * the table at once would be faster, but that is a statement which commits by itself and goes on
   * running after its client has died, so it might empty the table under a later run.
   */
  @Override
  public void clear(TableDefinition table) throws InterruptedException {
    TableClearing clearing = new TableClearing(table.id());
    while (!clearing.isDone()) {
      begin();
      session.run(
          "delete the rows of table '" + table.id() + "'",
          (connection, applier) -> {
            clearing.step(connection);
            if (clearing.isDone()) {
              ledger.forget(connection, run, table.source());
            }
          });
      session.commit();
    }
  }

  @Override
  public void forget(TableDefinition table) throws InterruptedException {
    begin();
    session.run(
        "forget what is copied of table '" + table.id() + "'",
        (connection, applier) -> ledger.forget(connection, run, table.source()));
    session.commit();
  }

  @Override
  public void close() {
    session.close();
  }

  private void begin() throws InterruptedException {
    session.begin(connection -> ledger.lockJob(connection, run));
  }

  private static void writeRows(ChangeApplier applier, Portion portion) throws SQLException {
    List<Row> rows = portion.rows().stream().map(SnapshotRow::row).toList();
    if (rows.isEmpty()) {
      return;
    }
    switch (portion.existing()) {
      case OVERWRITE -> applier.overwrite(portion.table(), rows);
      case KEEP -> applier.insertMissing(portion.table(), rows);
    }
  }
}
