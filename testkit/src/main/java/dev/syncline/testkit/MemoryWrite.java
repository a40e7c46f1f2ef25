package dev.syncline.testkit;

import dev.syncline.change.Row;
import java.util.Objects;
import java.util.Optional;

/**
 * One write that a {@link MemoryTarget} committed under a key.
 *
 * @param kind what was done
 * @param row the row as it stood afterwards; empty if it was gone
 */
public record MemoryWrite(Kind kind, Optional<Row> row) {

  /** What was done to a row. */
  public enum Kind {
    /** A row of a snapshot was written. */
    SNAPSHOT,
    /** A row was written for an insert or an update. */
    WRITE,
    /** The row was deleted for a delete, or for an update that moved it to another key. */
    DELETE,
    /** The whole table was cleared. */
    CLEAR
  }

  /** Checks that nothing is missing. */
  public MemoryWrite {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(row, "row");
  }
}
