package dev.syncline.mysql;

import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlRelease.Family;
import dev.syncline.testkit.server.MySqlServer;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** A kind of server that a binlog is read from: a release that writes GTIDs, or does not. */
record BinlogFlavor(MySqlRelease release, boolean gtids) {
  static final BinlogFlavor MYSQL_8_0 = new BinlogFlavor(MySqlRelease.MYSQL_8_0, true);

  /** Servers of their own, since tests rotate and wait for a binlog that nobody else writes. */
  private static final Map<BinlogFlavor, MySqlServer> RUNNING = new HashMap<>();

  /** The kinds that there are of the selected releases. */
  static Stream<BinlogFlavor> selected() {
    return MySqlRelease.selected().stream()
        .flatMap(release -> Stream.of(true, false).map(gtids -> new BinlogFlavor(release, gtids)))
        .filter(flavor -> !flavor.gtids || flavor.release.hasGtids())
        .filter(flavor -> flavor.gtids || !flavor.isMariaDb());
  }

  /** Those whose positions are a file and a place in it; of MariaDB, which has none, all. */
  static Stream<BinlogFlavor> withoutGtids() {
    return selected().filter(flavor -> !flavor.gtids || flavor.isMariaDb());
  }

  /** Those of MySQL whose positions are sets of GTIDs. */
  static Stream<BinlogFlavor> withMySqlGtids() {
    return Selected.some(
        selected().filter(flavor -> flavor.gtids && flavor.release.isFrom(Family.MYSQL, 5, 7)));
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

  /** Whether tables without transactions may be written inside of one. */
  boolean allowsMixedTransactions() {
    return isMariaDb() || !gtids;
  }

  boolean isMariaDb() {
    return release.family() == Family.MARIADB;
  }

  @Override
  public String toString() {
    return release + (gtids ? " with GTIDs" : " without GTIDs");
  }
}
