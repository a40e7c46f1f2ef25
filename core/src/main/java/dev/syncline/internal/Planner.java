package dev.syncline.internal;

import dev.syncline.ExistingTables;
import dev.syncline.Initialization;
import dev.syncline.LeftOut;
import dev.syncline.ObjectKind;
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
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.internal.Arrival.Seen;
import dev.syncline.internal.Checkpoint.Copying;
import dev.syncline.internal.Checkpoint.Phase;
import dev.syncline.internal.Checkpoint.PlannedTable;
import dev.syncline.internal.Checkpoint.Preparation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Decides at the first start what will be done, and does what comes before the rows. */
final class Planner {

  private final JobSpec<?> spec;
  private final Workers workers;
  private final Supplier<SnapshotWriter> writers;

  /** A planner whose supplier, which opens a writer of existing rows, is asked once the run may. */
  Planner(JobSpec<?> spec, Workers workers, Supplier<SnapshotWriter> writers) {
    this.spec = spec;
    this.workers = workers;
    this.writers = writers;
  }

  /** What the first start will do. Changes nothing at either end. */
  Checkpoint plan(SourceSession<?> session) {
    Looks.Look look = Looks.first(spec.name(), session);
    checkNames(look);
    return new Checkpoint(
        UUID.randomUUID().toString(),
        1,
        Phase.PLANNED,
        new Checkpoint.Decided(
            Optional.of(ObjectMaking.kinds(spec)),
            Optional.of(String.valueOf(spec.ends().selection())),
            spec.ends().shapes().described()),
        look.positions(),
        planned(look),
        List.of(),
        look.memory(),
        List.of(),
        Map.of());
  }

  private List<PlannedTable> planned(Looks.Look look) {
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
    return tables;
  }

  /** Tables may have come since the pre-check. */
  private void checkNames(Looks.Look look) {
    if (look.tables().isEmpty()) {
      return;
    }
    TakenNames taken = new TakenNames(spec.ends().shapes(), List.of());
    for (TableStructure table : look.tables()) {
      TableId id = table.definition().id();
      Optional<TableId> other = taken.other(id);
      if (other.isPresent()) {
        throw refused(
            id,
            "would be '%s' at the target, as '%s' would"
                .formatted(spec.ends().shapes().mapping().target(id), other.get()),
            "Give them names of their own, or let all of them be merged into one");
      }
      taken.add(id);
    }
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
   * @throws BeginAnew if the source has tables otherwise by now, which the next run looks at anew
   */
  List<LeftOut> prepare(CheckpointKeeper keeper, SourceSession<?> session)
      throws BeginAnew, InterruptedException {
    Checkpoint plan = keeper.current();
    ObjectMaking objects = new ObjectMaking(spec, workers, plan);
    List<CascadeGroup> groups = CascadeGroups.of(spec, plan.tables());
    Set<TableId> changed = prepareTables(plan.tables(), session, groups, objects::withFirstKeys);
    if (!changed.isEmpty()) {
      changed.stream()
          .filter(table -> groups.stream().anyMatch(group -> group.includes(table)))
          .findFirst()
          .ifPresent(this::failChanged);
      List<Arrival> arrivals = new ArrayList<>(plan.arrivals());
      changed.forEach(table -> arrivals.add(new Arrival(table)));
      keeper.save(plan.withTables(List.of(), changed).withArrivals(arrivals));
      throw new BeginAnew(
          "Tables %s were changed while job '%s' was starting.".formatted(changed, spec.name()));
    }
    return objects.afterTables(session);
  }

  private void failChanged(TableId table) {
    throw new SyncException(
        ("Job '%s' cannot begin: table '%s' was changed or dropped at the source while the job was"
                + " starting, and foreign keys that cascade bind it to other tables. Delete the"
                + " job's checkpoint and what it has made at the target, and start it again.")
            .formatted(spec.name(), table));
  }

  /**
   * Makes tables at the target, which others may be waiting for.
   *
   * @param planned the tables
   * @param structure what of a table of the source is made
   * @return those that are not made: the source has them otherwise by now, or no more
   */
  private Set<TableId> prepareTables(
      List<PlannedTable> planned,
      SourceSession<?> session,
      List<CascadeGroup> groups,
      UnaryOperator<TableStructure> structure)
      throws InterruptedException {
    Set<TableId> changed = new TreeSet<>();
    List<PlannedTable> toPrepare =
        planned.stream().filter(t -> t.preparation() != Preparation.USE).toList();
    if (toPrepare.isEmpty() || !(spec.ends().sink() instanceof StructureSink sink)) {
      return changed;
    }
    Map<TableId, TableStructure> structures = new TreeMap<>();
    if (session instanceof TableSourceSession tables) {
      tables.tables().forEach(table -> structures.put(table.definition().id(), table));
    }
    try (StructureWriter writer = workers.own(sink.openStructureWriter())) {
      for (PlannedTable table : toPrepare) {
        TableId id = table.definition().id();
        TableDefinition target = target(table.definition());
        switch (table.preparation()) {
          case CREATE -> {
            TableStructure now = structures.get(id);
            if (now != null && now.definition().equals(table.definition())) {
              writer.create(spec.ends().shapes().target(structure.apply(now)));
            } else if (writer.presence(target) == Presence.ABSENT) {
              changed.add(id);
            } // else an earlier run has made it as it was planned
          }
          case KEEP -> {
            if (groups.stream().anyMatch(group -> group.includes(id))) {
              checkEmpty(target, writer, "foreign keys cascade between it and others");
            } else {
              checkKept(table, session, writer);
            }
          }
          case CLEAR, USE -> {}
        }
      }
      clear(toPrepare, writer);
    }
    return changed;
  }

  /**
   * Empties tables. Where the sink can tell runs apart it does so for this run alone: one that was
   * held up must not delete what a later one has copied.
   */
  private void clear(List<PlannedTable> planned, StructureWriter structures)
      throws InterruptedException {
    Map<TableId, TableDefinition> targets = new TreeMap<>();
    for (PlannedTable table : planned) {
      if (table.preparation() == Preparation.CLEAR) {
        TableDefinition target = target(table.definition());
        targets.putIfAbsent(target.id(), target);
      }
    }
    if (targets.isEmpty()) {
      return;
    }
    if (!(spec.ends().sink() instanceof TransactionalSink)) {
      targets.values().forEach(structures::clear);
      return;
    }
    try (SnapshotWriter writer = workers.own(writers.get())) {
      for (TableDefinition target : targets.values()) {
        writer.clear(target);
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

  /** Lets the target forget what it has recorded of tables that are to be copied afresh. */
  void forget(CheckpointKeeper keeper, SourceSession<?> session) throws InterruptedException {
    List<PlannedTable> afresh =
        keeper.current().tables().stream().filter(table -> table.copying().afresh()).toList();
    if (afresh.isEmpty() || !(session instanceof TableSourceSession tables)) {
      return;
    }
    SnapshotReader reader = workers.own(tables.openSnapshotReader());
    SnapshotWriter writer = workers.own(writers.get());
    for (PlannedTable table : afresh) {
      forget(table, reader, writer);
      keeper.save(keeper.current().withForgotten(table.definition().id()));
    }
    writer.close();
    reader.close();
  }

  /**
   * Looks at the tables that are to join the job and at which nobody has looked, and decides what
   * will be done to them at the target. Changes nothing at either end.
   *
   * @throws SyncException if the target cannot take one of them
   */
  Checkpoint lookAtArrivals(Checkpoint now, SourceSession<?> session) {
    List<Arrival> arrivals = new ArrayList<>(now.arrivals());
    Set<TableId> unseen = new TreeSet<>();
    arrivals.stream().filter(a -> a.seen().isEmpty()).forEach(a -> unseen.add(a.table()));
    if (unseen.isEmpty()) {
      return now;
    }
    arrivals.removeIf(arrival -> unseen.contains(arrival.table()));
    Looks.Look look = Looks.later(spec.name(), session, unseen::contains);
    Map<TableId, PlannedTable> found = new TreeMap<>();
    TakenNames taken = taken(now.tables());
    arrivals.stream()
        .flatMap(arrival -> arrival.seen().stream())
        .flatMap(seen -> seen.found().stream())
        .forEach(table -> taken.add(table.definition().id()));
    // Names first: what is at the target already may be what another table has made.
    for (TableStructure table : look.tables()) {
      checkName(table.definition().id(), taken);
    }
    for (PlannedTable table : planned(look)) {
      checkJoins(table, now.tables());
      boolean copies = !table.isComplete();
      found.put(
          table.definition().id(),
          table.with(table.definition(), copies ? Copying.AFRESH : table.copying()));
    }
    for (TableId table : unseen) {
      Seen seen = new Seen(look.positions(), Optional.ofNullable(found.get(table)));
      arrivals.add(new Arrival(table, Optional.of(seen)));
    }
    return now.withArrivals(arrivals);
  }

  private TakenNames taken(List<PlannedTable> tables) {
    return new TakenNames(
        spec.ends().shapes(), tables.stream().map(table -> table.definition().id()).toList());
  }

  /** Emptying the table at the target, or writing into it, would be at the cost of another. */
  private void checkName(TableId table, TakenNames taken) {
    Optional<TableId> other = taken.other(table);
    if (other.isPresent()) {
      throw cannotJoin(
          table,
          "it would be '%s' at the target, as '%s' is already"
              .formatted(spec.ends().shapes().mapping().target(table), other.get()));
    }
    taken.add(table);
  }

  /** Those of joining tables whose names others have got since they were looked at. */
  private Set<TableId> overtaken(List<PlannedTable> joining, List<PlannedTable> others) {
    TakenNames taken = taken(others);
    Set<TableId> overtaken = new TreeSet<>();
    joining.stream()
        .map(table -> table.definition().id())
        .filter(table -> taken.other(table).isPresent())
        .forEach(overtaken::add);
    return overtaken;
  }

  private void checkJoins(PlannedTable table, List<PlannedTable> others) {
    TableId id = table.definition().id();
    if (spec.ends().shapes().mapping().selection().isMerged(id)) {
      throw cannotJoin(id, "it is merged with others at the target");
    }
    List<PlannedTable> all = new ArrayList<>(others);
    all.add(table);
    for (CascadeGroup group : CascadeGroups.of(spec, all)) {
      if (group.includes(id) && group.tables().size() > 1) {
        throw cannotJoin(id, "foreign keys that cascade bind it to other tables");
      }
    }
  }

  /**
   * Makes tables that join the job at the target.
   *
   * @return those that are not made, as {@link #prepareTables} says, and have to be looked at again
   */
  Set<TableId> prepareArrivals(List<PlannedTable> found, Checkpoint now, SourceSession<?> session)
      throws InterruptedException {
    Set<TableId> again = new TreeSet<>(overtaken(found, now.tables()));
    List<PlannedTable> tables =
        found.stream().filter(table -> !again.contains(table.definition().id())).toList();
    Checkpoint behind = now.withTables(tables, Set.of());
    ObjectMaking objects = new ObjectMaking(spec, workers, behind);
    // Once all rows are there, nobody comes back to make foreign keys.
    boolean late =
        behind.phase() == Phase.COPIED && behind.kinds().contains(ObjectKind.FOREIGN_KEY);
    UnaryOperator<TableStructure> structure = late ? objects::withAllKeys : objects::withFirstKeys;
    again.addAll(
        prepareTables(tables, session, CascadeGroups.of(spec, behind.tables()), structure));
    return again;
  }

  private SyncException cannotJoin(TableId table, String why) {
    return new SyncException(
        ("Job '%s' stops: table '%s' is at the source now with rows that are not in the stream, and"
                + " %s, so that they cannot be copied while the others are followed. Rename the"
                + " table at the source and start the job again, or delete the job's checkpoint"
                + " and its tables at the target and start it anew.")
            .formatted(spec.name(), table, why));
  }
}
