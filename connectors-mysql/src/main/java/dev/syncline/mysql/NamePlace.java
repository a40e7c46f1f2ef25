package dev.syncline.mysql;

/**
 * Where a name stands in the text of a statement.
 *
 * @param start where it begins, with the name of its database if that is written
 * @param end where it ends
 * @param name as it is meant; the name of a database is a database without a name
 * @param table the table that a column, key or constraint belongs to; otherwise {@code name}
 */
record NamePlace(int start, int end, Role role, DdlName name, DdlName table) {

  /** What is named. */
  enum Role {
    DATABASE,
    /** A table that the statement defines, changes or reads. */
    TABLE,
    /**
     * The table that a foreign key refers to. Without a database it is one of the table's own
     * database, not of the session's.
     */
    PARENT,
    /** A table in front of a column in an expression: the one that is defined. */
    QUALIFIER,
    COLUMN,
    /** A word in an expression that is a column if the table has one of that name. */
    MAYBE_COLUMN,
    KEY,
    CONSTRAINT,
    /** A view, routine, trigger, event, sequence or package. */
    OBJECT
  }
}
