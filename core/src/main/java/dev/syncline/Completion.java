package dev.syncline;

import dev.syncline.change.KeyRange;
import java.util.Objects;

/**
 * Says that a part of a table's snapshot is complete at the target. Sinks record it as it is; what
 * it means is the engine's. A part may have no rows, and parts may overlap.
 *
 * @param range the part
 * @param asOf for a table read at an exact point the printed position of it, changes up to which
 *     must not be applied to the table any more; otherwise empty
 */
public record Completion(KeyRange range, String asOf) {

  /** Checks that nothing is missing. */
  public Completion {
    Objects.requireNonNull(range, "range");
    Objects.requireNonNull(asOf, "asOf");
  }
}
