package dev.syncline.internal;

import dev.syncline.Completion;
import dev.syncline.ObjectKind;
import dev.syncline.TableStructure.TableSize;
import dev.syncline.change.KeyRange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What a job needs to go on.
 *
 * @param jobId the job's id, made at its first start
 * @param epoch the number of the last run that began
 * @param phase how far the beginning of the job has come
 * @param decided what was decided when the job first started
 * @param positions the printed position of each stream up to which everything is at the target
 * @param tables the selected tables as they are defined at these positions
 * @param history what tables become behind these positions, in the order of the streams
 * @param memory what the source remembers of each stream at these positions, beside the tables
 * @param arrivals the tables that are to join the job, those that were looked at first
 * @param since where the streams stood when the target had all that is said here of it besides
 *     positions and unfinished copies: whatever it commits behind that, it commits later; empty if
 *     that is not known, as in what an earlier version has saved
 */
record Checkpoint(
    String jobId,
    long epoch,
    Phase phase,
    Decided decided,
    Map<String, String> positions,
    List<PlannedTable> tables,
    List<HistoryEntry> history,
    Map<String, String> memory,
    List<Arrival> arrivals,
    Map<String, String> since) {

  /** How far the beginning of a job has come; each phase includes those before it. */
  enum Phase {
    /** It is decided what to do; nothing is at the target yet. */
    PLANNED,
    /** The target has the job's records. */
    CLAIMED,
    /** The target has the tables. */
    STRUCTURED,
    /** The target has the existing rows. */
    COPIED
  }

  /**
   * What was decided at the first start and holds for good.
   *
   * @param objects what is made at the target besides tables; empty if that was planned by a
   *     version that made nothing else, and tables with all of their foreign keys
   * @param selection the selection in words; empty if that was planned by a version that did not
   *     keep it
   * @param mapping what makes tables at the target other ones than at the source, in words; empty
   *     if nothing does
   */
  record Decided(
      Optional<Set<ObjectKind>> objects, Optional<String> selection, List<String> mapping) {

    Decided {
      objects = objects.map(Set::copyOf);
      mapping = List.copyOf(mapping);
    }
  }

  /** What is done to a table at the target before its rows come. */
  enum Preparation {
    /** It is made. */
    CREATE,
    /** Nothing. */
    USE,
    /** Nothing, and its rows stay at the load. */
    KEEP,
    /** Its rows are deleted. */
    CLEAR
  }

  /**
   * A table that takes part.
   *
   * @param definition the table
   * @param preparation what is done to it at the target
   * @param size its estimated size at the first start
   * @param copying how its rows are copied
   */
  record PlannedTable(
      TableDefinition definition, Preparation preparation, TableSize size, Copying copying) {

    boolean isComplete() {
      return completed().isPresent() && completed().get().range().isLast();
    }

    /**
     * The part of its snapshot that is complete, from the beginning of the table on; all of it if
     * the job copies no rows.
     */
    Optional<Completion> completed() {
      return copying.completed();
    }

    PlannedTable withCompleted(Completion completion) {
      return new PlannedTable(definition, preparation, size, Copying.upTo(completion));
    }

    PlannedTable with(TableDefinition other, Copying how) {
      return new PlannedTable(other, preparation, size, how);
    }

    /** This table without how far a copy is that is not at its end, which the target knows. */
    private PlannedTable withoutProgress() {
      return isComplete() || copying.afresh() ? this : with(definition, Copying.NOTHING);
    }
  }

  /**
   * How far the rows of a table are copied.
   *
   * @param completed the part that is complete
   * @param afresh whether nothing is, and what the target has recorded of it does not count: it is
   *     of a table that was another one, by its name or by its key
   */
  record Copying(Optional<Completion> completed, boolean afresh) {

    static final Copying NOTHING = new Copying(Optional.empty(), false);
    static final Copying AFRESH = new Copying(Optional.empty(), true);
    static final Copying ALL = upTo(new Completion(KeyRange.ALL, ""));

    static Copying upTo(Completion completion) {
      return new Copying(Optional.of(completion), false);
    }
  }

  Checkpoint {
    positions = Map.copyOf(positions);
    tables = List.copyOf(tables);
    history = List.copyOf(history);
    arrivals = List.copyOf(arrivals);
    memory = Map.copyOf(memory);
    since = Map.copyOf(since);
  }

  /** What is made at the target besides tables and the foreign keys that come with them. */
  Set<ObjectKind> kinds() {
    return decided.objects().orElse(Set.of());
  }

  Checkpoint withEpoch(long other) {
    return new Checkpoint(
        jobId, other, phase, decided, positions, tables, history, memory, arrivals, since);
  }

  /** This checkpoint in a phase; if it is in that already, no less holds of the target for it. */
  Checkpoint withPhase(Phase other) {
    if (phase == other) {
      return this;
    }
    return new Checkpoint(
        jobId, epoch, other, decided, positions, tables, history, memory, arrivals, Map.of());
  }

  Checkpoint withPositions(Map<String, String> changed) {
    Map<String, String> all = new TreeMap<>(positions);
    all.putAll(changed);
    return new Checkpoint(
        jobId, epoch, phase, decided, all, tables, history, memory, arrivals, since);
  }

  private Checkpoint withTables(List<PlannedTable> others, List<HistoryEntry> left) {
    Map<String, String> still = saysAsMuch(others) ? since : Map.of();
    return new Checkpoint(
        jobId, epoch, phase, decided, positions, others, left, memory, arrivals, still);
  }

  private boolean saysAsMuch(List<PlannedTable> others) {
    return withoutProgress(tables).equals(withoutProgress(others));
  }

  private static List<PlannedTable> withoutProgress(List<PlannedTable> tables) {
    return tables.stream().map(PlannedTable::withoutProgress).toList();
  }

  /** This checkpoint with other tables that are to join. */
  Checkpoint withArrivals(List<Arrival> others) {
    Map<String, String> still = others.equals(arrivals) ? since : Map.of();
    return new Checkpoint(
        jobId, epoch, phase, decided, positions, tables, history, memory, others, still);
  }

  private Checkpoint withMemory(Map<String, String> other) {
    return new Checkpoint(
        jobId, epoch, phase, decided, positions, tables, history, other, arrivals, Map.of());
  }

  /**
   * This checkpoint, which says no more than what the target has.
   *
   * @param stands where the streams stand: nothing behind it was given to the target so far
   */
  Checkpoint withSince(Map<String, String> stands) {
    return new Checkpoint(
        jobId, epoch, phase, decided, positions, tables, history, memory, arrivals, stands);
  }

  /** This checkpoint with tables that it had not, or had otherwise, and without some others. */
  Checkpoint withTables(List<PlannedTable> changed, Set<TableId> gone) {
    Map<TableId, PlannedTable> now = new TreeMap<>();
    tables.forEach(table -> now.put(table.definition().id(), table));
    gone.forEach(now::remove);
    changed.forEach(table -> now.put(table.definition().id(), table));
    return withTables(List.copyOf(now.values()), history);
  }

  /** This checkpoint with what tables become behind its positions. */
  Checkpoint withHistory(HistoryEntry entry) {
    List<HistoryEntry> all = new ArrayList<>(history);
    all.removeIf(known -> known.stream().equals(entry.stream()));
    all.add(entry);
    return withTables(tables, all);
  }

  /** This checkpoint with the tables as they are behind all entries that its positions passed. */
  Checkpoint withPassed(Predicate<HistoryEntry> isPassed) {
    Checkpoint now = this;
    Map<String, String> remembered = new TreeMap<>(memory);
    List<HistoryEntry> left = new ArrayList<>();
    for (HistoryEntry entry : history) {
      if (isPassed.test(entry)) {
        entry.memory().ifPresent(text -> remembered.put(entry.stream(), text));
        now = now.withTables(entry.tables(), entry.gone()).withArrivals(arrivalsBehind(now, entry));
      } else {
        left.add(entry);
      }
    }
    return left.size() == history.size()
        ? this
        : now.withTables(now.tables(), left).withMemory(remembered);
  }

  /** A name that the stream has given to a table of the job is waited for no more. */
  private static List<Arrival> arrivalsBehind(Checkpoint now, HistoryEntry entry) {
    List<Arrival> all = new ArrayList<>(now.arrivals());
    entry.tables().forEach(t -> all.removeIf(a -> a.table().equals(t.definition().id())));
    for (TableId table : entry.arrived()) {
      if (all.stream().noneMatch(arrival -> arrival.table().equals(table))) {
        all.add(new Arrival(table));
      }
    }
    return all;
  }

  /** This checkpoint with just those parts of unfinished snapshots that a target has recorded. */
  Checkpoint withRecorded(Map<TableId, List<Completion>> recorded) {
    List<PlannedTable> changed = new ArrayList<>();
    for (PlannedTable table : tables) {
      boolean counts = !table.isComplete() && !table.copying().afresh();
      changed.add(counts ? table.with(table.definition(), Copying.NOTHING) : table);
    }
    return withTables(changed, history).withCompleted(recorded);
  }

  /** This checkpoint with the parts of snapshots that are complete at a target besides others. */
  Checkpoint withCompleted(Map<TableId, List<Completion>> recorded) {
    List<PlannedTable> changed = new ArrayList<>();
    for (PlannedTable table : tables) {
      List<Completion> parts = recorded.getOrDefault(table.definition().id(), List.of());
      // A target may have records of a table that had the name before.
      boolean counts = !table.isComplete() && !table.copying().afresh();
      changed.add(counts ? fromBeginning(parts).map(table::withCompleted).orElse(table) : table);
    }
    return withTables(changed, history);
  }

  /** This checkpoint once the target has forgotten what it has recorded of a table. */
  Checkpoint withForgotten(TableId id) {
    List<PlannedTable> changed = new ArrayList<>();
    for (PlannedTable table : tables) {
      boolean is = table.definition().id().equals(id);
      changed.add(is ? table.with(table.definition(), Copying.NOTHING) : table);
    }
    return withTables(changed, history);
  }

  /** Joins the parts that follow each other from the beginning of the table on. */
  static Optional<Completion> fromBeginning(List<Completion> parts) {
    String end = KeyRange.OPEN;
    String asOf = "";
    List<Completion> left = new ArrayList<>(parts);
    boolean moved = true;
    boolean found = false;
    while (moved) {
      moved = false;
      for (Completion part : List.copyOf(left)) {
        if (part.range().after().equals(end) && !(found && end.equals(KeyRange.OPEN))) {
          end = part.range().upTo();
          asOf = part.asOf();
          left.remove(part);
          moved = true;
          found = true;
        }
      }
    }
    return found
        ? Optional.of(new Completion(new KeyRange(KeyRange.OPEN, end), asOf))
        : Optional.empty();
  }
}
