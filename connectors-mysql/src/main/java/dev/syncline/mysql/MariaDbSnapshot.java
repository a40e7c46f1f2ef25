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
  private MariaDbSnapshot() {}

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
