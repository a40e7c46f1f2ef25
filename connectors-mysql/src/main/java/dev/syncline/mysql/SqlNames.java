package dev.syncline.mysql;

import dev.syncline.change.TableId;

/** Writes names into SQL. */
final class SqlNames {

  private SqlNames() {}

  /** A name between back-ticks. */
  static String quote(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  /** A table with its database. */
  static String quote(TableId table) {
    return quote(table.database()) + "." + quote(table.name());
  }
}
