package dev.syncline.mysql;

import dev.syncline.Completion;
import dev.syncline.JobRun;
import dev.syncline.SnapshotWriter;
import dev.syncline.TransientException;
import dev.syncline.change.Row;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableDefinition;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes existing rows, each portion and what it completes in one transaction. */
final class MySqlSnapshotWriter implements SnapshotWriter {

  private static final Logger LOGGER = LoggerFactory.getLogger(MySqlSnapshotWriter.class);
  private static final int DEADLOCK = 1213;

  /**
   * Unique keys make inserts lock the gaps beside their values, so that writers may wait for each
   * other in a circle. A victim has lost nothing but its own rows, which are at hand.
   */
  private static final int ATTEMPTS = 10;

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
    boolean written = false;
    for (int attempt = 1; !written; attempt++) {
      try {
        writeUncommitted(portion);
        written = true;
      } catch (TransientException e) {
        if (attempt == ATTEMPTS || !isDeadlock(e)) {
          throw e;
        }
        LOGGER.debug("Rows of table '{}' are written again.", portion.table().id(), e);
        session.giveUp();
      }
    }
    session.commit();
  }

  private static boolean isDeadlock(TransientException failure) {
    return failure.getCause() instanceof SQLException cause && cause.getErrorCode() == DEADLOCK;
  }

  private void writeUncommitted(Portion portion) throws InterruptedException {
    begin();
    session.run(
        "write existing rows",
        (connection, applier) -> {
          writeRows(applier, portion);
          if (portion.completes().isPresent()) {
            Completion completion = portion.completes().get();
            ledger.complete(connection, run, portion.table().id(), completion);
          }
        });
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
              ledger.forget(connection, run, table.id());
            }
          });
      session.commit();
    }
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
