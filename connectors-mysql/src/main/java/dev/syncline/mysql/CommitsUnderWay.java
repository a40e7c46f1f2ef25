package dev.syncline.mysql;

import static dev.syncline.mysql.SqlNames.quote;

import dev.syncline.SyncException;
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
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for transactions that a server has published in its log, but not yet made visible: any on
 * MySQL without GTIDs, XA transactions on MariaDB.
 */
final class CommitsUnderWay {
  private static final Logger LOGGER = LoggerFactory.getLogger(CommitsUnderWay.class);
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
    List<TableId> busy = lockEach(tables, ROUNDS, CommitsUnderWay::failed);
    if (!busy.isEmpty()) {
      throw new TransientException(
          ("Cannot make sure that all transactions on the tables %s are visible: in %d tries no"
                  + " moment without a transaction on them was found. Give the source a"
                  + " watermarkTable, or raise its lockTimeout.")
              .formatted(busy, ROUNDS));
    }
  }

  private static SyncException failed(SQLException failure, TableId table) {
    return MySqlErrors.translate(
        failure, "wait for transactions that change table '" + table + "'");
  }

  /**
   * Waits for XA transactions, which MariaDB logs as committed before they are visible: until each
   * that is prepared now is gone. If one stays, because nobody decides it, the tables are locked
   * for a moment, each at most once, since others may wait behind that.
   *
   * @throws TransientException if a table was busy or may not be locked; names the transactions
   */
  void awaitXa(List<TableDefinition> tables) {
    XaUnderWay staying = staying();
    if (!staying.xids().isEmpty()) {
      lockOnce(tables, staying);
    }
  }

  /**
   * Locks each table for a moment, since XA transactions stay prepared: then all that was logged
   * before is visible in these tables.
   *
   * @throws TransientException if a table was busy or may not be locked; names the transactions
   */
  void lockOnce(List<TableDefinition> tables, XaUnderWay staying) {
    LOGGER.info("Locking tables for a moment: XA transactions stay ({}).", staying.names());
    List<TableId> busy =
        lockEach(
            tables,
            1,
            (failure, table) ->
                SnapshotErrors.isDenied(failure)
                    ? denied(failure, table, staying)
                    : failed(failure, table));
    if (!busy.isEmpty()) {
      throw new TransientException(
          ("Cannot make sure that all transactions on the tables %s are visible: XA transactions"
                  + " stay prepared (%s), and the tables were busy for %s. Commit them or roll them"
                  + " back.")
              .formatted(busy, staying.names(), sessions.lockTimeout()));
    }
  }

  private static SyncException denied(SQLException denial, TableId table, XaUnderWay staying) {
    return new TransientException(
        ("Cannot make sure that all transactions on table '%s' are visible: XA transactions stay"
                + " prepared (%s), and the user may not lock the table for a moment (%s). Commit"
                + " them or roll them back, or GRANT LOCK TABLES ON %s.* TO the user.")
            .formatted(
                table,
                staying.names(),
                MySqlErrors.describe(denial),
                SqlNames.quote(table.database())),
        MySqlErrors.withoutValues(denial));
  }

  /** Those that are prepared now and still when a lock would not have been waited for longer. */
  private XaUnderWay staying() {
    Connection connection = sessions.open();
    try (Statement pause = connection.createStatement()) {
      long deadline = System.nanoTime() + sessions.lockTimeout().toNanos();
      XaUnderWay left = XaUnderWay.ask(connection, sessions.facts());
      while (!left.xids().isEmpty() && System.nanoTime() - deadline < 0) {
        checkInterrupt();
        pause.execute("DO SLEEP(0.01)");
        left = left.among(XaUnderWay.ask(connection, sessions.facts()));
      }
      return left;
    } catch (SQLException e) {
      throw MySqlErrors.translate(e, "wait for XA transactions to be visible");
    } finally {
      sessions.close(connection);
    }
  }

  /**
   * Locks each table for a moment.
   *
   * @param failed makes our exception for a failure other than a lock that was not had in time
   * @return the tables that were busy in each round
   */
  private List<TableId> lockEach(
      List<TableDefinition> tables,
      int rounds,
      BiFunction<SQLException, TableId, SyncException> failed) {
    Connection connection = sessions.openForLocking();
    try {
      List<TableId> left = tables.stream().map(TableDefinition::id).toList();
      for (int round = 0; round < rounds && !left.isEmpty(); round++) {
        List<TableId> busy = new ArrayList<>();
        for (TableId table : left) {
          checkInterrupt();
          try {
            lock(connection, table);
          } catch (SQLException e) {
            if (e.getErrorCode() != LOCK_WAIT_TIMEOUT) {
              throw failed.apply(e, table);
            }
            busy.add(table);
          }
        }
        left = busy;
      }
      return left;
    } finally {
      sessions.close(connection);
    }
  }

  private static void checkInterrupt() {
    if (Thread.currentThread().isInterrupted()) {
      throw new TransientException("The wait for transactions to be visible was interrupted.");
    }
  }

  private static void lock(Connection connection, TableId table) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("LOCK TABLES " + quote(table) + " READ");
      statement.execute("UNLOCK TABLES");
      // InnoDB's own lock on the table stays until here, and somebody who waits for it may hold
      // the next table.
      statement.execute("COMMIT");
    }
  }
}
