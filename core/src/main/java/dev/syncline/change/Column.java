package dev.syncline.change;

import java.util.Objects;
import java.util.Optional;

/**
 * A column of a table.
 *
 * @param name the column's name as declared
 * @param type the type
 * @param nullable whether the column may hold NULL
 * @param origin who gives the column its values
 * @param constant what the database stores where an insert does not name the column, in the words
 *     of the source's connector; empty if that is not known
 */
public record Column(
    String name, ColumnType type, boolean nullable, Origin origin, Optional<String> constant) {

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
    Objects.requireNonNull(constant, "constant");
  }

  /** A column of which it is not known what it gets from an insert that does not name it. */
  public Column(String name, ColumnType type, boolean nullable, Origin origin) {
    this(name, type, nullable, origin, Optional.empty());
  }

  /** Whether the database computes this column. */
  public boolean isGenerated() {
    return origin != Origin.WRITTEN;
  }
}
