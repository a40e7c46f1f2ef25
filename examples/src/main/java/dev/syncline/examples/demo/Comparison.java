package dev.syncline.examples.demo;

import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Compares tables at two servers row by row, every column as the bytes that the server prints. */
final class Comparison {

  private Comparison() {}

  /** {@code EQUAL tables=<n> rows=<n>}, or {@code DIFF} with what differs. */
  static String compare(
      MySqlServer source, MySqlServer target, String database, List<String> tables)
      throws SQLException {
    long rows = 0;
    List<String> differences = new ArrayList<>();
    try (Connection left = source.connect();
        Connection right = target.connect()) {
      for (String table : tables) {
        Result result = compare(left, right, "`" + database + "`.`" + table + "`");
        rows += result.rows();
        if (result.differing() > 0) {
          differences.add(
              "%s.%s=%d %s".formatted(database, table, result.differing(), result.columns()));
        }
      }
    }
    return differences.isEmpty()
        ? "EQUAL tables=%d rows=%d".formatted(tables.size(), rows)
        : "DIFF rows that differ: " + String.join(" ", differences);
  }

  private record Result(long rows, long differing, Set<String> columns) {}

  private static Result compare(Connection left, Connection right, String table)
      throws SQLException {
    String sql = "SELECT * FROM " + table + " ORDER BY " + allColumns(left, table);
    long rows = 0;
    long differing = 0;
    Set<String> differingColumns = new TreeSet<>();
    try (Statement leftQuery = streaming(left);
        Statement rightQuery = streaming(right);
        ResultSet leftRows = leftQuery.executeQuery(sql);
        ResultSet rightRows = rightQuery.executeQuery(sql)) {
      int columns = leftRows.getMetaData().getColumnCount();
      boolean onLeft = leftRows.next();
      boolean onRight = rightRows.next();
      while (onLeft || onRight) {
        rows += onLeft ? 1 : 0;
        if (!onLeft || !onRight || !isEqual(leftRows, rightRows, columns, differingColumns)) {
          differing++;
        }
        onLeft = onLeft && leftRows.next();
        onRight = onRight && rightRows.next();
      }
    }
    return new Result(rows, differing, differingColumns);
  }

  private static boolean isEqual(
      ResultSet left, ResultSet right, int columns, Set<String> differing) throws SQLException {
    boolean equal = true;
    for (int column = 1; column <= columns; column++) {
      if (!Arrays.equals(left.getBytes(column), right.getBytes(column))) {
        differing.add(left.getMetaData().getColumnName(column));
        equal = false;
      }
    }
    return equal;
  }

  private static String allColumns(Connection connection, String table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet none = statement.executeQuery("SELECT * FROM " + table + " LIMIT 0")) {
      List<String> ordinals = new ArrayList<>();
      for (int i = 1; i <= none.getMetaData().getColumnCount(); i++) {
        ordinals.add(String.valueOf(i));
      }
      return String.join(", ", ordinals);
    }
  }

  /** Rows come one by one instead of all at a time. */
  private static Statement streaming(Connection connection) throws SQLException {
    Statement statement =
        connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
    statement.setFetchSize(Integer.MIN_VALUE);
    return statement;
  }
}
