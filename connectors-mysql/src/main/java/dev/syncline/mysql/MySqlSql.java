package dev.syncline.mysql;

import dev.syncline.change.TableId;

/** Spells names and text in statements for sessions without ANSI_QUOTES. */
final class MySqlSql {
  private MySqlSql() {}

  /** A name in back ticks. */
  static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  /** A table's full name in back ticks. */
  static String quoted(TableId table) {
    return quoted(table.database()) + "." + quoted(table.name());
  }

  /** A text literal, for sessions that also have neither NO_BACKSLASH_ESCAPES nor old charsets. */
  static String text(String value) {
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'";
  }
}
