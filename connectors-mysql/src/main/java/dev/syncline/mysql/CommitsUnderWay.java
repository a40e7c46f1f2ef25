package dev.syncline.mysql;

import static dev.syncline.mysql.SqlNames.quote;

import dev.syncline.TransientException;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Waits for transactions that a server without GTIDs has published in its log, but not yet made
 * visible.
 */
final class CommitsUnderWay {
  private static final int ROUNDS = 10;
  private static final int LOCK_WAIT_TIMEOUT = 1205;

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
   * being locked until it is visible. A table that is busy comes again when all others had their
   * turn.
   *
   * @throws TransientException if a table was busy each time
   */
  void awaitByLocks(List<TableDefinition> tables) {
    Connection connection = sessions.openForLocking();
    try {
      List<TableId> left = tables.stream().map(TableDefinition::id).toList();
      for (int round = 0; round < ROUNDS && !left.isEmpty(); round++) {
        List<TableId> busy = new ArrayList<>();
        for (TableId table : left) {
          if (Thread.currentThread().isInterrupted()) {
            throw new TransientException("The wait for tables to be locked was interrupted.");
          }
          if (!awaitByLock(connection, table)) {
            busy.add(table);
          }
        }
        left = busy;
      }
      if (!left.isEmpty()) {
        throw new TransientException(
            ("Cannot make sure that all transactions on the tables %s are visible: in %d tries no"
                    + " moment without a transaction on them was found. Give the source a"
                    + " watermarkTable, or raise its lockTimeout.")
                .formatted(left, ROUNDS));
      }
    } finally {
      sessions.close(connection);
    }
  }

  /** Says whether the lock was had in time. */
  private static boolean awaitByLock(Connection connection, TableId table) {
    try (Statement statement = connection.createStatement()) {
      statement.execute("LOCK TABLES " + quote(table) + " READ");
      statement.execute("UNLOCK TABLES");
      // InnoDB's own lock on the table stays until here, and somebody who waits for it may hold
      // the next table.
      statement.execute("COMMIT");
      return true;
    } catch (SQLException e) {
      if (e.getErrorCode() == LOCK_WAIT_TIMEOUT) {
        return false;
      }
      throw MySqlErrors.translate(e, "wait for transactions that change table '" + table + "'");
    }
  }
}
