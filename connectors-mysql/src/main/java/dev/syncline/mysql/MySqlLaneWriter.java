package dev.syncline.mysql;

import dev.syncline.JobRun;
import dev.syncline.PreparingLaneWriter;
import dev.syncline.change.TableChange;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes changes and the positions behind them in common transactions. */
final class MySqlLaneWriter implements PreparingLaneWriter<TableChange> {

  private final RowSession session;
  private final Ledger ledger;
  private final JobRun run;
  private final int lane;

  MySqlLaneWriter(RowSession session, Ledger ledger, JobRun run, int lane) {
    this.session = session;
    this.ledger = ledger;
    this.run = run;
    this.lane = lane;
  }

  @Override
  public void write(List<TableChange> changes) throws InterruptedException {
    prepare(changes).write();
  }

  @Override
  public Prepared prepare(List<TableChange> changes) {
    Optional<ChangeApplier> by = session.applier();
    Optional<List<ChangeApplier.ReadyTable>> ready = by.flatMap(a -> a.prepare(changes));
    return () ->
        session.runOrRepeat(
            connection -> ledger.lockLane(connection, run, lane),
            "write changes",
            (connection, applier) -> {
              // Another connection knows the tables anew.
              if (ready.isPresent() && by.orElseThrow() == applier) {
                applier.applyReady(ready.get());
              } else {
                applier.apply(changes);
              }
            });
  }

  @Override
  public void commit(Map<String, String> positions) throws InterruptedException {
    session.begin(connection -> ledger.lockLane(connection, run, lane));
    session.run(
        "record the position of job '" + run.job() + "'",
        (connection, applier) -> ledger.move(connection, run, lane, positions));
    session.commit();
  }

  @Override
  public void close() {
    session.close();
  }
}
