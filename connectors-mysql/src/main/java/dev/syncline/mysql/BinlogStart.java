package dev.syncline.mysql;

import dev.syncline.PositionLostException;
import dev.syncline.SyncException;
import dev.syncline.TransientException;
import dev.syncline.mysql.MySqlPosition.Gtids;
import dev.syncline.mysql.MySqlPosition.MariaDb;
import dev.syncline.mysql.MySqlPosition.Plain;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Makes sure, before the log is read, that the server is the right one and still has the log behind
 * a position. What is purged a moment later the server itself reports.
 */
final class BinlogStart {
  private static final String START_ANEW = "Start the job anew with a snapshot.";

  private static final long FIRST_EVENT = 4;

  /** Longer than a semi-synchronous source waits for its replicas by default. */
  private static final int VISIBLE_SECONDS = 12;

  private final Connection connection;
  private final MySqlFacts facts;
  private final MySqlPosition from;
  private final int visibleSeconds;

  private BinlogStart(
      Connection connection, MySqlFacts facts, MySqlPosition from, int visibleSeconds) {
    this.connection = connection;
    this.facts = facts;
    this.from = from;
    this.visibleSeconds = visibleSeconds;
  }

  /**
   * Checks a position.
   *
   * @param connection a session at the server, with the privilege REPLICATION CLIENT
   * @throws PositionLostException if the server has no log behind the position
   * @throws SyncException if the server is of another kind
   */
  static void check(Connection connection, MySqlFacts facts, MySqlPosition from) {
    check(connection, facts, from, VISIBLE_SECONDS);
  }

  /**
   * The same with another patience.
   *
   * @param visibleSeconds how long it waits for transactions that the server does not have
   */
  static void check(
      Connection connection, MySqlFacts facts, MySqlPosition from, int visibleSeconds) {
    try {
      new BinlogStart(connection, facts, from, visibleSeconds).check();
    } catch (SQLException e) {
      throw MySqlErrors.translate(e, "look for position '" + from + "' in the binlog");
    }
  }

  private void check() throws SQLException {
    if (from.progress() instanceof Gtids gtids) {
      checkGtids(gtids.executed());
    } else if (from.progress() instanceof MariaDb mariaDb) {
      checkMariaDb(mariaDb.last());
    } else if (from.progress() instanceof Plain plain) {
      checkServer(plain.server());
      checkFile();
    }
  }

  private void checkGtids(GtidSet ours) throws SQLException {
    if (!facts.hasGtids()) {
      throw new SyncException(
          ("Cannot resume at '%s': the position is made of GTIDs, but the server (%s) has"
                  + " gtid_mode '%s'. Set gtid_mode=ON, or start the job anew with a snapshot.")
              .formatted(from, facts, facts.variable("gtid_mode")));
    }
    GtidSet executed;
    GtidSet purged;
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT @@global.gtid_executed, @@global.gtid_purged")) {
      row.next();
      executed = GtidSet.parse(row.getString(1));
      purged = GtidSet.parse(row.getString(2));
    }
    GtidSet missing = purged.minus(ours);
    if (!missing.isEmpty()) {
      throw new PositionLostException(
          ("Cannot resume at '%s': the server has purged transactions '%s', which the job has not"
                  + " read (its oldest binlog file is '%s'). %s")
              .formatted(from, missing, oldest(files()), START_ANEW));
    }
    GtidSet known = from.begun().map(Gtid::parse).map(ours::plus).orElse(ours);
    GtidSet unknown = known.minus(executed);
    if (!unknown.isEmpty() && !isExecutedSoon(unknown)) {
      throw new PositionLostException(
          ("Cannot resume at '%s': the server has never seen transactions '%s', which the job has"
                  + " read already; it lags behind or has lost data. Let it catch up, or start the"
                  + " job anew with a snapshot.")
              .formatted(from, unknown));
    }
  }

  /**
   * Servers send transactions before they commit them, semi-synchronous ones seconds before, so
   * that a job which was quickly back may know more than the server has executed.
   */
  private boolean isExecutedSoon(GtidSet unknown) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT WAIT_FOR_EXECUTED_GTID_SET(?, 1)")) {
      statement.setString(1, unknown.toString());
      boolean executed = false;
      for (int i = 0; !executed && i < visibleSeconds; i++) {
        checkInterrupt();
        try (ResultSet row = statement.executeQuery()) {
          row.next();
          executed = row.getInt(1) == 0;
        }
      }
      return executed;
    }
  }

  private void checkMariaDb(MariaDbGtids ours) throws SQLException {
    if (!facts.mariaDb()) {
      throw new SyncException(
          ("Cannot resume at '%s': the position is made of GTIDs of MariaDB, but the server is %s."
                  + " Lead the job back to its MariaDB, or start it anew with a snapshot.")
              .formatted(from, facts));
    }
    String oldest = oldest(files());
    // What is purged in between the server itself reports.
    MariaDbGtids purged =
        MariaDbSnapshot.find(connection, oldest, FIRST_EVENT).orElse(MariaDbGtids.EMPTY);
    if (!ours.containsAll(purged)) {
      throw new PositionLostException(
          ("Cannot resume at '%s': the server has purged transactions up to '%s', which the job has"
                  + " not read (its oldest binlog file is '%s'). %s")
              .formatted(from, purged.beyond(ours), oldest, START_ANEW));
    }
    MariaDbGtids known = ours;
    for (MariaDbGtid begun : MariaDbGtid.parseAll(from.begun().orElse(""))) {
      known = known.plus(begun);
    }
    checkLogged(known);
  }

  /**
   * A server that knows nothing of a domain would send it from its beginning. One that was just
   * promoted may still log what it has received.
   */
  private void checkLogged(MariaDbGtids ours) throws SQLException {
    String state = binlogState();
    List<MariaDbGtid> unknown = ours.unknownTo(MariaDbGtid.parseAll(state));
    for (int i = 0; !unknown.isEmpty() && i < visibleSeconds; i++) {
      checkInterrupt();
      try (Statement pause = connection.createStatement()) {
        pause.execute("DO SLEEP(1)");
      }
      state = binlogState();
      unknown = ours.unknownTo(MariaDbGtid.parseAll(state));
    }
    if (!unknown.isEmpty()) {
      throw new PositionLostException(
          ("Cannot resume at '%s': the server's binlog does not have transactions '%s', which the"
                  + " job has read already (gtid_binlog_state is '%s'); it lags behind, has lost"
                  + " data, or its binlog was reset (RESET MASTER) or made to forget their domain"
                  + " (FLUSH BINARY LOGS DELETE_DOMAIN_ID). Let it catch up, lead the job to a"
                  + " server that has them, or start the job anew with a snapshot.")
              .formatted(from, unknown, state));
    }
  }

  private String binlogState() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT @@global.gtid_binlog_state")) {
      row.next();
      return Objects.requireNonNullElse(row.getString(1), "");
    }
  }

  private void checkInterrupt() {
    if (Thread.currentThread().isInterrupted()) {
      throw new TransientException(
          "Looking for position '" + from + "' in the binlog was interrupted.");
    }
  }

  private void checkServer(String expected) {
    String found = facts.serverIdentity();
    if (facts.mariaDb() || !expected.equals(found)) {
      throw new PositionLostException(
          ("Cannot resume at '%s': the position belongs to server '%s', but this is server '%s'"
                  + " (%s). Without GTIDs positions mean nothing on another server. %s")
              .formatted(from, expected, found, facts, START_ANEW));
    }
  }

  private void checkFile() throws SQLException {
    Map<String, Long> files = files();
    Long size = files.get(from.point().file());
    if (size == null) {
      throw new PositionLostException(
          "Cannot resume at '%s': the server has purged that file (oldest is '%s'). %s"
              .formatted(from, oldest(files), START_ANEW));
    }
    if (size < from.point().offset()) {
      throw new PositionLostException(
          ("Cannot resume at '%s': that file has only %d bytes; the server has lost the end of its"
                  + " binlog. %s")
              .formatted(from, size, START_ANEW));
    }
  }

  private Map<String, Long> files() throws SQLException {
    return files(connection);
  }

  /** The sizes of the binlog files, oldest first. */
  static Map<String, Long> files(Connection connection) throws SQLException {
    Map<String, Long> files = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW BINARY LOGS")) {
      while (rows.next()) {
        files.put(rows.getString(1), rows.getLong(2));
      }
    }
    return files;
  }

  private static String oldest(Map<String, Long> files) {
    return files.keySet().stream().findFirst().orElse("none");
  }
}
