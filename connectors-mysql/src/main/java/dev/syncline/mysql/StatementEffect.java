package dev.syncline.mysql;

import java.util.List;

/**
 * What a statement in the binlog may do to tables, as far as its text tells.
 *
 * @param kind what it does
 * @param verb its first words, for messages
 * @param objects what it does it to; databases have an empty table
 */
record StatementEffect(Kind kind, String verb, List<ObjectName> objects) {
  /** What a statement does. */
  enum Kind {
    /** Neither rows nor the definition of a table change. */
    NONE,
    /** The tables are created if they are not there. */
    CREATES_ABSENT,
    /** The tables are created, renamed, emptied or changed. */
    CHANGES,
    /** The tables are dropped. */
    DROPS,
    /** The databases are dropped. */
    DROPS_DATABASES,
    /** Rows of the tables change, and the log does not say which. */
    WRITES,
    /**
     * Some object is defined, it is not understood how; the objects are all names that it may
     * mention, taken for databases.
     */
    DEFINES_SOMETHING,
    /** Not understood; the objects are all names that it mentions, taken for databases. */
    UNKNOWN
  }

  /**
   * A name in a statement.
   *
   * @param database empty for the session's default database
   */
  record ObjectName(String database, String table) {}

  /** Copies the list. */
  StatementEffect {
    objects = List.copyOf(objects);
  }

  static StatementEffect none(String verb) {
    return new StatementEffect(Kind.NONE, verb, List.of());
  }
}
