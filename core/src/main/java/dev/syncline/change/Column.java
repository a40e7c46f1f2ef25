package dev.syncline.change;

import java.util.Objects;

/**
 * A column of a table.
 *
 * @param name the column's name as declared
 * @param type the type
 * @param nullable whether the column may hold NULL
 * @param origin who gives the column its values
 */
public record Column(String name, ColumnType type, boolean nullable, Origin origin) {

  /** Who gives a column its values. */
  public enum Origin {
    /** Writers do. */
    WRITTEN,
    /** The database computes and stores them; a sink must not write them. */
    GENERATED_STORED,
    /** The database computes them on reading; a sink must not write them. */
    GENERATED_VIRTUAL
  }

  /** Checks that nothing is missing. */
  public Column {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(origin, "origin");
  }

  /** Whether the database computes this column. */
  public boolean isGenerated() {
    return origin != Origin.WRITTEN;
  }
}
