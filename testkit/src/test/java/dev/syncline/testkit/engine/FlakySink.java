package dev.syncline.testkit.engine;

import dev.syncline.CascadingSink;
import dev.syncline.ColumnwiseSink;
import dev.syncline.JobRun;
import dev.syncline.LaneWriter;
import dev.syncline.LeftOut;
import dev.syncline.ObjectSink;
import dev.syncline.ObjectWriter;
import dev.syncline.ParallelSink;
import dev.syncline.SchemaObject;
import dev.syncline.SchemaSink;
import dev.syncline.SchemaWriter;
import dev.syncline.SnapshotSink;
import dev.syncline.SnapshotWriter;
import dev.syncline.StructureWriter;
import dev.syncline.TableStructure;
import dev.syncline.TargetKeys;
import dev.syncline.TargetNames;
import dev.syncline.TargetProgress;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.MemorySink;
import java.util.List;
import java.util.Map;

/** A sink whose connections break. */
record FlakySink(MemorySink sink, Faults faults)
    implements ParallelSink<TableChange>,
        CascadingSink<TableChange>,
        ColumnwiseSink<TableChange>,
        ObjectSink,
        SchemaSink,
        SnapshotSink {

  @Override
  public TargetProgress takeOver(JobRun run, Map<String, String> firstPositions) {
    return faults.call("takeOver", () -> sink.takeOver(run, firstPositions));
  }

  @Override
  public LaneWriter<TableChange> openLane(JobRun run, int lane) {
    return new Lane(faults.call("openLane", () -> sink.openLane(run, lane)), faults);
  }

  @Override
  public void beginLanes(JobRun run, int lanes, String layout) {
    faults.run("beginLanes", () -> sink.beginLanes(run, lanes, layout));
  }

  @Override
  public TargetKeys keysOf(TableDefinition table) {
    return faults.call("keysOf", () -> sink.keysOf(table));
  }

  @Override
  public LaneWriter<TableChange> openLane(JobRun run, int lane, List<CascadeGroup> groups) {
    return new Lane(faults.call("openLane", () -> sink.openLane(run, lane, groups)), faults);
  }

  @Override
  public SnapshotWriter openSnapshotWriter(JobRun run) {
    return new Rows(faults.call("openSnapshotWriter", () -> sink.openSnapshotWriter(run)), faults);
  }

  @Override
  public SchemaWriter openSchemaWriter(JobRun run, TargetNames names) {
    return new Schema(
        faults.call("openSchemaWriter", () -> sink.openSchemaWriter(run, names)), faults);
  }

  @Override
  public StructureWriter openStructureWriter() {
    return new Structure(faults.call("openStructureWriter", sink::openStructureWriter), faults);
  }

  @Override
  public ObjectWriter openObjectWriter() {
    return new Objects(faults.call("openObjectWriter", sink::openObjectWriter), faults);
  }

  @Override
  public String toString() {
    return "flaky " + sink;
  }

  private record Lane(LaneWriter<TableChange> writer, Faults faults)
      implements LaneWriter<TableChange> {

    @Override
    public void write(List<TableChange> changes) throws InterruptedException {
      faults.run("write", () -> writer.write(changes));
    }

    @Override
    public void commit(Map<String, String> positions) throws InterruptedException {
      faults.run("commit", () -> writer.commit(positions));
    }

    @Override
    public void close() {
      faults.note("close lane");
      writer.close();
    }
  }

  private record Schema(SchemaWriter writer, Faults faults) implements SchemaWriter {

    @Override
    public List<LeftOut> apply(SchemaChange change, String stream, Map<String, String> positions)
        throws InterruptedException {
      faults.run("apply", () -> writer.apply(change, stream, positions));
      return List.of();
    }

    @Override
    public void pass(SchemaChange change, String stream, Map<String, String> positions)
        throws InterruptedException {
      faults.run("pass", () -> writer.pass(change, stream, positions));
    }

    @Override
    public void close() {
      faults.note("close schema");
      writer.close();
    }
  }

  private record Rows(SnapshotWriter writer, Faults faults) implements SnapshotWriter {

    @Override
    public void write(Portion portion) throws InterruptedException {
      faults.run("write rows", () -> writer.write(portion));
    }

    @Override
    public void clear(TableDefinition table) throws InterruptedException {
      faults.run("clear before a load", () -> writer.clear(table));
    }

    @Override
    public void forget(TableDefinition table) throws InterruptedException {
      faults.run("forget", () -> writer.forget(table));
    }

    @Override
    public void close() {
      faults.note("close rows writer");
      writer.close();
    }
  }

  private record Objects(ObjectWriter writer, Faults faults) implements ObjectWriter {

    @Override
    public List<LeftOut> addForeignKeys(TableDefinition table) {
      List<LeftOut> leftOut = faults.call("addForeignKeys", () -> writer.addForeignKeys(table));
      faults.note("added foreign keys");
      return leftOut;
    }

    @Override
    public List<LeftOut> create(List<SchemaObject> objects) {
      List<LeftOut> leftOut = faults.call("create objects", () -> writer.create(objects));
      faults.note("created objects");
      return leftOut;
    }

    @Override
    public void close() {
      faults.note("close objects");
      writer.close();
    }
  }

  private record Structure(StructureWriter writer, Faults faults) implements StructureWriter {

    @Override
    public Presence presence(TableDefinition table) {
      return faults.call("presence", () -> writer.presence(table));
    }

    @Override
    public void create(TableStructure table) {
      faults.run("create", () -> writer.create(table));
    }

    @Override
    public void clear(TableDefinition table) {
      faults.run("clear", () -> writer.clear(table));
    }

    @Override
    public void close() {
      faults.note("close structure");
      writer.close();
    }
  }
}
