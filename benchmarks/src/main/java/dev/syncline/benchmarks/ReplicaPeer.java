package dev.syncline.benchmarks;

import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The server's own replication, from a source whose accounts a new replica has already. */
final class ReplicaPeer {

  private static final int PATIENCE_SECONDS = 600;
  private static final long LOOK_NANOS = 50_000_000;

  private final MySqlServer source;
  private final String before;
  private String base;

  ReplicaPeer(MySqlServer source) throws SQLException {
    this.source = source;
    this.before = executed();
    this.base = before;
  }

  /** Notes that what the source has executed so far is not to be measured. */
  void baseIsHere() throws SQLException {
    base = executed();
  }

  /**
   * Seconds that a new replica takes from the base to what the source has executed by now. It has
   * received all of it before, and does nothing but apply.
   */
  double apply(MySqlServer replica, int appliers) throws SQLException {
    String end = executed();
    try (Connection connection = replica.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("RESET MASTER");
      statement.execute("SET GLOBAL gtid_purged = '" + before + "'");
      statement.execute("SET GLOBAL replica_parallel_workers = " + appliers);
      statement.execute("SET GLOBAL replica_preserve_commit_order = ON");
      statement.execute(
          """
          CHANGE REPLICATION SOURCE TO SOURCE_HOST = '%s', SOURCE_PORT = %d, SOURCE_USER = '%s',
            SOURCE_PASSWORD = '%s', SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1\
          """
              .formatted(source.host(), source.port(), source.username(), source.password()));
      statement.execute("START REPLICA UNTIL SQL_AFTER_GTIDS = '" + base + "'");
      await(statement, base);
      awaitReceived(statement, end);
      statement.execute("STOP REPLICA");
      long start = System.nanoTime();
      statement.execute("START REPLICA SQL_THREAD");
      await(statement, end);
      double seconds = (System.nanoTime() - start) / 1e9;
      statement.execute("STOP REPLICA");
      return seconds;
    }
  }

  private static void awaitReceived(Statement statement, String gtids) throws SQLException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    String lacks = lacks(statement, gtids);
    while (!lacks.isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("The replica has not received '" + lacks + "' in time.");
      }
      LockSupport.parkNanos(LOOK_NANOS);
      lacks = lacks(statement, gtids);
    }
  }

  /** What the replica has neither received nor executed. */
  private static String lacks(Statement statement, String gtids) throws SQLException {
    String received;
    try (ResultSet row = statement.executeQuery("SHOW REPLICA STATUS")) {
      row.next();
      received = row.getString("Retrieved_Gtid_Set");
    }
    try (ResultSet row =
        statement.executeQuery(
            "SELECT GTID_SUBTRACT(GTID_SUBTRACT('%s', @@global.gtid_executed), '%s')"
                .formatted(gtids, received))) {
      row.next();
      return row.getString(1);
    }
  }

  private static void await(Statement statement, String gtids) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            "SELECT WAIT_FOR_EXECUTED_GTID_SET('" + gtids + "', " + PATIENCE_SECONDS + ")")) {
      row.next();
      if (row.getInt(1) != 0) {
        throw new IllegalStateException("The replica has not applied '" + gtids + "' in time.");
      }
    }
  }

  private String executed() throws SQLException {
    return Sales.query(source, "SELECT @@global.gtid_executed", 1).replace("\n", "");
  }
}
