package dev.syncline.mysql;

import dev.syncline.SyncException;
import dev.syncline.TransientException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** The exact place in the binary log at which MariaDB has opened a transaction's read view. */
final class MariaDbSnapshot {
  private static final int ATTEMPTS = 3;

  private MariaDbSnapshot() {}

  /**
   * Opens a read view and says where it stands; without a place none is left open: XA transactions
   * were under way, which may be before a view's place and not in it.
   */
  static Optional<MySqlPosition> open(Connection connection, MySqlFacts facts) throws SQLException {
    for (int i = 0; i < ATTEMPTS; i++) {
      // What is committed from here on counts as one more; what is not yet at its end is under way.
      long commits = xaCommits(connection);
      boolean quiet = XaUnderWay.ask(connection, facts).xids().isEmpty();
      execute(connection, "START TRANSACTION WITH CONSISTENT SNAPSHOT");
      BinlogPoint point = point(connection);
      if (quiet && xaCommits(connection) == commits) {
        return Optional.of(position(connection, point));
      }
      execute(connection, "ROLLBACK");
    }
    return Optional.empty();
  }

  private static long xaCommits(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW GLOBAL STATUS LIKE 'Com_xa_commit'")) {
      row.next();
      return row.getLong(2);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The place of the open transaction, which was begun WITH CONSISTENT SNAPSHOT. */
  static BinlogPoint point(Connection connection) throws SQLException {
    Map<String, String> status = new TreeMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW STATUS LIKE 'binlog_snapshot_%'")) {
      while (rows.next()) {
        status.put(
            rows.getString(1).toLowerCase(Locale.ROOT),
            Objects.requireNonNullElse(rows.getString(2), ""));
      }
    }
    String file = status.getOrDefault("binlog_snapshot_file", "");
    String offset = status.getOrDefault("binlog_snapshot_position", "");
    if (file.isEmpty() || !offset.matches("\\d{1,18}")) {
      throw new SyncException(
          "The server does not say at which place of its binary log a snapshot stands: found"
              + " binlog_snapshot_file '"
              + file
              + "'. Start it with log_bin and binlog_format=ROW.");
    }
    return new BinlogPoint(file, Long.parseLong(offset));
  }

  /** The last transactions in the log, some of which may not be visible yet. */
  static MariaDbGtids logged(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT @@global.gtid_binlog_pos")) {
      row.next();
      return MariaDbGtids.parse(Objects.requireNonNullElse(row.getString(1), ""));
    }
  }

  /** A place of the log as a position of the stream. */
  static MySqlPosition position(Connection connection, BinlogPoint point) throws SQLException {
    MariaDbGtids last =
        find(connection, point.file(), point.offset())
            .orElseThrow(
                () ->
                    new TransientException(
                        "The server has no GTIDs for place '%s' of its binary log; it may have been"
                                .formatted(point)
                            + " purged in between."));
    return new MySqlPosition(point, new MySqlPosition.MariaDb(last));
  }

  /** The last transactions before a place of the log; empty if that is none of the log. */
  static Optional<MariaDbGtids> find(Connection connection, String file, long offset)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT BINLOG_GTID_POS(?, ?)")) {
      statement.setString(1, file);
      statement.setLong(2, offset);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return Optional.ofNullable(row.getString(1)).map(MariaDbGtids::parse);
      }
    }
  }
}
