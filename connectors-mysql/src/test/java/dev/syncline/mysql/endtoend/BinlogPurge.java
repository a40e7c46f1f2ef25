package dev.syncline.mysql.endtoend;

import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Throws away the log that a server has written up to now. */
public final class BinlogPurge {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int NO_SUCH_THREAD = 1094;

  private BinlogPurge() {}

  /** Purges all files but a new one; ends the dumps that hold on to one. */
  public static void of(MySqlServer server) throws SQLException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("FLUSH BINARY LOGS");
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      List<String> files = files(statement);
      while (files.size() > 1) {
        // A file that is still being sent to a reader that has gone is not purged.
        endDumps(statement);
        statement.execute("PURGE BINARY LOGS TO '" + files.get(files.size() - 1) + "'");
        files = files(statement);
        if (System.nanoTime() > deadline) {
          throw new AssertionError("After " + PATIENCE + " there are still " + files + ".");
        }
      }
    }
  }

  private static List<String> files(Statement statement) throws SQLException {
    List<String> names = new ArrayList<>();
    try (ResultSet files = statement.executeQuery("SHOW BINARY LOGS")) {
      while (files.next()) {
        names.add(files.getString(1));
      }
    }
    return names;
  }

  private static void endDumps(Statement statement) throws SQLException {
    List<Long> dumps = new ArrayList<>();
    try (ResultSet sessions =
        statement.executeQuery(
            "SELECT id FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'")) {
      while (sessions.next()) {
        dumps.add(sessions.getLong(1));
      }
    }
    for (long dump : dumps) {
      try {
        statement.execute("KILL " + dump);
      } catch (SQLException e) {
        if (e.getErrorCode() != NO_SUCH_THREAD) {
          throw e;
        }
      }
    }
  }
}
