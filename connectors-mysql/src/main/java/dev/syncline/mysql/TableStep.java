package dev.syncline.mysql;

import dev.syncline.change.Row;
import java.util.List;

/**
 * A part of what must be done to one table at the target. Rows that are written have all columns of
 * the source, but for those of a {@link Patch}.
 */
sealed interface TableStep {

  /** Rows that overwrite the row with their key, or are added, one after the other. */
  record Write(List<Row> rows) implements TableStep {
    public Write {
      rows = List.copyOf(rows);
    }
  }

  /** Rows whose keys are deleted if they are there. */
  record Delete(List<Row> rows) implements TableStep {
    public Delete {
      rows = List.copyOf(rows);
    }
  }

  /** A row that changes in its place, or is added if it is not there. */
  record Update(Row before, Row after) implements TableStep {}

  /** A row that gets another key and must keep what the target alone knows of it. */
  record Move(Row before, Row after) implements TableStep {}

  /**
   * A row of which some columns change, perhaps those of its key.
   *
   * @param after what the row has then, as far as it is known; never enough to make a row
   * @param mayBeMissing whether there is nothing to do if the row is not there
   */
  record Patch(Row before, Row after, boolean mayBeMissing) implements TableStep {}

  /** Rows that are added to a keyless table. */
  record Append(List<Row> rows) implements TableStep {
    public Append {
      rows = List.copyOf(rows);
    }
  }

  /** A row of a keyless table that changes: exactly one of those that look like it. */
  record Replace(Row before, Row after) implements TableStep {}

  /** A row of a keyless table that goes: exactly one of those that look like it. */
  record Remove(Row before) implements TableStep {}
}
