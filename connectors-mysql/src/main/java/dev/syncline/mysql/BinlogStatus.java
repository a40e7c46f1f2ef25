package dev.syncline.mysql;

import dev.syncline.SyncException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.Optional;

/**
 * What a server says about the end of its binary log.
 *
 * @param point where the log ends; every visible transaction of the server lies before it, and
 *     possibly some that are not visible yet
 * @param executedGtids every transaction that is visible, where the server has MySQL's GTIDs;
 *     otherwise empty
 * @param onlyDatabases {@code binlog_do_db}
 * @param ignoredDatabases {@code binlog_ignore_db}
 */
record BinlogStatus(
    BinlogPoint point, String executedGtids, String onlyDatabases, String ignoredDatabases) {

  /** Asks for the status; needs the privilege REPLICATION CLIENT. Empty without binary log. */
  static Optional<BinlogStatus> find(Connection connection, MySqlFacts facts) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(facts.binlogStatusStatement())) {
      if (!row.next()) {
        return Optional.empty();
      }
      boolean hasGtidColumn = row.getMetaData().getColumnCount() >= 5;
      return Optional.of(
          new BinlogStatus(
              new BinlogPoint(row.getString(1), row.getLong(2)),
              hasGtidColumn ? text(row, 5) : "",
              text(row, 3),
              text(row, 4)));
    }
  }

  /**
   * Asks for the status.
   *
   * @throws SyncException if the server writes no binary log
   */
  static BinlogStatus read(Connection connection, MySqlFacts facts) throws SQLException {
    return find(connection, facts)
        .orElseThrow(
            () ->
                new SyncException(
                    "The server writes no binary log. Start it with log_bin and"
                        + " binlog_format=ROW."));
  }

  /** The transactions of MySQL that every read shows which begins from now on. */
  static GtidSet visibleGtids(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT @@global.gtid_executed")) {
      row.next();
      return GtidSet.parse(row.getString(1));
    }
  }

  /** The status as a position of the stream. */
  MySqlPosition position(MySqlFacts facts) {
    MySqlPosition.Progress progress =
        facts.hasGtids()
            ? new MySqlPosition.Gtids(GtidSet.parse(executedGtids))
            : new MySqlPosition.Plain(facts.serverIdentity(), Optional.empty());
    return new MySqlPosition(point, progress);
  }

  private static String text(ResultSet row, int column) throws SQLException {
    return Objects.requireNonNullElse(row.getString(column), "");
  }
}
