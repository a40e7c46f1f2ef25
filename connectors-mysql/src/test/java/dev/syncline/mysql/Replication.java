package dev.syncline.mysql;

import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** A server and a replica of it that follows it by GTIDs and logs what it applies. */
public final class Replication implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final MySqlServer source;
  private final MySqlServer replica;

  private Replication(MySqlServer source, MySqlServer replica) {
    this.source = source;
    this.replica = replica;
  }

  /** Starts both. What the source has by then is not given to the replica. */
  public static Replication start(MySqlRelease release) throws SQLException {
    MySqlServer source = MySqlServer.builder(release).name("source").start();
    MySqlServer.Builder other = MySqlServer.builder(release).name("replica");
    Replication both = new Replication(source, other.option("log_slave_updates", "ON").start());
    // The replica's places in the log have nothing in common with those of the source.
    source.execute("CREATE DATABASE only_here", "FLUSH BINARY LOGS");
    both.replica.execute(
        mariaDb(source)
            ? new String[] {"SET GLOBAL gtid_slave_pos = '" + logged(source) + "'"}
            : new String[] {"RESET MASTER", "SET GLOBAL gtid_purged = '" + logged(source) + "'"});
    both.replica.execute(
        ("CHANGE MASTER TO MASTER_HOST='%s', MASTER_PORT=%d, MASTER_USER='%s',"
                + " MASTER_PASSWORD='%s', %s")
            .formatted(
                source.host(),
                source.port(),
                source.username(),
                source.password(),
                mariaDb(source)
                    ? "MASTER_USE_GTID=slave_pos"
                    : "MASTER_AUTO_POSITION=1" + loginWithoutTls(release)),
        "START SLAVE");
    return both;
  }

  private static String loginWithoutTls(MySqlRelease release) {
    return release.isFrom(MySqlRelease.Family.MYSQL, 8, 0) ? ", GET_MASTER_PUBLIC_KEY=1" : "";
  }

  private static boolean mariaDb(MySqlServer server) {
    return server.release().family() == MySqlRelease.Family.MARIADB;
  }

  /** The server that is written first. */
  public MySqlServer source() {
    return source;
  }

  /** The server that takes over. */
  public MySqlServer replica() {
    return replica;
  }

  /** Waits until the replica has all that the source has. */
  public void await() throws SQLException {
    String gtids = logged(source);
    try (Connection connection = replica.connect()) {
      String function = mariaDb(source) ? "MASTER_GTID_WAIT" : "WAIT_FOR_EXECUTED_GTID_SET";
      String wait = "SELECT %s('%s', %d)".formatted(function, gtids, PATIENCE.toSeconds());
      List<String> reached = SinkFixture.ask(connection, wait);
      if (!reached.equals(List.of("0"))) {
        throw new AssertionError("The replica does not reach " + gtids + ".");
      }
    }
  }

  /** Waits, and makes the replica a server of its own. */
  public void promote() throws SQLException {
    await();
    replica.execute("STOP SLAVE", "RESET SLAVE ALL");
  }

  private static String logged(MySqlServer server) throws SQLException {
    String gtids = mariaDb(server) ? "@@global.gtid_binlog_pos" : "@@global.gtid_executed";
    try (Connection connection = server.connect()) {
      return SinkFixture.ask(connection, "SELECT " + gtids).get(0);
    }
  }

  @Override
  public void close() {
    try {
      source.close();
    } finally {
      replica.close();
    }
  }
}
