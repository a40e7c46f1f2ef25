package dev.syncline.testkit;

import dev.syncline.CascadingSink;
import dev.syncline.CheckedSink;
import dev.syncline.ColumnwiseSink;
import dev.syncline.ExistingTables;
import dev.syncline.Finding;
import dev.syncline.Initialization;
import dev.syncline.JobRun;
import dev.syncline.LaneWriter;
import dev.syncline.ObjectSink;
import dev.syncline.ObjectWriter;
import dev.syncline.ParallelSink;
import dev.syncline.SchemaSink;
import dev.syncline.SchemaWriter;
import dev.syncline.SinkWriter;
import dev.syncline.SnapshotSink;
import dev.syncline.SnapshotWriter;
import dev.syncline.StructureWriter;
import dev.syncline.StructureWriter.Presence;
import dev.syncline.TableStructure;
import dev.syncline.TargetKeys;
import dev.syncline.TargetNames;
import dev.syncline.TargetProgress;
import dev.syncline.TransientException;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The reference sink: writes a {@link MemoryTarget}. Immutable; its writers check that they are
 * used as their contract says.
 */
public final class MemorySink
    implements ParallelSink<TableChange>,
        CascadingSink<TableChange>,
        ColumnwiseSink<TableChange>,
        ObjectSink,
        SchemaSink,
        SnapshotSink,
        CheckedSink {

  private final MemoryTarget target;

  /** A sink that writes a target. */
  public MemorySink(MemoryTarget target) {
    this.target = Objects.requireNonNull(target, "target");
  }

  @Override
  public TargetProgress takeOver(JobRun run, Map<String, String> firstPositions) {
    try {
      return target.takeOver(run, firstPositions);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransientException("The take-over was interrupted.", e);
    }
  }

  @Override
  public LaneWriter<TableChange> openLane(JobRun run, int lane) {
    return openLane(run, lane, List.of());
  }

  @Override
  public LaneWriter<TableChange> openLane(JobRun run, int lane, List<CascadeGroup> groups) {
    return new MemoryLaneWriter(target, run, lane, groups);
  }

  @Override
  public void beginLanes(JobRun run, int lanes, String layout) {
    target.beginLanes(run, lanes, layout);
  }

  @Override
  public TargetKeys keysOf(TableDefinition table) {
    return target.keysOf(table);
  }

  @Override
  public SnapshotWriter openSnapshotWriter(JobRun run) {
    return new MemorySnapshotWriter(target, run);
  }

  /** Opens a writer that keeps no progress, as a {@link dev.syncline.PlainSink} does. */
  public SinkWriter<TableChange> openWriter() {
    return new MemorySinkWriter(target);
  }

  @Override
  public StructureWriter openStructureWriter() {
    return new MemoryStructureWriter(target);
  }

  @Override
  public ObjectWriter openObjectWriter() {
    return new MemoryObjectWriter(target);
  }

  @Override
  public SchemaWriter openSchemaWriter(JobRun run, TargetNames names) {
    return new MemorySchemaWriter(target, run, names);
  }

  @Override
  public Set<String> risks() {
    return Set.of();
  }

  @Override
  public List<Finding> check(SinkCheck check) {
    List<Finding> findings = new ArrayList<>();
    check.tables().forEach(table -> check(table, check, findings));
    return findings;
  }

  private void check(TableStructure table, SinkCheck check, List<Finding> findings) {
    TableId id = table.definition().id();
    Presence presence = target.presence(id);
    boolean creates = check.initialize().contains(Initialization.STRUCTURE);
    if (presence == Presence.ABSENT && !creates) {
      findings.add(
          error(
              "TABLE_MISSING",
              id,
              "The table is not at the target, and the job does not make it.",
              check.firstStart()
                  ? "Create it, or let the job initialize the structure."
                  : "Bring it back with its rows, or start the job anew."));
    } else if (!check.firstStart()) {
      // A resumed job's own tables are as they should be.
      return;
    } else if (presence != Presence.ABSENT
        && creates
        && check.existing() == ExistingTables.REFUSE) {
      findings.add(
          error(
              "TABLE_EXISTS",
              id,
              "The table is at the target already.",
              "Drop it, or choose what happens to existing tables."));
    } else if (presence == Presence.FILLED && check.existing() == ExistingTables.USE_IF_EMPTY) {
      findings.add(
          error(
              "TABLE_HAS_ROWS",
              id,
              "The table at the target has rows.",
              "Empty it, or choose what happens to existing tables."));
    }
  }

  private static Finding error(String code, TableId table, String message, String fix) {
    return new Finding(code, Finding.Severity.ERROR, table.toString(), message, fix);
  }

  @Override
  public String toString() {
    return "memory target";
  }
}
