package dev.syncline.internal;

import dev.syncline.change.TableId;
import dev.syncline.internal.Checkpoint.PlannedTable;
import java.util.Map;
import java.util.Optional;

/**
 * A selected table that the source has and the job has not: its definition and rows are not in the
 * stream. The job looks at it, passes over what the stream has of it up to the place of the look,
 * and has it as any other table from there on.
 *
 * @param table the table
 * @param seen what the look has shown; empty if nobody has looked
 */
record Arrival(TableId table, Optional<Seen> seen) {

  /** A table at which nobody has looked. */
  Arrival(TableId table) {
    this(table, Optional.empty());
  }

  /**
   * What a look has shown.
   *
   * @param positions the printed position of each stream at which it was so
   * @param found the table, and what is done to it at the target; empty if there was none
   */
  record Seen(Map<String, String> positions, Optional<PlannedTable> found) {

    Seen {
      positions = Map.copyOf(positions);
    }
  }
}
