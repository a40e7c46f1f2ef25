package dev.syncline.mysql;

import static dev.syncline.mysql.SqlNames.quote;

import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;

/**
 * Waits for transactions that a server without GTIDs has published in its log, but not yet made
 * visible.
 */
final class CommitsUnderWay {
  private final SnapshotSessions sessions;

  CommitsUnderWay(SnapshotSessions sessions) {
    this.sessions = sessions;
  }

  /**
   * Commits a row of the watermark table. On a server that commits in the order of its log all that
   * was logged before is visible then.
   *
   * @param row the row of the watermark table that nobody else writes now
   */
  void awaitByWatermark(TableId watermarks, int row) {
    Connection connection = sessions.open();
    try {
      writeWatermark(connection, watermarks, row, UUID.randomUUID().toString());
    } catch (SQLException e) {
      throw MySqlErrors.translate(e, "write to the watermark table '" + watermarks + "'");
    } finally {
      sessions.close(connection);
    }
  }

  static void writeWatermark(Connection connection, TableId watermarks, int row, String token)
      throws SQLException {
    String sql =
        "INSERT INTO "
            + quote(watermarks)
            + " (id, token) VALUES (?, ?) ON DUPLICATE KEY UPDATE token = VALUES(token)";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setInt(1, row);
      statement.setString(2, token);
      statement.executeUpdate();
    }
  }

  /**
   * Locks each table for reading for a moment, one at a time: a transaction keeps its tables from
   * being locked until it is visible.
   */
  void awaitByLocks(List<TableDefinition> tables) {
    Connection connection = sessions.openForLocking();
    try {
      for (TableDefinition table : tables) {
        awaitByLock(connection, table.id());
      }
    } finally {
      sessions.close(connection);
    }
  }

  private static void awaitByLock(Connection connection, TableId table) {
    try (Statement statement = connection.createStatement()) {
      statement.execute("LOCK TABLES " + quote(table) + " READ");
      statement.execute("UNLOCK TABLES");
      // InnoDB's own lock on the table stays until here, and somebody who waits for it may hold
      // the next table.
      statement.execute("COMMIT");
    } catch (SQLException e) {
      throw MySqlErrors.translate(e, "wait for transactions that change table '" + table + "'");
    }
  }
}
