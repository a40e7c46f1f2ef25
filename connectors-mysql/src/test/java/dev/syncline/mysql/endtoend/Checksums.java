package dev.syncline.mysql.endtoend;

import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;

/** What is in the tables of a database, as sums that the server computes over all rows. */
final class Checksums {

  /**
   * What a server says of a table that was there when its columns were read: its column or itself
   * is gone, or it is another one by now (ER_BAD_FIELD_ERROR, ER_NO_SUCH_TABLE,
   * ER_TABLE_DEF_CHANGED).
   */
  private static final Set<Integer> CHANGED_MEANWHILE = Set.of(1054, 1146, 1412);

  private Checksums() {}

  /** For each table the number of its rows and two sums over all values of all of them. */
  static Map<String, String> of(MySqlServer server, String database) throws SQLException {
    Map<String, String> sums = new TreeMap<>();
    try (Connection connection = server.connect()) {
      columns(connection, database).forEach((table, expression) -> sums.put(table, expression));
      for (Map.Entry<String, String> table : sums.entrySet()) {
        table.setValue(sum(connection, database, table.getKey(), table.getValue()));
      }
    }
    return sums;
  }

  /** The same, where a table with generated columns that cannot be computed has the word for it. */
  static Map<String, String> ofComputed(MySqlServer server, String database) throws SQLException {
    Map<String, String> sums = new TreeMap<>();
    try (Connection connection = server.connect()) {
      for (Map.Entry<String, String> table : columns(connection, database).entrySet()) {
        try {
          String sum = sum(connection, database, table.getKey(), table.getValue());
          sums.put(table.getKey(), sum);
        } catch (SQLException e) {
          if (e.getSQLState() == null || !e.getSQLState().startsWith("22")) {
            throw e;
          }
          sums.put(table.getKey(), "not to be computed");
        }
      }
    }
    return sums;
  }

  private static Map<String, String> columns(Connection connection, String database)
      throws SQLException {
    Map<String, StringJoiner> columns = new TreeMap<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT table_name, column_name FROM information_schema.columns"
                + " WHERE table_schema = ? ORDER BY table_name, ordinal_position")) {
      query.setString(1, database);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          columns
              .computeIfAbsent(rows.getString(1), t -> new StringJoiner(", "))
              .add("IFNULL(SHA2(CAST(" + quoted(rows.getString(2)) + " AS BINARY), 256), '-')");
        }
      }
    }
    Map<String, String> expressions = new TreeMap<>();
    columns.forEach(
        (table, list) -> expressions.put(table, "SHA2(CONCAT_WS('#', " + list + "), 256)"));
    return expressions;
  }

  private static String sum(Connection connection, String database, String table, String expression)
      throws SQLException {
    String sql =
        ("SELECT COUNT(*), SUM(CAST(CONV(LEFT(d, 15), 16, 10) AS UNSIGNED)),"
                + " SUM(CAST(CONV(RIGHT(d, 15), 16, 10) AS UNSIGNED))"
                + " FROM (SELECT %s AS d FROM %s.%s) digests")
            .formatted(expression, quoted(database), quoted(table));
    try (Statement query = connection.createStatement();
        ResultSet row = query.executeQuery(sql)) {
      row.next();
      return "%d rows, %s, %s".formatted(row.getLong(1), row.getString(2), row.getString(3));
    }
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  /**
   * Waits until a database has the same content on both sides, as long as the target still changes;
   * gives the last content of the target.
   *
   * @param patience how long the target may stay as it is without being equal
   */
  static Map<String, String> awaitEqual(ServerPair pair, String database, Duration patience)
      throws SQLException, InterruptedException {
    return awaitEqual(pair, database, database, patience);
  }

  /** The same for a database with another name at the target. */
  static Map<String, String> awaitEqual(
      ServerPair pair, String database, String copy, Duration patience)
      throws SQLException, InterruptedException {
    Map<String, String> expected = of(pair.source(), database);
    Map<String, String> found = ofChanging(pair.target(), copy);
    long changed = System.nanoTime();
    while (!found.equals(expected) && System.nanoTime() - changed < patience.toNanos()) {
      Await.moment();
      Map<String, String> now = ofChanging(pair.target(), copy);
      if (!now.equals(found)) {
        changed = System.nanoTime();
      }
      found = now;
    }
    return found;
  }

  /**
   * The sums of tables that a job may change meanwhile; equal to none if it changed one just now.
   */
  private static Map<String, String> ofChanging(MySqlServer server, String database)
      throws SQLException {
    try {
      return of(server, database);
    } catch (SQLException e) {
      if (CHANGED_MEANWHILE.contains(e.getErrorCode())) {
        return Map.of("", "changed while it was read");
      }
      throw e;
    }
  }
}
