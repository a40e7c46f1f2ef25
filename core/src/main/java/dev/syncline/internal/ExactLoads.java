package dev.syncline.internal;

import dev.syncline.Completion;
import dev.syncline.ExactRead;
import dev.syncline.SnapshotReader;
import dev.syncline.SnapshotWriter;
import dev.syncline.SnapshotWriter.ExistingRows;
import dev.syncline.SnapshotWriter.Portion;
import dev.syncline.TableChangedException;
import dev.syncline.TableSourceSession;
import dev.syncline.TargetProgress;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.KeyRange;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.internal.Checkpoint.PlannedTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Loads tables that cannot be cut, each as it stands at one exact point of the stream, and the
 * tables of a {@link CascadeGroup} together at one point. It happens before the stream is followed;
 * an unfinished load is emptied at the target and repeated, that of a group as a whole.
 *
 * <p>That a load has begun is recorded in the transaction of a table's first rows, so that nobody
 * else's rows are ever taken for those of an unfinished load.
 */
final class ExactLoads<C extends dev.syncline.change.Change> {

  /** What a load records with its first rows: a part without rows that joins no other part. */
  private static final Completion BEGUN = new Completion(new KeyRange("begun", "begun"), "");

  private static final int ROWS_AT_FIRST = 16;

  private final JobSpec<C> spec;
  private final JobProgress<C> progress;
  private final Counters counters;
  private final Rows<C> rows;
  private final Workers workers;
  private final CheckpointKeeper keeper;
  private final LateLoads late;

  ExactLoads(
      JobSpec<C> spec,
      JobProgress<C> progress,
      Rows<C> rows,
      Workers workers,
      CheckpointKeeper keeper) {
    this.spec = spec;
    this.progress = progress;
    this.counters = progress.counters();
    this.rows = rows;
    this.workers = workers;
    this.keeper = keeper;
    this.late = new LateLoads(spec.name());
  }

  /** What could not be loaded yet. */
  LateLoads late() {
    return late;
  }

  /**
   * Loads what is outstanding.
   *
   * @param writers opens a writer of existing rows
   * @param streamsAnswer returns when each stream has answered once
   */
  void loadAll(
      TableSourceSession session,
      TargetProgress found,
      Supplier<SnapshotWriter> writers,
      Workers.Task streamsAnswer)
      throws Exception {
    SnapshotReader reader = workers.own(session.openSnapshotReader());
    List<List<PlannedTable>> uncut = outstanding(keeper.current().tables(), reader);
    if (!uncut.isEmpty()) {
      SnapshotWriter writer = workers.own(writers.get());
      Planner planner = new Planner(spec, workers, writers);
      for (List<PlannedTable> together : uncut) {
        workers.check();
        if (together.stream().anyMatch(table -> hasBegun(table, found))) {
          streamsAnswer.run();
        }
        forget(together);
        for (PlannedTable planned : together) {
          planner.emptyBeforeLoad(planned, hasBegun(planned, found), writer);
        }
        List<TableDefinition> tables = together.stream().map(PlannedTable::definition).toList();
        try {
          keeper.save(keeper.current().withCompleted(load(tables, reader, writer)));
          tables.forEach(table -> progress.tableCopied(table.id()));
        } catch (TableChangedException e) {
          late.add(tables, e, session.currentPositions());
          for (TableDefinition table : tables) {
            writer.clear(spec.ends().shapes().target(table));
          }
          reader.close();
          reader = workers.own(session.openSnapshotReader());
        }
      }
      writer.close();
    }
    reader.close();
  }

  /**
   * Some tables of a group may be complete as of a load that was cut off. They are loaded once more
   * with the rest, at another point, and must not be counted as of the earlier one then.
   */
  private void forget(List<PlannedTable> together) {
    Checkpoint checkpoint = keeper.current();
    for (PlannedTable planned : together) {
      checkpoint = checkpoint.withForgotten(planned.definition().id());
    }
    keeper.save(checkpoint);
  }

  /** Whether the target has recorded rows of a table that must be loaded as a whole. */
  private static boolean hasBegun(PlannedTable table, TargetProgress found) {
    return !found.completed().getOrDefault(table.definition().id(), List.of()).isEmpty();
  }

  /** What is still to be loaded: tables that stand in one list are loaded together. */
  private List<List<PlannedTable>> outstanding(List<PlannedTable> tables, SnapshotReader reader) {
    List<List<PlannedTable>> lists = new ArrayList<>();
    List<PlannedTable> alone = new ArrayList<>(tables);
    for (CascadeGroup group : CascadeGroups.of(spec, tables)) {
      List<PlannedTable> members = new ArrayList<>(tables);
      members.removeIf(table -> !group.includes(table.definition().id()));
      alone.removeAll(members);
      if (!members.stream().allMatch(PlannedTable::isComplete)) {
        lists.add(members);
      }
    }
    for (PlannedTable table : alone) {
      if (!table.isComplete() && !reader.canCut(table.definition())) {
        lists.add(List.of(table));
      }
    }
    return lists;
  }

  /** Loads tables, which are empty, at one point; returns what is complete then. */
  private Map<TableId, List<Completion>> load(
      List<TableDefinition> tables, SnapshotReader reader, SnapshotWriter writer) throws Exception {
    try (ExactRead read = reader.readExactly(tables)) {
      Set<TableId> begun = new HashSet<>();
      int count = ROWS_AT_FIRST;
      List<SnapshotRow> next = read.next(count);
      while (!next.isEmpty()) {
        // A load of hours is in vain if the stream cannot be followed behind it.
        workers.checkForGood();
        TableDefinition table = next.get(0).table();
        boolean begins = begun.add(table.id());
        List<SnapshotRow> left = rows.transform(next);
        writer.write(
            new Portion(
                spec.ends().shapes().target(table),
                left,
                ExistingRows.OVERWRITE,
                begins ? Optional.of(BEGUN) : Optional.empty()));
        counters.copied(table.id(), left.size());
        count = begins ? ROWS_AT_FIRST : Math.min(2 * count, fitting(next));
        next = read.next(count);
      }
      // None is complete before all are: an unfinished load of a group is known by the rest of it.
      Completion all = new Completion(KeyRange.ALL, read.position().toString());
      Map<TableId, List<Completion>> completed = new HashMap<>();
      for (TableDefinition table : tables) {
        TableDefinition target = spec.ends().shapes().target(table);
        writer.write(new Portion(target, List.of(), ExistingRows.OVERWRITE, Optional.of(all)));
        completed.put(table.id(), List.of(all));
      }
      return completed;
    }
  }

  private int fitting(List<SnapshotRow> last) {
    long bytes = last.stream().mapToLong(row -> row.row().approximateBytes()).sum();
    long perRow = Math.max(1, bytes / last.size());
    long fitting = spec.limits().batchBytes() / perRow;
    return (int) Math.max(1, Math.min(spec.limits().batchRows(), fitting));
  }
}
