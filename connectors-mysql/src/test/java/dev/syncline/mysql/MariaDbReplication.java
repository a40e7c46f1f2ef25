package dev.syncline.mysql;

import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** A MariaDB server and a replica of it that logs what it applies. */
public final class MariaDbReplication implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final MySqlServer source;
  private final MySqlServer replica;

  private MariaDbReplication(MySqlServer source, MySqlServer replica) {
    this.source = source;
    this.replica = replica;
  }

  /** Starts both. What the source has by then is not given to the replica. */
  public static MariaDbReplication start() throws SQLException {
    MySqlServer source = MySqlServer.builder(MySqlRelease.MARIADB_10_11).name("source").start();
    MySqlServer.Builder other = MySqlServer.builder(MySqlRelease.MARIADB_10_11).name("replica");
    MariaDbReplication both =
        new MariaDbReplication(source, other.option("log_slave_updates", "ON").start());
    // The replica's places in the log have nothing in common with those of the source.
    source.execute("CREATE DATABASE only_here", "FLUSH BINARY LOGS");
    both.replica.execute(
        "SET GLOBAL gtid_slave_pos = '" + logged(source) + "'",
        ("CHANGE MASTER TO MASTER_HOST='%s', MASTER_PORT=%d, MASTER_USER='%s',"
                + " MASTER_PASSWORD='%s', MASTER_USE_GTID=slave_pos")
            .formatted(source.host(), source.port(), source.username(), source.password()),
        "START SLAVE");
    return both;
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
      String wait = "SELECT MASTER_GTID_WAIT('%s', %d)".formatted(gtids, PATIENCE.toSeconds());
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
    try (Connection connection = server.connect()) {
      return SinkFixture.ask(connection, "SELECT @@global.gtid_binlog_pos").get(0);
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
