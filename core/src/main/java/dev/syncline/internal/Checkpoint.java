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

/**
 * What a job needs to go on.
 *
 * @param jobId the job's id, made at its first start
 * @param epoch the number of the last run that began
 * @param phase how far the beginning of the job has come
 * @param objects what is made at the target besides tables; empty if that was planned by a version
 *     that made nothing else, and tables with all of their foreign keys
 * @param positions the printed position of each stream up to which everything is at the target
 * @param tables the selected tables as they are defined at these positions
 * @param mapping what makes tables at the target other ones than at the source, in words; empty if
 *     nothing does
 */
record Checkpoint(
    String jobId,
    long epoch,
    Phase phase,
    Optional<Set<ObjectKind>> objects,
    Map<String, String> positions,
    List<PlannedTable> tables,
    List<String> mapping) {

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
   * @param completed the part of its snapshot that is complete, from the beginning of the table on;
   *     all of it if the job copies no rows
   */
  record PlannedTable(
      TableDefinition definition,
      Preparation preparation,
      TableSize size,
      Optional<Completion> completed) {

    boolean isComplete() {
      return completed.isPresent() && completed.get().range().isLast();
    }

    PlannedTable withCompleted(Completion completion) {
      return new PlannedTable(definition, preparation, size, Optional.of(completion));
    }
  }

  Checkpoint {
    objects = objects.map(Set::copyOf);
    positions = Map.copyOf(positions);
    tables = List.copyOf(tables);
    mapping = List.copyOf(mapping);
  }

  /** What is made at the target besides tables and the foreign keys that come with them. */
  Set<ObjectKind> kinds() {
    return objects.orElse(Set.of());
  }

  Checkpoint withEpoch(long other) {
    return new Checkpoint(jobId, other, phase, objects, positions, tables, mapping);
  }

  Checkpoint withPhase(Phase other) {
    return new Checkpoint(jobId, epoch, other, objects, positions, tables, mapping);
  }

  Checkpoint withPositions(Map<String, String> changed) {
    Map<String, String> all = new TreeMap<>(positions);
    all.putAll(changed);
    return new Checkpoint(jobId, epoch, phase, objects, all, tables, mapping);
  }

  /** This checkpoint with the parts of snapshots that a target has recorded. */
  Checkpoint withCompleted(Map<TableId, List<Completion>> recorded) {
    List<PlannedTable> changed = new ArrayList<>();
    for (PlannedTable table : tables) {
      List<Completion> parts = recorded.getOrDefault(table.definition().id(), List.of());
      changed.add(fromBeginning(parts).map(table::withCompleted).orElse(table));
    }
    return new Checkpoint(jobId, epoch, phase, objects, positions, changed, mapping);
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
