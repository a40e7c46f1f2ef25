package dev.syncline.mysql.endtoend;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Changes rows of tables whatever their columns are. Not thread-safe. */
final class DdlRows {

  private static final String COLUMNS =
      "SELECT c.TABLE_NAME, c.COLUMN_NAME, c.DATA_TYPE, c.IS_NULLABLE, c.EXTRA"
          + " FROM information_schema.COLUMNS c JOIN information_schema.TABLES t"
          + " ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME"
          + " WHERE c.TABLE_SCHEMA = '%s' AND t.TABLE_TYPE = 'BASE TABLE'"
          + " ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION";

  private final Connection connection;
  private final Random random;
  private int values;
  private int changed;

  /** A column that takes values. */
  private record Target(String name, String type, boolean nullable) {}

  DdlRows(Connection connection, Random random) {
    this.connection = connection;
    this.random = random;
  }

  /** How many rows were written or deleted. */
  int changed() {
    return changed;
  }

  /** Writes to each table whose name is in a text. */
  void change(String database, String text) throws SQLException {
    for (Map.Entry<String, List<Target>> table : tables(database, text).entrySet()) {
      String name = quoted(database) + "." + quoted(table.getKey());
      List<Target> columns = table.getValue();
      for (int i = 0; i < 2; i++) {
        run("INSERT INTO " + name + " " + row(columns));
      }
      Target any = columns.isEmpty() ? null : columns.get(random.nextInt(columns.size()));
      if (any != null && random.nextBoolean()) {
        String set = " SET %s = %s".formatted(quoted(any.name), value(any));
        run("UPDATE " + name + set + writable(columns) + " LIMIT 1");
      }
      if (random.nextInt(3) == 0) {
        run("DELETE FROM " + name + writable(columns) + " LIMIT 1");
      }
    }
  }

  private Map<String, List<Target>> tables(String database, String text) throws SQLException {
    Map<String, List<Target>> tables = new TreeMap<>();
    String lower = text.toLowerCase(Locale.ROOT);
    try (Statement asking = connection.createStatement();
        ResultSet row = asking.executeQuery(COLUMNS.formatted(database))) {
      while (row.next()) {
        String table = row.getString(1);
        if (lower.contains(table.toLowerCase(Locale.ROOT)) && !table.startsWith("kept_")) {
          List<Target> columns = tables.computeIfAbsent(table, t -> new ArrayList<>());
          String extra = row.getString(5).toUpperCase(Locale.ROOT).replace("DEFAULT_GENERATED", "");
          if (!extra.contains("GENERATED") && !extra.contains("AUTO_INCREMENT")) {
            String type = row.getString(3).toLowerCase(Locale.ROOT);
            columns.add(new Target(row.getString(2), type, row.getString(4).equals("YES")));
          }
        }
      }
    }
    return tables;
  }

  private String row(List<Target> columns) {
    List<String> names = columns.stream().map(column -> quoted(column.name)).toList();
    List<String> row = columns.stream().map(this::value).toList();
    return "(" + String.join(", ", names) + ") VALUES (" + String.join(", ", row) + ")";
  }

  /** A statement may leave an ENUM's error value in rows, at which a job stops when they change. */
  private static String writable(List<Target> columns) {
    List<String> conditions =
        columns.stream()
            .filter(column -> column.type.equals("enum"))
            .map(column -> quoted(column.name))
            .map(column -> "(%s IS NULL OR %s + 0 > 0)".formatted(column, column))
            .toList();
    return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
  }

  private String value(Target column) {
    if (column.nullable && random.nextInt(5) == 0) {
      return "NULL";
    }
    int number = ++values % 90;
    return switch (column.type) {
      case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal" -> "" + number;
      case "float", "double" -> number + ".5";
      case "bit" -> "b'1'";
      case "year" -> "" + (2000 + number);
      case "date", "datetime", "timestamp" -> "'20%02d-03-04 05:06:07'".formatted(10 + number % 20);
      case "time" -> "'%02d:03:04'".formatted(number);
      case "enum", "set" -> "1";
      case "json" -> "'{\"a\": %d}'".formatted(number);
      case "uuid" -> "'123e4567-e89b-12d3-a456-4266141740%02d'".formatted(number);
      case "inet4" -> "'10.0.0.%d'".formatted(number);
      case "inet6" -> "'::%d'".formatted(number);
      default -> shape(column.type, number);
    };
  }

  private static String shape(String type, int number) {
    String point = number + " " + number % 7;
    String line = "(" + point + ", 1 1, 0 5)";
    String ring = "((0 0, 0 %d, 5 5, 0 0))".formatted(number + 1);
    return switch (type) {
      case "geometry", "point" -> wkt("POINT(" + point + ")");
      case "linestring" -> wkt("LINESTRING" + line);
      case "polygon" -> wkt("POLYGON" + ring);
      case "multipoint" -> wkt("MULTIPOINT" + line);
      case "multilinestring" -> wkt("MULTILINESTRING(" + line + ")");
      case "multipolygon" -> wkt("MULTIPOLYGON(" + ring + ")");
      case "geomcollection", "geometrycollection" ->
          wkt("GEOMETRYCOLLECTION(POINT(" + point + "))");
      default -> "'v%d ü'".formatted(number);
    };
  }

  private static String wkt(String text) {
    return "ST_GeomFromText('" + text + "')";
  }

  /** What a table does not take is no matter here. */
  private void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      changed += statement.executeUpdate(sql);
    } catch (SQLException e) {
      if (e.getSQLState() == null || e.getSQLState().startsWith("08")) {
        throw e;
      }
    }
  }

  static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
