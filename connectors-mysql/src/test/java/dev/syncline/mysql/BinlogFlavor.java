package dev.syncline.mysql;

import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.util.EnumMap;
import java.util.Map;

/** The kinds of servers that a binlog is read from. */
enum BinlogFlavor {
  MYSQL_8_0_GTID(MySqlRelease.MYSQL_8_0, true),
  MYSQL_8_0_PLAIN(MySqlRelease.MYSQL_8_0, false),
  MYSQL_5_7_GTID(MySqlRelease.MYSQL_5_7, true),
  MYSQL_5_7_PLAIN(MySqlRelease.MYSQL_5_7, false),
  MARIADB_10_11(MySqlRelease.MARIADB_10_11, true);

  /** Servers of their own, since tests rotate and wait for a binlog that nobody else writes. */
  private static final Map<BinlogFlavor, MySqlServer> RUNNING = new EnumMap<>(BinlogFlavor.class);

  private final MySqlRelease release;
  private final boolean gtids;

  BinlogFlavor(MySqlRelease release, boolean gtids) {
    this.release = release;
    this.gtids = gtids;
  }

  /** The server of this kind, which ends with the JVM. */
  MySqlServer server() {
    synchronized (RUNNING) {
      return RUNNING.computeIfAbsent(this, missing -> builder().start());
    }
  }

  /** Describes a server of one's own. */
  MySqlServer.Builder builder() {
    MySqlServer.Builder builder = MySqlServer.builder(release);
    return gtids ? builder : builder.withoutGtids();
  }

  boolean isMariaDb() {
    return release.family() == MySqlRelease.Family.MARIADB;
  }

  boolean isMySql8() {
    return release == MySqlRelease.MYSQL_8_0;
  }

  /** Whether tables without transactions may be written inside of one. */
  boolean allowsMixedTransactions() {
    return isMariaDb() || !gtids;
  }
}
