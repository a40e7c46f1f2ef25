package dev.syncline.testkit;

import dev.syncline.JobRun;
import dev.syncline.LaneWriter;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.TableChange;
import java.util.List;
import java.util.Map;

/** Writes a lane's transactions to a {@link MemoryTarget}. */
final class MemoryLaneWriter implements LaneWriter<TableChange> {

  private final MemoryTarget target;
  private final JobRun run;
  private final Lane lane;
  private final OneUser user;
  private final CurrentTransaction current;
  private final MemoryCascades cascades;

  /** What only one transaction of a lane holds. */
  record Lane(String job, int number) {}

  MemoryLaneWriter(MemoryTarget target, JobRun run, int lane, List<CascadeGroup> groups) {
    this.target = target;
    this.run = run;
    this.lane = new Lane(run.job(), lane);
    this.user = new OneUser("The writer of lane " + lane);
    this.current = new CurrentTransaction(target, user);
    this.cascades = new MemoryCascades(target, groups);
  }

  @Override
  public void write(List<TableChange> changes) throws InterruptedException {
    user.run(
        () ->
            current.use(
                () -> target.begin(run),
                transaction -> {
                  target.hold(transaction, lane);
                  for (TableChange change : changes) {
                    cascades.apply(transaction, change);
                  }
                }));
  }

  @Override
  public void commit(Map<String, String> positions) throws InterruptedException {
    user.run(
        () ->
            current.use(
                () -> target.begin(run),
                transaction -> {
                  target.hold(transaction, lane);
                  target.records().move(run, lane.number(), positions);
                  current.commit();
                }));
  }

  @Override
  public void close() {
    current.close();
  }
}
