package dev.syncline.internal;

import dev.syncline.CascadingSink;
import dev.syncline.Guarantee;
import dev.syncline.JobRun;
import dev.syncline.LaneWriter;
import dev.syncline.ParallelSink;
import dev.syncline.PreparingLaneWriter;
import dev.syncline.SnapshotSink;
import dev.syncline.SnapshotWriter;
import dev.syncline.TargetKeys;
import dev.syncline.TargetProgress;
import dev.syncline.TransactionalSink;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.Change;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TransactionPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A sink that keeps the job's progress together with the data. */
record TransactionalTarget<C extends Change>(TransactionalSink<C> sink) implements Target<C> {

  @Override
  public Guarantee guarantee() {
    return Guarantee.EXACTLY_ONCE;
  }

  @Override
  public TargetProgress takeOver(
      JobRun run, Map<String, String> firstPositions, Checkpoint checkpoint) {
    return sink.takeOver(run, firstPositions);
  }

  @Override
  public LaneOutput<C> openLane(JobRun run, int lane, List<CascadeGroup> groups) {
    return new Output<>(
        !groups.isEmpty() && sink instanceof CascadingSink<C> cascading
            ? cascading.openLane(run, lane, groups)
            : sink.openLane(run, lane));
  }

  @Override
  public void beginLanes(JobRun run, int lanes, String layout) {
    parallel().beginLanes(run, lanes, layout);
  }

  @Override
  public TargetKeys keysOf(TableDefinition table) {
    return parallel().keysOf(table);
  }

  private ParallelSink<C> parallel() {
    if (sink instanceof ParallelSink<C> parallel) {
      return parallel;
    }
    throw new UnsupportedOperationException("'" + sink + "' is written by one lane.");
  }

  @Override
  public SnapshotWriter openSnapshotWriter(JobRun run) {
    if (sink instanceof SnapshotSink snapshots) {
      return snapshots.openSnapshotWriter(run);
    }
    throw new UnsupportedOperationException("'" + sink + "' takes no existing rows.");
  }

  private record Output<C extends Change>(LaneWriter<C> writer) implements LaneOutput<C> {

    @Override
    public Prepared prepare(List<TransactionPart<C>> parts) {
      List<C> changes = changes(parts);
      if (writer instanceof PreparingLaneWriter<C> preparing) {
        PreparingLaneWriter.Prepared prepared = preparing.prepare(changes);
        return prepared::write;
      }
      return () -> writer.write(changes);
    }

    private List<C> changes(List<TransactionPart<C>> parts) {
      if (parts.size() == 1) {
        return parts.get(0).changes();
      }
      List<C> changes = new ArrayList<>();
      parts.forEach(part -> changes.addAll(part.changes()));
      return changes;
    }

    @Override
    public void commit(Map<String, String> positions) throws InterruptedException {
      writer.commit(positions);
    }

    @Override
    public void close() {
      writer.close();
    }
  }
}
