package dev.syncline.mysql.endtoend;

import dev.syncline.mysql.Feature;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a server shows of its tables and other objects. */
final class Shown {

  private Shown() {}

  /** What the server shows of an object, but when it was made. */
  static List<String> object(MySqlServer server, String database, String name) throws SQLException {
    List<String> shown = new ArrayList<>();
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute("SET sql_mode = ''");
      try (ResultSet row = statement.executeQuery("SHOW CREATE " + name)) {
        row.next();
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
          if (!row.getMetaData().getColumnLabel(i).equals("Created")) {
            shown.add(row.getString(i));
          }
        }
      }
    }
    return shown;
  }

  /** What the server prints of each table. */
  static Map<String, String> tables(MySqlServer server, String database) throws SQLException {
    Map<String, String> tables = new TreeMap<>();
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute("SET sql_mode = '', time_zone = '+00:00'");
      for (String table : rows(statement, "SHOW TABLES")) {
        String name = "`" + table.replace("`", "``") + "`";
        try (ResultSet row = statement.executeQuery("SHOW CREATE TABLE " + name)) {
          row.next();
          // MySQL 8.0 prints the set of a collation that it has read beside it.
          String text = row.getString(2).replaceAll("CHARACTER SET \\w+ COLLATE", "COLLATE");
          tables.put(table, sorted(text));
        }
      }
    }
    return tables;
  }

  /** Old servers print foreign keys as they were made, until they read them again. */
  private static String sorted(String table) {
    List<String> keys = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (String line : table.split("\n", -1)) {
      if (line.contains(" FOREIGN KEY ")) {
        keys.add(line.replaceFirst(",$", ""));
      } else {
        others.add(line);
      }
    }
    Collections.sort(keys);
    others.addAll(keys);
    return String.join("\n", others);
  }

  /** What the catalog says of columns, keys, partitions and the database. */
  static List<String> catalog(MySqlServer server, String database) throws SQLException {
    List<String> found = new ArrayList<>();
    boolean computes = Feature.GENERATED_COLUMNS.isIn(server.release());
    String where = " WHERE %s_SCHEMA = '" + database + "' ORDER BY %s";
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute("SET sql_mode = '', time_zone = '+00:00'");
      found.addAll(
          rows(
              statement,
              "SELECT TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, COLUMN_DEFAULT, IS_NULLABLE,"
                  + " COLUMN_TYPE, CHARACTER_SET_NAME, COLLATION_NAME, EXTRA, COLUMN_COMMENT"
                  + (computes ? ", GENERATION_EXPRESSION" : "")
                  + " FROM information_schema.COLUMNS"
                  + where.formatted("TABLE", "1, 3")));
      found.addAll(
          rows(
              statement,
              "SELECT TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX, NON_UNIQUE, COLUMN_NAME, COLLATION,"
                  + " SUB_PART, INDEX_TYPE, INDEX_COMMENT FROM information_schema.STATISTICS"
                  + where.formatted("TABLE", "1, 2, 3")));
      found.addAll(
          rows(
              statement,
              "SELECT TABLE_NAME, PARTITION_NAME, SUBPARTITION_NAME, PARTITION_METHOD,"
                  + " PARTITION_EXPRESSION, PARTITION_DESCRIPTION, PARTITION_COMMENT FROM"
                  + " information_schema.PARTITIONS"
                  + where.formatted("TABLE", "1, 2, 3")));
      found.addAll(
          rows(
              statement,
              "SELECT TABLE_NAME, ENGINE, ROW_FORMAT, TABLE_COLLATION, CREATE_OPTIONS,"
                  + " TABLE_COMMENT FROM information_schema.TABLES"
                  + where.formatted("TABLE", "1")));
      found.addAll(
          rows(
              statement,
              "SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM"
                  + " information_schema.SCHEMATA WHERE SCHEMA_NAME = '"
                  + database
                  + "'"));
    }
    return found;
  }

  /** What the server shows of tables and their parts; nothing if there is no such database. */
  static List<String> all(MySqlServer server, String database) throws SQLException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      if (!rows(statement, "SHOW DATABASES").contains(database)) {
        return List.of();
      }
    }
    List<String> found = catalog(server, database);
    tables(server, database)
        .values()
        .forEach(table -> found.add(table.replaceAll(" AUTO_INCREMENT=\\d+", "")));
    return found;
  }

  static List<String> rows(Statement statement, String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (ResultSet results = statement.executeQuery(sql)) {
      while (results.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= results.getMetaData().getColumnCount(); i++) {
          row.add(results.getString(i));
        }
        rows.add(String.join("|", row.stream().map(String::valueOf).toList()));
      }
    }
    return rows;
  }
}
