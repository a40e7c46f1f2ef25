package dev.syncline.internal;

import dev.syncline.Initialization;
import dev.syncline.JobRun;
import dev.syncline.LeftOut;
import dev.syncline.Operation;
import dev.syncline.SchemaChanges;
import dev.syncline.SchemaSink;
import dev.syncline.SchemaWriter;
import dev.syncline.TableSelection;
import dev.syncline.TargetNames;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Change;
import dev.syncline.change.Position;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableEffect.Arrived;
import dev.syncline.change.TableEffect.Emptied;
import dev.syncline.change.TableId;
import dev.syncline.event.JobEvent;
import dev.syncline.internal.Checkpoint.PlannedTable;
import dev.syncline.internal.Following.Barrier;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deals with changes of tables and other objects, each of which is a barrier: nothing passes it
 * before everything in front of it is committed, and it itself is dealt with. Owned by the job's
 * thread, which goes on with its other work while a change is carried out.
 *
 * <ol>
 *   <li>Lanes commit, lane 0 records where the streams stand, snapshot writers end what they do.
 *   <li>What tables become, and what the source has to remember, is saved in the checkpoint's
 *       history.
 *   <li>The change is carried out at the target, which moves the position of lane 0 behind it.
 *   <li>The run ends, and the next one begins with the tables as they are now.
 * </ol>
 */
final class SchemaBarrier<C extends Change> {

  private static final Logger LOG = LoggerFactory.getLogger(SchemaBarrier.class);

  /** What is told of a statement whose text may hold what should not be told. */
  private static final int WORDS = 3;

  private static final int MOST_TOLD = 120;

  private static final String BY_HAND =
      "Change the target by hand, and choose schemaChanges(IGNORE), or operations(..) without"
          + " SCHEMA_CHANGE for the table, until the job is behind it";

  /** How far the barrier is. */
  private enum Stage {
    /** There is none, or what is in front of it is not committed. */
    OPEN,
    /** What tables become is being saved, and carried out where that is to be. */
    UNDER_WAY,
    /** It is carried out, or nothing was to be. */
    DONE
  }

  private final JobSpec<C> spec;
  private final JobProgress<C> progress;
  private final Workers workers;
  private final Upkeep<C> upkeep;
  private final CheckpointKeeper keeper;
  private final JobRun run;
  private boolean advanced;

  /** Whether a writer of schema changes moves lane 0 behind the change. */
  private boolean written;

  private volatile List<LeftOut> leftOut = List.of();
  private volatile Stage stage = Stage.OPEN;

  SchemaBarrier(
      JobSpec<C> spec, JobProgress<C> progress, Workers workers, Upkeep<C> upkeep, JobRun run) {
    this.spec = spec;
    this.progress = progress;
    this.workers = workers;
    this.upkeep = upkeep;
    this.keeper = upkeep.keeper();
    this.run = run;
  }

  /**
   * Moves on if the streams wait at a change.
   *
   * @return whether the streams may go on behind it
   * @throws BeginAnew if a change is dealt with that makes other tables of those of the run
   * @throws UnsupportedChangeException if the job is to stop in front of it
   */
  boolean step(Following<C> following, Lanes<C> lanes, Optional<Snapshot<C>> snapshot)
      throws BeginAnew {
    Optional<Barrier> barrier = following.barrier();
    if (barrier.isEmpty()) {
      return false;
    }
    Map<String, Position> behind = new TreeMap<>(following.stands());
    behind.put(barrier.get().stream(), barrier.get().end());
    if (stage == Stage.OPEN && snapshot.map(Snapshot::isQuiet).orElse(true) && lanes.settle()) {
      upkeep.note(lanes, snapshot);
      begin(barrier.get(), behind, following.loaded());
    }
    if (stage == Stage.DONE && isRecorded(barrier.get(), behind, lanes)) {
      stage = Stage.OPEN;
      advanced = false;
      end(barrier.get(), behind, snapshot.isPresent());
      following.passBarrier();
      return true;
    }
    return false;
  }

  private void begin(Barrier barrier, Map<String, Position> behind, LoadedTables loaded) {
    if (spec.schemaChanges() == SchemaChanges.STOP && !isMemoryOnly(barrier.change())) {
      throw stopped(
          barrier,
          "the job is to stop at schema changes",
          "Choose schemaChanges(APPLY), or change the target by hand and choose IGNORE");
    }
    List<TableEffect> effects = barrier.change().effects();
    Optional<TableId> shown = loaded.obstacle(effects, barrier.transaction());
    if (shown.isPresent()) {
      throw stopped(
          barrier,
          "table '%s' was loaded as a whole after this change and shows it already"
              .formatted(shown.get()),
          "Delete the job's checkpoint, and its tables at the target, and start it again");
    }
    checkArrivals(barrier);
    checkNames(barrier);
    SchemaChange change = barrier.change();
    NamesAtTarget names = names(change);
    ChangeRules rules = new ChangeRules(spec.ends().shapes(), names, change);
    if (isWanted(change)) {
      checkTarget(barrier, rules);
    }
    boolean inLoad = loaded.haveAll(change.effects(), barrier.transaction());
    boolean applies = isWanted(change) && !rules.isThere() && !inLoad;
    boolean passes = !applies && mayHaveBegun(barrier);
    written = applies || passes;
    Map<String, String> positions = printed(behind);
    // Also of a change that makes nothing of tables: what is begun must be known to come first.
    keeper.set(keeper.current().withHistory(entry(barrier, isWanted(change))));
    stage = Stage.UNDER_WAY;
    workers.start(
        "schema",
        () -> {
          // What rows behind the change look like must be known before the target is behind it.
          keeper.save();
          if (applies) {
            write(barrier, names, (w, c) -> leftOut = w.apply(c, barrier.stream(), positions));
          } else if (passes) {
            write(barrier, names, (w, c) -> w.pass(c, barrier.stream(), positions));
          }
          stage = Stage.DONE;
        });
  }

  /** What the change makes of tables, and how they are followed behind it. */
  private HistoryEntry entry(Barrier barrier, boolean wanted) {
    List<PlannedTable> before = keeper.current().tables();
    HistoryEntry entry =
        HistoryEntry.of(
            barrier.stream(), barrier.end().toString(), barrier.change(), before, this::isSelected);
    AddedCascades cascades = new AddedCascades(spec, before, entry);
    cascades
        .problem(wanted)
        .ifPresent(
            why -> {
              throw stopped(
                  barrier,
                  why,
                  "Delete the job's checkpoint, and its tables at the target, and start it again;"
                      + " or acknowledge CASCADING_FOREIGN_KEY if parent rows are never deleted"
                      + " and never get another key");
            });
    return wanted ? cascades.followed() : entry;
  }

  private NamesAtTarget names(SchemaChange change) {
    return new NamesAtTarget(
        spec.ends().shapes(),
        keeper.current().tables().stream().map(PlannedTable::definition).toList(),
        change);
  }

  /** Whether a change is to be at the target. */
  private boolean isWanted(SchemaChange change) {
    return spec.schemaChanges() == SchemaChanges.APPLY
        && change.statement().isPresent()
        && (change.effects().isEmpty() || followed(change).stream().anyMatch(this::isFollowed));
  }

  /** What a change does to tables of the job. One that arrives is made when it joins. */
  private static List<TableEffect> followed(SchemaChange change) {
    return change.effects().stream().filter(effect -> !(effect instanceof Arrived)).toList();
  }

  /** Whether nothing happens but that the source has more, or less, to remember. */
  private static boolean isMemoryOnly(SchemaChange change) {
    return change.statement().isEmpty() && change.effects().isEmpty();
  }

  private boolean isFollowed(TableEffect effect) {
    return spec.ends().shapes().operations(effect.table()).contains(Operation.SCHEMA_CHANGE);
  }

  /** What can be said of a change before the target is asked. */
  private void checkTarget(Barrier barrier, ChangeRules rules) {
    if (!followed(barrier.change()).stream().allMatch(this::isFollowed)) {
      throw stopped(
          barrier,
          "it changes several tables, and changes of only some of them are followed",
          BY_HAND);
    }
    Optional<String> obstacle = rules.obstacle();
    if (obstacle.isPresent()) {
      throw stopped(barrier, obstacle.get(), BY_HAND);
    }
  }

  /**
   * Whether an earlier run came as far as to carry the change out. Then the target may have a
   * record of that, which must not be there when the next change comes.
   */
  private boolean mayHaveBegun(Barrier barrier) {
    return barrier.change().statement().isPresent()
        && spec.ends().sink() instanceof SchemaSink
        && keeper.current().history().stream()
            .anyMatch(
                entry ->
                    entry.stream().equals(barrier.stream())
                        && entry.position().equals(barrier.end().toString()));
  }

  /** What a writer does with a change. */
  @FunctionalInterface
  private interface Writing {
    void run(SchemaWriter writer, SchemaChange change) throws InterruptedException;
  }

  private void write(Barrier barrier, TargetNames names, Writing writing)
      throws InterruptedException {
    if (!(spec.ends().sink() instanceof SchemaSink sink)) {
      throw new IllegalStateException("'" + spec.ends().sink() + "' carries no changes out.");
    }
    SchemaWriter writer = workers.own(sink.openSchemaWriter(run, names));
    SchemaChange all = barrier.change();
    SchemaChange change = new SchemaChange(all.statement(), followed(all), all.memory());
    writing.run(writer, change);
    writer.close();
    workers.disown(writer);
  }

  /** Whether the position of lane 0 is behind the change at the target. */
  private boolean isRecorded(Barrier barrier, Map<String, Position> behind, Lanes<C> lanes) {
    if (written) {
      lanes.goOn(behind);
      return true;
    }
    if (!advanced) {
      advanced = true;
      lanes.advance(barrier.stream(), barrier.end());
    }
    return lanes.settle();
  }

  private void end(Barrier barrier, Map<String, Position> behind, boolean copies) throws BeginAnew {
    SchemaChange change = barrier.change();
    Set<TableId> tables = new TreeSet<>();
    change.effects().forEach(effect -> tables.add(effect.table()));
    progress.counters().follow(change.effects());
    left(change).keySet().forEach(progress.counters()::forget);
    Checkpoint now = keeper.current().withPositions(printed(behind));
    keeper.set(now.withPassed(entry -> entry.stream().equals(barrier.stream())));
    if (!isMemoryOnly(change)) {
      tell(barrier, tables);
    }
    if (!isPassedInPlace(change, copies)) {
      // A target that keeps no positions leaves it to the checkpoint to say which tables there are.
      keeper.save();
      throw new BeginAnew("The tables of job '" + spec.name() + "' have changed.");
    }
  }

  private void tell(Barrier barrier, Set<TableId> tables) {
    SchemaChange change = barrier.change();
    LOG.info(
        "Job '{}' is behind '{}' at {}, which concerns {}: {}.",
        spec.name(),
        firstWords(change),
        barrier.end(),
        tables.isEmpty() ? "no table" : tables,
        isWanted(change) ? "applied" : "ignored");
    leftOut.forEach(progress::leftOut);
    leftOut = List.of();
    progress.report(
        new JobEvent.SchemaChanged(
            spec.name(),
            change.text(),
            barrier.end().toString(),
            tables,
            isWanted(change) ? SchemaChanges.APPLY : SchemaChanges.IGNORE));
    left(change).forEach((to, from) -> progress.tableLeft(from, to));
  }

  /**
   * Whether the run can go on: tables are defined as before, and no rows are on their way that were
   * read before they were removed.
   */
  private static boolean isPassedInPlace(SchemaChange change, boolean copies) {
    return change.effects().stream().allMatch(effect -> effect instanceof Emptied && !copies);
  }

  /** Rows of a table that comes from outside are not in the stream. */
  private void checkArrivals(Barrier barrier) {
    Optional<TableEffect> arrival =
        barrier.change().effects().stream().filter(Arrived.class::isInstance).findFirst();
    if (arrival.isPresent() && !spec.start().initialize().contains(Initialization.DATA)) {
      throw stopped(
          barrier,
          "table '%s' comes from outside of the selection, with rows that are not in the stream,"
                  .formatted(arrival.get().table())
              + " and the job copies no rows",
          "Make the table at the target with its rows in a job of another name, which initializes"
              + " DATA");
    }
  }

  /** With any policy: rows of one table must not get into another one. */
  private void checkNames(Barrier barrier) {
    NameCollision.of(
            barrier.change().effects(),
            keeper.current().tables().stream().map(PlannedTable::definition).toList(),
            spec.ends().shapes())
        .ifPresent(
            why -> {
              throw stopped(
                  barrier,
                  why,
                  "Leave that table out of the selection with except(..) and start the job again;"
                      + " if it is renamed, with schemaChanges(IGNORE) until the job is behind it");
            });
  }

  /** The names of tables that are no longer selected, with those that they had before. */
  private Map<TableId, TableId> left(SchemaChange change) {
    Map<TableId, TableId> left = RenamedTables.of(change.effects());
    left.keySet().removeIf(this::isSelected);
    return left;
  }

  private boolean isSelected(TableId table) {
    return !(spec.ends().selection() instanceof TableSelection selection)
        || selection.includes(table);
  }

  private UnsupportedChangeException stopped(Barrier barrier, String why, String fix) {
    Set<TableId> tables = new TreeSet<>();
    barrier.change().effects().forEach(effect -> tables.add(effect.table()));
    return new UnsupportedChangeException(
        "Job '%s' stops in front of '%s' on %s, before %s of stream '%s': %s. %s."
            .formatted(
                spec.name(),
                firstWords(barrier.change()),
                tables.isEmpty() ? "other objects than tables" : "table " + tables,
                barrier.end(),
                barrier.stream(),
                why,
                fix));
  }

  private static String firstWords(SchemaChange change) {
    String[] words = change.text().strip().split("\\s+", WORDS + 1);
    String first = String.join(" ", List.of(words).subList(0, Math.min(WORDS, words.length)));
    return first.length() > MOST_TOLD ? first.substring(0, MOST_TOLD) + "…" : first;
  }

  private static Map<String, String> printed(Map<String, Position> positions) {
    Map<String, String> printed = new TreeMap<>();
    positions.forEach((stream, position) -> printed.put(stream, position.toString()));
    return printed;
  }
}
