package dev.syncline.mysql;

import dev.syncline.change.TableId;
import java.util.Locale;

/**
 * An object of a server that a statement names.
 *
 * @param database the database; the object itself if it is one
 * @param name the name in the database; that of the database if it is one
 */
record SqlObject(Kind kind, String database, String name) {

  /** What an object is. */
  enum Kind {
    DATABASE,
    /** A table, a sequence, or a view where a statement for tables names one. */
    TABLE,
    VIEW,
    PROCEDURE,
    FUNCTION,
    EVENT,
    TRIGGER
  }

  static SqlObject database(String name) {
    return new SqlObject(Kind.DATABASE, name, name);
  }

  /** The full name. */
  TableId id() {
    return new TableId(database, name);
  }

  /** The kind and the name in quotes, for messages. */
  @Override
  public String toString() {
    String full = kind == Kind.DATABASE ? database : id().toString();
    return kind.name().toLowerCase(Locale.ROOT) + " '" + full + "'";
  }
}
