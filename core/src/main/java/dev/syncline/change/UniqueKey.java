package dev.syncline.change;

import java.util.List;
import java.util.Objects;

/**
 * A primary key or a unique index of a table.
 *
 * @param name the key's name at the source; the primary key's is {@code PRIMARY}
 * @param columns ordinals (from 0) of the columns of the key in the key's order; of an expression
 *     only the columns that stand in it by themselves
 * @param coverage what of the columns is unique
 */
public record UniqueKey(String name, List<Integer> columns, Coverage coverage) {

  /** The name of every primary key. */
  public static final String PRIMARY = "PRIMARY";

  /** What a unique key compares. */
  public enum Coverage {
    /** Whole columns. */
    COLUMNS,
    /** The beginning of at least one column. */
    PREFIX,
    /** At least one expression. */
    EXPRESSION
  }

  /** Copies the columns. */
  public UniqueKey {
    Objects.requireNonNull(name, "name");
    columns = List.copyOf(columns);
    Objects.requireNonNull(coverage, "coverage");
  }

  /** Whether this is the table's primary key. */
  public boolean isPrimary() {
    return name.equals(PRIMARY);
  }
}
