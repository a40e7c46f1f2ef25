package dev.syncline.mysql;

import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Judges whether a server still has the log behind a position. Used once. */
final class PositionFindings {
  private static final String START_ANEW =
      "Start the job anew with a snapshot, or bring the missing log back.";

  private final Connection connection;
  private final MySqlFacts facts;
  private final MySqlPosition position;

  PositionFindings(Connection connection, MySqlFacts facts, MySqlPosition position) {
    this.connection = connection;
    this.facts = facts;
    this.position = position;
  }

  Optional<Finding> find() throws SQLException {
    MySqlPosition.Progress progress = position.progress();
    if (progress instanceof MySqlPosition.Gtids gtids) {
      return facts.hasGtids() ? ofGtids(gtids.executed()) : Optional.of(withoutGtids());
    }
    Optional<Finding> foreign =
        progress instanceof MySqlPosition.MariaDb mariaDb
            ? ofServer(facts.mariaDb(), "server_id", Long.toString(mariaDb.serverId()))
            : ofServer(!facts.mariaDb(), "server_uuid", ((MySqlPosition.Plain) progress).server());
    return foreign.isPresent() ? foreign : ofFile();
  }

  private Finding withoutGtids() {
    return finding(
        "POSITION_FOREIGN",
        "The position '%s' is one by GTIDs, but gtid_mode is '%s', expected 'ON'."
            .formatted(position, facts.variable("gtid_mode")),
        "Set gtid_mode back to ON, or start the job anew with a snapshot.");
  }

  private Optional<Finding> ofGtids(GtidSet executed) throws SQLException {
    GtidSet purged = gtids("gtid_purged");
    GtidSet gone = purged.minus(executed);
    if (!gone.isEmpty()) {
      return Optional.of(
          finding(
              "POSITION_LOST",
              "The server has purged transactions behind the position '%s': '%s'."
                  .formatted(position, gone),
              START_ANEW));
    }
    GtidSet unknown = executed.minus(gtids("gtid_executed"));
    if (!unknown.isEmpty()) {
      return Optional.of(
          finding(
              "POSITION_FOREIGN",
              "The server does not have transactions that the job has seen: '%s'."
                  .formatted(unknown),
              "Lead the job to the server that it followed, or to a replica that has caught up."));
    }
    return Optional.empty();
  }

  private Optional<Finding> ofServer(boolean sameProduct, String variable, String expected) {
    String found = variable.equals("server_id") ? facts.variable(variable) : facts.serverIdentity();
    if (sameProduct && found.equals(expected)) {
      return Optional.empty();
    }
    return Optional.of(
        finding(
            "POSITION_FOREIGN",
            "The position '%s' is one of another server: found %s '%s', expected '%s'."
                .formatted(position, variable, found, expected),
            "Lead the job to the server that it followed, or start it anew with a snapshot."));
  }

  private Optional<Finding> ofFile() throws SQLException {
    Map<String, Long> files = new TreeMap<>(BinlogPoint::compareFiles);
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW BINARY LOGS")) {
      while (rows.next()) {
        files.put(rows.getString(1), rows.getLong(2));
      }
    }
    BinlogPoint point = position.point();
    Long size = files.get(point.file());
    if (size == null) {
      String oldest = files.isEmpty() ? "none" : files.keySet().iterator().next();
      return Optional.of(
          finding(
              "POSITION_LOST",
              "The server has purged the log file of the position '%s': the oldest one is '%s'."
                  .formatted(position, oldest),
              START_ANEW));
    }
    if (point.offset() > size) {
      return Optional.of(
          finding(
              "POSITION_LOST",
              "The position '%s' lies behind the end of its log file, which has %d bytes."
                  .formatted(position, size),
              START_ANEW));
    }
    return Optional.empty();
  }

  private GtidSet gtids(String variable) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT @@global." + variable)) {
      row.next();
      return GtidSet.parse(row.getString(1));
    }
  }

  private static Finding finding(String code, String message, String fix) {
    return new Finding(code, Severity.ERROR, MySqlSession.STREAM, message, fix);
  }
}
