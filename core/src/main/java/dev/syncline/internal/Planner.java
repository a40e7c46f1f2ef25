package dev.syncline.internal;

import dev.syncline.ExistingTables;
import dev.syncline.Initialization;
import dev.syncline.LeftOut;
import dev.syncline.SnapshotReader;
import dev.syncline.SnapshotWriter;
import dev.syncline.SourceSession;
import dev.syncline.StructureSink;
import dev.syncline.StructureWriter;
import dev.syncline.StructureWriter.Presence;
import dev.syncline.SyncException;
import dev.syncline.TableSelection;
import dev.syncline.TableSourceSession;
import dev.syncline.TableStructure;
import dev.syncline.TransactionalSink;
import dev.syncline.TransientException;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.Change;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.internal.Checkpoint.Copying;
import dev.syncline.internal.Checkpoint.Phase;
import dev.syncline.internal.Checkpoint.PlannedTable;
import dev.syncline.internal.Checkpoint.Preparation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** Decides at the first start what will be done, and does what comes before the rows. */
final class Planner {

  private static final int LOOKS = 5;

  private final JobSpec<?> spec;
  private final Workers workers;

  Planner(JobSpec<?> spec, Workers workers) {
    this.spec = spec;
    this.workers = workers;
  }

  /** What the first start will do. Changes nothing at either end. */
  Checkpoint plan(SourceSession<?> session) {
    Look look = look(session);
    List<PlannedTable> tables = new ArrayList<>();
    if (asks() && spec.ends().sink() instanceof StructureSink sink) {
      try (StructureWriter writer = workers.own(sink.openStructureWriter())) {
        for (TableStructure table : look.tables()) {
          tables.add(planned(table, preparation(writer, target(table.definition()))));
        }
      }
    } else {
      look.tables().forEach(table -> tables.add(planned(table, Preparation.USE)));
    }
    return new Checkpoint(
        UUID.randomUUID().toString(),
        1,
        Phase.PLANNED,
        new Checkpoint.Decided(
            Optional.of(ObjectMaking.kinds(spec)),
            Optional.of(String.valueOf(spec.ends().selection())),
            spec.ends().shapes().mapping().described()),
        look.positions(),
        tables,
        List.of(),
        look.memory());
  }

  /** The selected tables as they are at these positions, and what the source remembers there. */
  private record Look(
      Map<String, String> positions, List<TableStructure> tables, Map<String, String> memory) {}

  /**
   * Looks at the tables before and after the positions are taken, until both looks agree: the
   * streams bring every change of a table behind these positions, and none that is in the look.
   */
  private Look look(SourceSession<?> session) {
    if (!(session instanceof TableSourceSession source)) {
      return new Look(positions(session), List.of(), Map.of());
    }
    List<TableStructure> before = source.tables();
    Map<String, String> remembered = source.memory();
    for (int look = 1; look <= LOOKS; look++) {
      Map<String, String> positions = positions(session);
      List<TableStructure> now = source.tables();
      Map<String, String> memory = source.memory();
      if (definitions(now).equals(definitions(before)) && memory.equals(remembered)) {
        return new Look(positions, now, memory);
      }
      before = now;
      remembered = memory;
    }
    throw new TransientException(
        ("Job '%s' cannot begin: its tables were changed each of the %d times that it looked at"
                + " them. It begins when nobody alters, makes or drops selected tables.")
            .formatted(spec.name(), LOOKS + 1));
  }

  private static Map<String, String> positions(SourceSession<?> session) {
    Map<String, String> positions = new TreeMap<>();
    session.currentPositions().forEach((name, place) -> positions.put(name, place.toString()));
    return positions;
  }

  private static List<TableDefinition> definitions(List<TableStructure> tables) {
    return tables.stream().map(TableStructure::definition).toList();
  }

  private TableDefinition target(TableDefinition source) {
    return spec.ends().shapes().target(source);
  }

  private boolean asks() {
    return !spec.start().initialize().isEmpty();
  }

  /** A later start finds here what this one has decided, and copies no other rows. */
  private PlannedTable planned(TableStructure table, Preparation preparation) {
    boolean copies = spec.start().initialize().contains(Initialization.DATA);
    return new PlannedTable(
        table.definition(), preparation, table.size(), copies ? Copying.NOTHING : Copying.ALL);
  }

  private Preparation preparation(StructureWriter writer, TableDefinition table) {
    Presence presence = writer.presence(table);
    boolean creates = spec.start().initialize().contains(Initialization.STRUCTURE);
    if (presence == Presence.ABSENT) {
      if (!creates) {
        throw refused(table.id(), "is not at the target", "Create it, or initialize STRUCTURE");
      }
      return Preparation.CREATE;
    }
    ExistingTables policy = spec.start().existing();
    if (policy == ExistingTables.REFUSE && !creates) {
      policy = ExistingTables.USE_IF_EMPTY;
    }
    return switch (policy) {
      case REFUSE ->
          throw refused(
              table.id(),
              "is at the target already",
              "Drop it there, or choose another value of existingTables");
      case USE_IF_EMPTY -> {
        if (presence == Presence.FILLED) {
          throw refused(
              table.id(), "has rows at the target", "Empty it there, or choose KEEP_ROWS or CLEAR");
        }
        yield Preparation.USE;
      }
      case KEEP_ROWS -> {
        if (presence == Presence.FILLED && table.identity().isEmpty()) {
          throw refused(
              table.id(),
              "has rows at the target but no key to tell them from new ones",
              "Choose CLEAR, or empty it there");
        }
        yield Preparation.KEEP;
      }
      case CLEAR -> Preparation.CLEAR;
    };
  }

  private SyncException refused(TableId table, String what, String fix) {
    return new SyncException(
        "Job '%s' cannot begin: table '%s' %s. %s.".formatted(spec.name(), table, what, fix));
  }

  /**
   * Makes what is planned at the target. Doing it again changes nothing.
   *
   * @return what is left out
   */
  <C extends Change> List<LeftOut> prepare(Checkpoint plan, SourceSession<C> session) {
    ObjectMaking objects = new ObjectMaking(spec, workers, plan);
    prepareTables(plan, session, objects);
    return objects.afterTables(session);
  }

  private <C extends Change> void prepareTables(
      Checkpoint plan, SourceSession<C> session, ObjectMaking objects) {
    List<PlannedTable> toPrepare =
        plan.tables().stream().filter(t -> t.preparation() != Preparation.USE).toList();
    if (toPrepare.isEmpty() || !(spec.ends().sink() instanceof StructureSink sink)) {
      return;
    }
    Map<TableId, TableStructure> structures = new TreeMap<>();
    if (session instanceof TableSourceSession tables) {
      tables.tables().forEach(table -> structures.put(table.definition().id(), table));
    }
    try (StructureWriter writer = workers.own(sink.openStructureWriter())) {
      List<CascadeGroup> groups = CascadeGroups.of(spec, plan.tables());
      Set<TableId> cleared = new HashSet<>();
      for (PlannedTable table : toPrepare) {
        TableId id = table.definition().id();
        TableDefinition target = target(table.definition());
        switch (table.preparation()) {
          case CREATE -> {
            TableStructure full = unchanged(table.definition(), structures);
            writer.create(spec.ends().shapes().target(objects.withFirstKeys(full)));
          }
          case CLEAR -> {
            if (cleared.add(target.id())) {
              writer.clear(target);
            }
          }
          case KEEP -> {
            if (groups.stream().anyMatch(group -> group.includes(id))) {
              checkEmpty(target, writer, "foreign keys cascade between it and others");
            } else {
              checkKept(table, session, writer);
            }
          }
          case USE -> {}
        }
      }
    }
  }

  /** A table that is loaded as a whole must be empty, since its rows cannot be told apart. */
  private void checkKept(PlannedTable table, SourceSession<?> session, StructureWriter writer) {
    if (table.isComplete() || !(session instanceof TableSourceSession tables)) {
      return;
    }
    try (SnapshotReader reader = workers.own(tables.openSnapshotReader())) {
      TableDefinition definition = table.definition();
      if (!reader.canCut(definition)) {
        checkEmpty(target(definition), writer, "its key cannot be cut into ranges");
      }
    }
  }

  private void checkEmpty(TableDefinition table, StructureWriter writer, String why) {
    if (writer.presence(table) == Presence.FILLED) {
      throw refused(
          table.id(),
          "has rows at the target that are to be kept, but " + why,
          "Choose CLEAR, or empty it there");
    }
  }

  /**
   * Makes sure that a table which is loaded as a whole is empty: rows of a load of this job that
   * did not end are deleted, and all others only where that was chosen.
   *
   * @param begun whether the target has recorded the beginning of such a load
   */
  void emptyBeforeLoad(PlannedTable planned, boolean begun, SnapshotWriter writer)
      throws InterruptedException {
    TableDefinition table = target(planned.definition());
    if (spec.ends().shapes().mapping().selection().isMerged(table.source())) {
      throw new SyncException(
          ("Job '%s' cannot load table '%s': its key cannot be cut into ranges, and it cannot be"
                  + " loaded as a whole beside the other tables that are merged into '%s'. Leave it"
                  + " out of the selection.")
              .formatted(spec.name(), table.source(), table.id()));
    }
    if (begun || planned.preparation() == Preparation.CLEAR) {
      writer.clear(table);
    } else if (spec.ends().sink() instanceof TransactionalSink
        && spec.ends().sink() instanceof StructureSink sink) {
      try (StructureWriter structures = workers.own(sink.openStructureWriter())) {
        if (structures.presence(table) == Presence.FILLED) {
          throw new SyncException(
              ("Job '%s' cannot load table '%s': it has rows at the target that the job has not"
                      + " written. Empty it there and start the job again.")
                  .formatted(spec.name(), table.id()));
        }
      }
    }
  }

  /**
   * Lets the target forget what it has recorded of a table that is to be copied afresh. Its rows
   * stay, since they are the stream's, unless the table cannot be cut any more: then it is loaded
   * as a whole, into an empty table.
   */
  void forget(PlannedTable planned, SnapshotReader reader, SnapshotWriter writer)
      throws InterruptedException {
    TableDefinition source = planned.definition();
    TableDefinition table = spec.ends().shapes().target(source);
    if (reader.canCut(source)) {
      writer.forget(table);
    } else if (spec.ends().selection() instanceof TableSelection tables
        && tables.isMerged(source.id())) {
      throw new SyncException(
          ("Job '%s' cannot go on copying table '%s': its key was changed into one that cannot be"
                  + " cut into ranges, and rows of other tables are in '%s' too. Start the job"
                  + " anew.")
              .formatted(spec.name(), source.id(), table.id()));
    } else if (planned.preparation() == Preparation.KEEP) {
      throw new SyncException(
          ("Job '%s' cannot go on copying table '%s': its key was changed into one that cannot be"
                  + " cut into ranges, and its rows at the target are to be kept (KEEP_ROWS). Start"
                  + " the job anew with another value of existingTables.")
              .formatted(spec.name(), table.id()));
    } else {
      writer.clear(table);
    }
  }

  private TableStructure unchanged(
      TableDefinition planned, Map<TableId, TableStructure> structures) {
    TableStructure now = structures.get(planned.id());
    if (now == null || !now.definition().equals(planned)) {
      throw new SyncException(
          ("Job '%s' cannot begin: table '%s' was changed or dropped at the source, or Syncline was"
                  + " updated, while the job was starting. Delete the job's checkpoint and start it"
                  + " again.")
              .formatted(spec.name(), planned.id()));
    }
    return now;
  }
}
