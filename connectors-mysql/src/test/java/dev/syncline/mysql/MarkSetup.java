package dev.syncline.mysql;

import static dev.syncline.testkit.server.MySqlRelease.Family.MARIADB;
import static dev.syncline.testkit.server.MySqlRelease.Family.MYSQL;

import dev.syncline.mysql.RacingWriters.Kind;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A server, the way in which it marks reads, and what is written meanwhile.
 *
 * <p>Servers wait a third of a second between the writing of the log and the moment in which rows
 * become visible, so that a mark which mixes up the two is wrong every time. MySQL before 5.7 has
 * nothing to make it wait.
 */
record MarkSetup(MySqlRelease release, MarkMethod method, Kind kind) {

  /** All that there are of the selected releases. */
  static Stream<MarkSetup> selected() {
    return MySqlRelease.selected().stream().flatMap(release -> of(release).stream());
  }

  private static List<MarkSetup> of(MySqlRelease release) {
    List<MarkSetup> setups = new ArrayList<>();
    if (release.family() == MARIADB) {
      setups.add(new MarkSetup(release, MarkMethod.BINLOG_SNAPSHOT, Kind.AT_ONCE));
      setups.add(new MarkSetup(release, MarkMethod.BINLOG_SNAPSHOT, Kind.XA));
      return setups;
    }
    setups.add(new MarkSetup(release, MarkMethod.SHARE_LOCKS, Kind.AT_ONCE));
    if (Feature.WATERMARKS.isIn(release)) {
      setups.add(new MarkSetup(release, MarkMethod.WATERMARKS, Kind.AT_ONCE));
    }
    if (Feature.MARKS_WITHOUT_LOCKS.isIn(release)) {
      setups.add(new MarkSetup(release, MarkMethod.GTIDS, Kind.AT_ONCE));
      setups.add(new MarkSetup(release, MarkMethod.GTIDS, Kind.XA));
    }
    return setups;
  }

  /** Those in which tables without a key can be read. */
  static Stream<MarkSetup> thatReadExactly() {
    return filtered(setup -> setup.kind == Kind.AT_ONCE && setup.method != MarkMethod.WATERMARKS);
  }

  /** Those with XA transactions. */
  static Stream<MarkSetup> withXa() {
    return filtered(setup -> setup.kind == Kind.XA);
  }

  /** Those that need no lock to read. */
  static Stream<MarkSetup> withoutLocks() {
    return filtered(setup -> setup.kind == Kind.AT_ONCE && setup.needsNoLock());
  }

  /** Those that need no lock if a table is quiet for a moment, and else one. */
  static Stream<MarkSetup> withMySqlGtids() {
    return filtered(setup -> setup.kind == Kind.AT_ONCE && setup.method == MarkMethod.GTIDS);
  }

  /** Those of MySQL that make rows visible late, by which it shows that marks can be wrong. */
  static Stream<MarkSetup> thatShowRowsLate() {
    return filtered(
        setup ->
            setup.isLate()
                && setup.kind == Kind.AT_ONCE
                && setup.method != MarkMethod.WATERMARKS
                && setup.method != MarkMethod.BINLOG_SNAPSHOT);
  }

  private static Stream<MarkSetup> filtered(Predicate<MarkSetup> filter) {
    return Selected.some(selected().filter(filter));
  }

  boolean needsNoLock() {
    return method == MarkMethod.GTIDS || method == MarkMethod.BINLOG_SNAPSHOT;
  }

  private boolean isLate() {
    return release.family() == MARIADB || release.isFrom(MYSQL, 5, 7);
  }

  /** How many ranges are to be read until a wrong mark has shown. */
  int chunks() {
    return switch (method) {
      case SHARE_LOCKS -> 12;
      case WATERMARKS -> 20;
      case GTIDS -> kind == Kind.XA ? 12 : 40;
      // XA without waiting: what MariaDB logs first and shows later it does apart from the others.
      case BINLOG_SNAPSHOT -> kind == Kind.XA ? Feature.XA_IN_LOG.isIn(release) ? 400 : 1000 : 40;
    };
  }

  MySqlServer start() {
    MySqlServer.Builder server = MySqlServer.builder(release);
    if (!needsNoLock()) {
      server.withoutGtids();
    }
    if (method == MarkMethod.BINLOG_SNAPSHOT && kind == Kind.AT_ONCE) {
      server.option("binlog_commit_wait_usec", "300000").option("binlog_commit_wait_count", "99");
    } else if (method != MarkMethod.BINLOG_SNAPSHOT && isLate()) {
      server.option("binlog_group_commit_sync_delay", "300000");
    }
    return server.start();
  }

  MySqlSource.Builder source(SourceFixture fixture) throws SQLException {
    // Writers that wait for each other and for the log make long transactions.
    MySqlSource.Builder source = fixture.source().lockTimeout(Duration.ofSeconds(30));
    if (method == MarkMethod.WATERMARKS) {
      fixture.execute(
          "CREATE TABLE watermark (id INT NOT NULL PRIMARY KEY, token CHAR(36) CHARACTER SET"
              + " ascii NOT NULL) ENGINE=InnoDB");
      source.watermarkTable(fixture.database(), "watermark");
    }
    return source;
  }

  @Override
  public String toString() {
    return release + " by " + method + ", writers " + kind;
  }
}
