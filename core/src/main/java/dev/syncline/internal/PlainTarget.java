package dev.syncline.internal;

import dev.syncline.Completion;
import dev.syncline.Guarantee;
import dev.syncline.JobRun;
import dev.syncline.PlainSink;
import dev.syncline.SinkWriter;
import dev.syncline.SnapshotWriter;
import dev.syncline.TargetKeys;
import dev.syncline.TargetProgress;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.Change;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.TransactionId;
import dev.syncline.change.TransactionPart;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A sink that only writes: progress is kept in the checkpoint alone, behind the data. */
record PlainTarget<C extends Change>(PlainSink<C> sink) implements Target<C> {

  @Override
  public Guarantee guarantee() {
    return Guarantee.AT_LEAST_ONCE;
  }

  @Override
  public TargetProgress takeOver(
      JobRun run, Map<String, String> firstPositions, Checkpoint checkpoint) {
    Map<TableId, List<Completion>> completed = new HashMap<>();
    checkpoint
        .tables()
        .forEach(t -> t.completed().ifPresent(c -> completed.put(t.definition().id(), List.of(c))));
    return new TargetProgress(run.epoch(), List.of(checkpoint.positions()), "", completed);
  }

  @Override
  public LaneOutput<C> openLane(JobRun run, int lane, List<CascadeGroup> groups) {
    return new Output<>(sink.openWriter());
  }

  @Override
  public void beginLanes(JobRun run, int lanes, String layout) {
    throw new UnsupportedOperationException("'" + sink + "' is written by one lane.");
  }

  @Override
  public TargetKeys keysOf(TableDefinition table) {
    throw new UnsupportedOperationException("'" + sink + "' is written by one lane.");
  }

  @Override
  public SnapshotWriter openSnapshotWriter(JobRun run) {
    return new Rows<>(sink.openWriter());
  }

  private record Output<C extends Change>(SinkWriter<C> writer) implements LaneOutput<C> {

    @Override
    public Prepared prepare(List<TransactionPart<C>> parts) {
      return () -> writer.write(new ChangeBatch<>(parts, Optional.empty()));
    }

    @Override
    public void commit(Map<String, String> positions) {
      // Whatever was written is durable, and the engine's checkpoint holds the positions.
    }

    @Override
    public void close() {
      writer.close();
    }
  }

  /** The transaction of rows that were there before the job. */
  private record Snapshot(TableId table) implements TransactionId {

    @Override
    public String toString() {
      return "snapshot of " + table;
    }
  }

  private record Rows<C extends Change>(SinkWriter<C> writer) implements SnapshotWriter {

    @Override
    public void write(Portion portion) throws InterruptedException {
      if (portion.rows().isEmpty()) {
        return;
      }
      long bytes = portion.rows().stream().mapToLong(r -> r.row().approximateBytes()).sum();
      TransactionPart<C> part =
          new TransactionPart<>(
              new Snapshot(portion.table().source()),
              widen(portion.rows()),
              Optional.empty(),
              Instant.EPOCH,
              bytes);
      writer.write(new ChangeBatch<>(List.of(part), Optional.empty()));
    }

    /** Only sources of table changes have snapshots, so a snapshot row is a change of the job. */
    @SuppressWarnings("unchecked")
    private static <C extends Change> List<C> widen(List<SnapshotRow> rows) {
      return (List<C>) rows;
    }

    @Override
    public void clear(TableDefinition table) {
      // A sink that only writes cannot delete: a load that begins anew repeats rows.
    }

    @Override
    public void forget(TableDefinition table) {
      // Only the checkpoint records what is complete.
    }

    @Override
    public void close() {
      writer.close();
    }
  }
}
