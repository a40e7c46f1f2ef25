package dev.syncline.change;

import java.util.List;
import java.util.Objects;

/** What a {@link SchemaChange} does to one selected table. Names and columns are the source's. */
public sealed interface TableEffect {

  /** The table's name before the change; the new name if there was no table. */
  TableId table();

  /**
   * The table was created. It has no rows; those of a {@code CREATE TABLE … SELECT} follow in the
   * stream.
   *
   * @param after the table behind the change
   */
  record Created(TableDefinition after) implements TableEffect {

    /** Checks that nothing is missing. */
    public Created {
      Objects.requireNonNull(after, "after");
    }

    @Override
    public TableId table() {
      return after.id();
    }
  }

  /**
   * Columns, keys or other properties of the table changed; its name did not.
   *
   * @param before the table before the change
   * @param after the table behind the change
   * @param origins for each column of {@code after} the ordinal that it had before, or -1 if it is
   *     new
   */
  record Altered(TableDefinition before, TableDefinition after, List<Integer> origins)
      implements TableEffect {

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if the names differ, or the origins do not fit the columns
     */
    public Altered {
      origins = List.copyOf(origins);
      if (!before.id().equals(after.id())) {
        throw new IllegalArgumentException(
            "Table '%s' cannot be altered to '%s'; that is a renaming."
                .formatted(before.id(), after.id()));
      }
      int columns = before.columns().size();
      if (origins.size() != after.columns().size()
          || origins.stream().anyMatch(o -> o < -1 || o >= columns)) {
        throw new IllegalArgumentException(
            "The origins %s do not fit the columns of table '%s'.".formatted(origins, after.id()));
      }
    }

    @Override
    public TableId table() {
      return before.id();
    }
  }

  /**
   * The table has another name. An {@code ALTER TABLE … RENAME} with other clauses gives an {@link
   * Altered} before.
   *
   * <p>If the name that it has in the end is not selected, the table leaves the job. One that gets
   * a selected name and did not take part before gives an {@link Arrived}.
   *
   * @param before the table before the change
   * @param after the table behind the change, which differs by its name, and by what follows from
   *     that
   */
  record Renamed(TableDefinition before, TableDefinition after) implements TableEffect {

    /** Checks that nothing is missing. */
    public Renamed {
      Objects.requireNonNull(before, "before");
      Objects.requireNonNull(after, "after");
    }

    @Override
    public TableId table() {
      return before.id();
    }
  }

  /**
   * The table was dropped.
   *
   * @param before the table before the change
   */
  record Dropped(TableDefinition before) implements TableEffect {

    /** Checks that nothing is missing. */
    public Dropped {
      Objects.requireNonNull(before, "before");
    }

    @Override
    public TableId table() {
      return before.id();
    }
  }

  /**
   * All rows, or those of some partitions, were removed without a trace in the stream.
   *
   * @param before the table, which stays as it is defined
   */
  record Emptied(TableDefinition before) implements TableEffect {

    /** Checks that nothing is missing. */
    public Emptied {
      Objects.requireNonNull(before, "before");
    }

    @Override
    public TableId table() {
      return before.id();
    }
  }

  /**
   * A table is there whose definition and rows are not known: it got a selected name by a renaming
   * and did not take part before, or was made like one that does not. The engine looks at it and
   * copies it; until then the stream brings neither its rows nor what changes it.
   *
   * @param table the table
   */
  record Arrived(TableId table) implements TableEffect {

    /** Checks that nothing is missing. */
    public Arrived {
      Objects.requireNonNull(table, "table");
    }
  }
}
