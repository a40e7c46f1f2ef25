package dev.syncline.mysql;

import dev.syncline.change.TableId;

/**
 * The name of a table or another object in a statement, as it is meant: without quotes, in the case
 * in which it is written.
 *
 * @param database empty for the session's default database
 */
record DdlName(String database, String name) {

  /** The object's whole name in a session. */
  TableId in(String defaultDatabase) {
    return new TableId(database.isEmpty() ? defaultDatabase : database, name);
  }

  /** For messages. */
  @Override
  public String toString() {
    return database.isEmpty() ? name : database + "." + name;
  }
}
