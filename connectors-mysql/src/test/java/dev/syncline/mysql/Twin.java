package dev.syncline.mysql;

import dev.syncline.change.TableDefinition;
import dev.syncline.mysql.TypeSamples.Sample;
import dev.syncline.mysql.TypeSamples.Value;
import dev.syncline.testkit.server.MySqlRelease;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A table that has a column for each of some samples: its first row holds their first values, and
 * its last one NULL everywhere.
 *
 * @param rows how many there are
 */
record Twin(List<Sample> samples, TableDefinition table, int rows) {

  private static final int SAMPLES_PER_TABLE = 8;
  private static final int MAX_SHOWN = 80;
  private static final Pattern FRACTION_OF_ZERO = Pattern.compile("([0-9])\\.0(?=[,\\]}])");

  /** Creates as many tables as it takes, named {@code t0} and so on. */
  static List<Twin> create(Connection connection, String database, List<Sample> samples)
      throws SQLException {
    List<Twin> twins = new ArrayList<>();
    for (int from = 0; from < samples.size(); from += SAMPLES_PER_TABLE) {
      int to = Math.min(samples.size(), from + SAMPLES_PER_TABLE);
      List<Sample> some = samples.subList(from, to);
      StringJoiner columns = new StringJoiner(", ");
      columns.add("id INT PRIMARY KEY");
      for (int i = 0; i < some.size(); i++) {
        columns.add("v" + i + " " + some.get(i).type() + " NULL");
      }
      String name = "t" + twins.size();
      TestTables.execute(
          connection, "CREATE TABLE " + name + " (" + columns + ") DEFAULT CHARACTER SET utf8mb4");
      int rows = some.stream().mapToInt(sample -> sample.values().size()).max().orElseThrow() + 1;
      twins.add(new Twin(some, TestTables.describe(connection, database, name), rows));
    }
    return twins;
  }

  String name() {
    return table.id().name();
  }

  /** Inserts the rows; their ids begin with a number. */
  void fill(Connection connection, MySqlRelease release, int firstId) throws SQLException {
    for (int row = 0; row < rows; row++) {
      StringJoiner values = new StringJoiner(", ");
      values.add(Integer.toString(firstId + row));
      for (int i = 0; i < samples.size(); i++) {
        values.add(sql(i, row));
      }
      String insert = "INSERT INTO " + name() + " VALUES (" + values + ")";
      TestTables.execute(connection, Dialect.of(release, insert));
    }
  }

  private String sql(int column, int row) {
    List<Value> values = samples.get(column).values();
    return row < values.size() ? values.get(row).sql() : "NULL";
  }

  Object expected(int column, int row) {
    List<Value> values = samples.get(column).values();
    return row < values.size() ? values.get(row).expected() : null;
  }

  String describe(int column, int row) {
    String sql = sql(column, row);
    String shown = sql.substring(0, Math.min(MAX_SHOWN, sql.length()));
    return samples.get(column).type() + ": " + shown;
  }

  /** The expression, with a place for the column, by which a server prints all that it knows. */
  String printed(int column) {
    return switch (table.columns().get(column + 1).type().kind()) {
      case FLOAT, DOUBLE -> "CAST(%s * 1E0 AS CHAR)";
      case ENUM, SET, BITS -> "CAST(%s AS UNSIGNED)";
      case JSON ->
          samples.get(column).isExact()
              ? "CONCAT(JSON_TYPE(%1$s), CAST(%1$s AS CHAR))"
              // MySQL 5.7 prints line ends of opaque values bare, which is no JSON.
              : "REPLACE(CAST(%s AS CHAR), CHAR(10), '\\\\n')";
      case DECIMAL, DATE, DATE_TIME, INSTANT, TIME -> "CAST(%s AS CHAR)";
      default -> "HEX(%s)";
    };
  }

  /**
   * What two servers print of this table, where they differ. That one of them prints floating point
   * numbers in documents with a fraction of zero, as MySQL does since 8.0, is no difference.
   */
  List<String> differences(Connection from, Connection to) throws SQLException {
    Map<String, String> expected = cells(from);
    Map<String, String> found = cells(to);
    Set<String> all = new TreeSet<>(expected.keySet());
    all.addAll(found.keySet());
    return all.stream()
        .filter(cell -> !plain(cell, expected).equals(plain(cell, found)))
        .map(cell -> cell + ": " + expected.get(cell) + " became " + found.get(cell))
        .toList();
  }

  private static String plain(String cell, Map<String, String> cells) {
    String printed = cells.getOrDefault(cell, "no such row");
    return cell.endsWith(" json") ? FRACTION_OF_ZERO.matcher(printed).replaceAll("$1") : printed;
  }

  /** What a server prints of each value, by the row's number, the column and its type. */
  Map<String, String> cells(Connection connection) throws SQLException {
    StringJoiner columns = new StringJoiner(", ", "SELECT id, ", " FROM " + name());
    for (int i = 0; i < samples.size(); i++) {
      String printed = printed(i).formatted("v" + i);
      columns.add(
          switch (table.columns().get(i + 1).type().kind()) {
            // MySQL 8.0.31 cuts the last digit of the longest numbers when it makes text of them.
            case FLOAT, DOUBLE -> "v" + i + " * 1E0";
            case JSON -> printed;
            default -> "CONCAT(LEFT(%1$s, 60), ' ', SHA2(%1$s, 256))".formatted(printed);
          });
    }
    Map<String, String> cells = new TreeMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(columns.toString())) {
      while (found.next()) {
        for (int i = 0; i < samples.size(); i++) {
          cells.put(
              "%d v%d %s".formatted(found.getInt(1), i, samples.get(i).type()),
              String.valueOf(found.getString(i + 2)));
        }
      }
    }
    return cells;
  }
}
