package dev.syncline.mysql;

import dev.syncline.change.UniqueKey;
import java.util.List;

/**
 * A key of a table as later statements see it. Immutable.
 *
 * @param withoutOverlaps whether rows with equal values may be there if their periods differ
 * @param parts in the order of the key
 */
record TableKey(String name, Kind kind, boolean withoutOverlaps, List<Part> parts) {

  /** The number of an expression in the place of a column's. */
  static final int EXPRESSION = -1;

  /** What is known of a key. */
  enum Kind {
    UNIQUE('U'),
    /** Values may come again; a statement asked for it. */
    PLAIN('P'),
    /** Made for a foreign key: the server drops it when a statement makes one that does as well. */
    GENERATED('G'),
    /**
     * {@link #PLAIN} or {@link #GENERATED}: the catalog does not tell. Also one over the beginning
     * of a column only, beside which servers keep a generated one or not.
     */
    READ('R'),
    /** It may have been {@link #GENERATED}, so that it may have been dropped meanwhile. */
    DOUBTFUL('D');

    private final char letter;

    Kind(char letter) {
      this.letter = letter;
    }

    /** What stands for the kind in {@link TableNotes}. */
    char letter() {
      return letter;
    }
  }

  /**
   * A part of a key.
   *
   * @param column the number of the column, or {@link #EXPRESSION}
   * @param prefix how many characters or bytes of the column; 0 for all
   */
  record Part(int column, int prefix) {}

  TableKey {
    parts = List.copyOf(parts);
  }

  boolean isUnique() {
    return kind == Kind.UNIQUE;
  }

  boolean isPrimary() {
    return name.equals(UniqueKey.PRIMARY);
  }

  boolean isNamed(String other) {
    return name.equalsIgnoreCase(other);
  }

  /** Whether a column is a part of it. */
  boolean has(int column) {
    return parts.stream().anyMatch(part -> part.column() == column);
  }

  /** The same with other parts. */
  TableKey withParts(List<Part> others) {
    return new TableKey(name, kind, withoutOverlaps, others);
  }

  /** The same of another kind. */
  TableKey as(Kind other) {
    return new TableKey(name, other, withoutOverlaps, parts);
  }

  /** The same under another name. */
  TableKey named(String other) {
    return new TableKey(other, kind, withoutOverlaps, parts);
  }

  /** What of its columns is unique. */
  UniqueKey.Coverage coverage() {
    UniqueKey.Coverage coverage =
        withoutOverlaps ? UniqueKey.Coverage.PREFIX : UniqueKey.Coverage.COLUMNS;
    for (Part part : parts) {
      if (part.column() == EXPRESSION) {
        return UniqueKey.Coverage.EXPRESSION;
      }
      if (part.prefix() > 0) {
        coverage = UniqueKey.Coverage.PREFIX;
      }
    }
    return coverage;
  }
}
