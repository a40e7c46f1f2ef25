package dev.syncline.mysql.endtoend;

import dev.syncline.CheckedSink;
import dev.syncline.Finding;
import dev.syncline.JobRun;
import dev.syncline.LaneWriter;
import dev.syncline.SnapshotSink;
import dev.syncline.SnapshotWriter;
import dev.syncline.StructureSink;
import dev.syncline.StructureWriter;
import dev.syncline.TargetProgress;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.MySqlSink;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A sink that can do all that another one can, but does not let the target cascade. */
record NonCascadingSink(MySqlSink sink) implements SnapshotSink, StructureSink, CheckedSink {

  @Override
  public TargetProgress takeOver(JobRun run, Map<String, String> firstPositions) {
    return sink.takeOver(run, firstPositions);
  }

  @Override
  public LaneWriter<TableChange> openLane(JobRun run, int lane) {
    return sink.openLane(run, lane);
  }

  @Override
  public SnapshotWriter openSnapshotWriter(JobRun run) {
    return sink.openSnapshotWriter(run);
  }

  @Override
  public StructureWriter openStructureWriter() {
    return sink.openStructureWriter();
  }

  @Override
  public List<Finding> check(SinkCheck check) {
    return sink.check(check);
  }

  @Override
  public Set<String> risks() {
    return sink.risks();
  }
}
