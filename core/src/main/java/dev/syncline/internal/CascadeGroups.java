package dev.syncline.internal;

import dev.syncline.CascadingSink;
import dev.syncline.Completion;
import dev.syncline.Initialization;
import dev.syncline.TableStructure;
import dev.syncline.change.CascadeGroup;
import dev.syncline.internal.Checkpoint.PlannedTable;
import java.util.List;
import java.util.Optional;

/** Says which tables of a job are loaded together and followed by foreign keys that cascade. */
final class CascadeGroups {

  private CascadeGroups() {}

  /** The groups of a job that has begun, among the tables that it loads at an exact point. */
  static List<CascadeGroup> of(JobSpec<?> spec, List<PlannedTable> tables) {
    return isPossible(spec)
        ? CascadeGroup.of(
            tables.stream()
                .filter(CascadeGroups::mayBeLoadedExactly)
                .map(PlannedTable::definition)
                .toList())
        : List.of();
  }

  /** The groups of a job that is looked at before it starts. */
  static List<CascadeGroup> of(
      JobSpec<?> spec, Optional<Checkpoint> stored, List<TableStructure> structures) {
    if (stored.isPresent()) {
      return of(spec, stored.get().tables());
    }
    return areFollowed(spec, stored)
        ? CascadeGroup.of(structures.stream().map(TableStructure::definition).toList())
        : List.of();
  }

  /** Whether a job follows groups as such, if it has any. */
  static boolean areFollowed(JobSpec<?> spec, Optional<Checkpoint> stored) {
    boolean loads =
        stored
            .map(s -> s.tables().stream().anyMatch(CascadeGroups::mayBeLoadedExactly))
            .orElse(spec.start().initialize().contains(Initialization.DATA));
    return loads && isPossible(spec);
  }

  private static boolean isPossible(JobSpec<?> spec) {
    return spec.ends().sink() instanceof CascadingSink;
  }

  /** Rows that others bring, or that were copied in ranges, stand at no one position. */
  private static boolean mayBeLoadedExactly(PlannedTable table) {
    return !table.isComplete()
        || table.completed().map(Completion::asOf).filter(asOf -> !asOf.isEmpty()).isPresent();
  }
}
