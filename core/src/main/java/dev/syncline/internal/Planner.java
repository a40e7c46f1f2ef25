package dev.syncline.internal;

import dev.syncline.Completion;
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
import dev.syncline.TableSourceSession;
import dev.syncline.TableStructure;
import dev.syncline.TransactionalSink;
import dev.syncline.TransientException;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.Change;
import dev.syncline.change.KeyRange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.internal.Checkpoint.Phase;
import dev.syncline.internal.Checkpoint.PlannedTable;
import dev.syncline.internal.Checkpoint.Preparation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
          tables.add(planned(table, preparation(writer, table.definition())));
        }
      }
    } else {
      look.tables().forEach(table -> tables.add(planned(table, Preparation.USE)));
    }
    return new Checkpoint(
        UUID.randomUUID().toString(),
        1,
        Phase.PLANNED,
        Optional.of(ObjectMaking.kinds(spec)),
        look.positions(),
        tables);
  }

  /** The selected tables as they are defined at these positions. */
  private record Look(Map<String, String> positions, List<TableStructure> tables) {}

  /**
   * Looks at the tables before and after the positions are taken, until both looks agree: the
   * streams bring every change of a table behind these positions, and none that is in the look.
   */
  private Look look(SourceSession<?> session) {
    if (!(session instanceof TableSourceSession source)) {
      return new Look(positions(session), List.of());
    }
    List<TableStructure> before = source.tables();
    for (int look = 1; look <= LOOKS; look++) {
      Map<String, String> positions = positions(session);
      List<TableStructure> now = source.tables();
      if (definitions(now).equals(definitions(before))) {
        return new Look(positions, now);
      }
      before = now;
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

  private boolean asks() {
    return !spec.start().initialize().isEmpty();
  }

  /** A later start finds here what this one has decided, and copies no other rows. */
  private PlannedTable planned(TableStructure table, Preparation preparation) {
    boolean copies = spec.start().initialize().contains(Initialization.DATA);
    Optional<Completion> completed =
        copies ? Optional.empty() : Optional.of(new Completion(KeyRange.ALL, ""));
    return new PlannedTable(table.definition(), preparation, table.size(), completed);
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
      for (PlannedTable table : toPrepare) {
        TableId id = table.definition().id();
        switch (table.preparation()) {
          case CREATE ->
              writer.create(objects.withFirstKeys(unchanged(table.definition(), structures)));
          case CLEAR -> writer.clear(table.definition());
          case KEEP -> {
            if (groups.stream().anyMatch(group -> group.includes(id))) {
              checkEmpty(table.definition(), writer, "foreign keys cascade between it and others");
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
        checkEmpty(definition, writer, "its key cannot be cut into ranges");
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
    TableDefinition table = planned.definition();
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
