package dev.syncline.mysql;

import dev.syncline.SyncException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
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

  /** A place as a position of the stream. */
  static MySqlPosition position(Connection connection, MySqlFacts facts, BinlogPoint point)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT BINLOG_GTID_POS(?, ?)")) {
      statement.setString(1, point.file());
      statement.setLong(2, point.offset());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        MariaDbGtids last = MariaDbGtids.parse(Objects.requireNonNullElse(row.getString(1), ""));
        long server = Long.parseLong(facts.variable("server_id"));
        return new MySqlPosition(point, new MySqlPosition.MariaDb(last, server));
      }
    }
  }
}
