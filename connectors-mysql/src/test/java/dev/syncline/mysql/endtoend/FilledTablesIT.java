package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Consistency;
import dev.syncline.Initialization;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.FaultPoint;
import dev.syncline.testkit.fault.ProxiedJob;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlRelease.Family;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;

/** Tables that the source makes and fills in one statement. */
class FilledTablesIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** No such syntax, GTIDs, a key that is there, and a table that was not made for such reasons. */
  private static final List<Integer> REFUSALS = List.of(1064, 1786, 1062, 1146, 1017, 1051);

  private static final List<FaultPoint> MOMENTS =
      List.of(
          FaultPoint.BEFORE_CHECKPOINT_SAVE,
          FaultPoint.AFTER_CHECKPOINT_SAVE,
          FaultPoint.BEFORE_SCHEMA_APPLY,
          FaultPoint.AFTER_SCHEMA_APPLY,
          FaultPoint.BEFORE_TAKE_OVER,
          FaultPoint.AFTER_TAKE_OVER,
          FaultPoint.BEFORE_LANE_WRITE,
          FaultPoint.BEFORE_LANE_COMMIT,
          FaultPoint.AFTER_LANE_COMMIT);

  private static final List<String> STATEMENTS =
      List.of(
          "CREATE TABLE c1 SELECT * FROM t",
          "INSERT INTO c1 VALUES (9, 'nine')",
          "CREATE TABLE c2 (x INT PRIMARY KEY AUTO_INCREMENT, z INT DEFAULT 5)"
              + " COMMENT = 'START TRANSACTION' SELECT a FROM t",
          "ALTER TABLE c2 ADD COLUMN y INT DEFAULT 3",
          "CREATE TABLE c3 (PRIMARY KEY (id)) SELECT * FROM t WHERE id > 100",
          "INSERT INTO c3 VALUES (10, 'ten')",
          "CREATE TABLE IF NOT EXISTS c1 SELECT * FROM t",
          "CREATE TABLE IF NOT EXISTS c4 AS SELECT id AS i, CONCAT(a, '!') AS b FROM t",
          "CREATE TABLE c5 (b INT PRIMARY KEY) IGNORE SELECT 1 AS b, id FROM t",
          "CREATE TABLE c6 (b INT PRIMARY KEY) REPLACE SELECT 1 AS b, id FROM t",
          "CREATE TABLE c7 (b INT PRIMARY KEY) SELECT 1 AS b, id FROM t",
          "CREATE OR REPLACE TABLE c1 (KEY (id)) SELECT id FROM t",
          "CREATE OR REPLACE TABLE c3 SELECT id FROM t WHERE id > 100",
          "CREATE TABLE c8 ENGINE = MyISAM SELECT * FROM t",
          "CREATE TEMPORARY TABLE tt SELECT * FROM t",
          "CREATE TABLE c9 SELECT * FROM tt",
          "CREATE TABLE c10 LIKE tt",
          "DROP TEMPORARY TABLE tt",
          "CREATE TABLE c11 PARTITION BY HASH (id) PARTITIONS 2 SELECT * FROM t",
          "CREATE TABLE c12 (KEY (a)) DEFAULT CHARSET = latin1 SELECT * FROM t",
          "CREATE TABLE c13 LIKE t",
          "INSERT INTO c13 SELECT * FROM t",
          "SET sql_mode = 'ANSI_QUOTES'",
          "CREATE TABLE \"c14\" SELECT * FROM t",
          "SET sql_mode = ''",
          "CREATE TABLE c15 AS VALUES ROW(1, 2)",
          "CREATE TABLE t2 (id INT PRIMARY KEY, a VARCHAR(20)) AS SELECT * FROM t",
          "RENAME TABLE t TO t3, t2 TO t",
          "DROP TABLE t3",
          "CREATE TABLE the_end SELECT * FROM t");

  private static final Set<MySqlRelease> WITHOUT_WHERE_GTIDS_ARE =
      EnumSet.of(MySqlRelease.MYSQL_5_6, MySqlRelease.MYSQL_5_7, MySqlRelease.MYSQL_8_0_12);

  @ParameterizedTest
  @EachRelease
  void areThereWithTheirRows(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      follows(pair, "plain", Consistency.TRANSACTIONAL, false);
      follows(pair, "restarted", Consistency.PER_KEY, true);
    }
    if (release.family() == Family.MYSQL) {
      try (ServerPair pair = ServerPair.withoutGtids(release)) {
        follows(pair, "unnamed", Consistency.PER_KEY, false);
      }
    }
  }

  /** A process that dies between the table and its rows goes on with the rows. */
  @ParameterizedTest
  @EachRelease
  void surviveTheDeathOfTheJobAtAnyMoment(MySqlRelease release) throws Exception {
    if (release.family() == Family.MYSQL) {
      try (ServerPair pair = ServerPair.withoutGtids(release)) {
        dies(pair, "unnamed");
      }
    }
    // With GTIDs MySQL before 8.0.21 makes no such tables.
    if (!WITHOUT_WHERE_GTIDS_ARE.contains(release)) {
      try (ServerPair pair = ServerPair.of(release)) {
        dies(pair, "named");
      }
    }
  }

  private static void dies(ServerPair pair, String database) throws Exception {
    execute(pair.source(), "", "CREATE DATABASE " + database);
    execute(
        pair.source(),
        database,
        "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20))",
        "INSERT INTO t VALUES (1, 'one'), (2, 'two')");
    MemoryCheckpointStore store = new MemoryCheckpointStore();
    ProxiedJob job = ProxiedJobs.of(pair, database, store);
    try {
      ProxiedJobs.start(job);
      job.awaitSynchronizing();
      for (FaultPoint moment : MOMENTS) {
        ProxiedJob dying = job;
        CountDownLatch death = new CountDownLatch(1);
        long unused =
            job.points()
                .armNext(
                    moment,
                    1,
                    () -> {
                      dying.die();
                      death.countDown();
                    });
        String table = moment.name().toLowerCase(Locale.ROOT);
        execute(
            pair.source(),
            database,
            "CREATE TABLE " + table + " SELECT * FROM t",
            "INSERT INTO " + table + " VALUES (7, 'behind')");
        assertThat(death.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        job.close();
        job = ProxiedJobs.of(pair, database, store);
        ProxiedJobs.start(job);
        assertEqual(pair, database, job.job());
      }
    } finally {
      job.close();
    }
  }

  private static void follows(
      ServerPair pair, String database, Consistency consistency, boolean restarts)
      throws Exception {
    execute(pair.source(), "", "CREATE DATABASE " + database);
    MemoryCheckpointStore store = new MemoryCheckpointStore();
    try (Connection connection = pair.source().connect(database)) {
      execute(connection, "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20))");
      execute(connection, "INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, 'drei ü')");
      SyncJob<TableChange> job = started(pair, database, consistency, store);
      try {
        for (String statement : STATEMENTS) {
          execute(connection, statement);
          if (restarts) {
            job.close();
            job = started(pair, database, consistency, store);
          }
        }
        assertEqual(pair, database, job);
      } finally {
        job.close();
      }
    }
  }

  private static void execute(MySqlServer server, String database, String... statements)
      throws SQLException {
    try (Connection connection = database.isEmpty() ? server.connect() : server.connect(database)) {
      for (String sql : statements) {
        execute(connection, sql);
      }
    }
  }

  /** Some servers refuse some of the statements. */
  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      if (!REFUSALS.contains(e.getErrorCode())) {
        throw e;
      }
    }
  }

  private static void assertEqual(ServerPair pair, String database, SyncJob<?> job)
      throws Exception {
    Map<String, String> tables = Shown.tables(pair.source(), database);
    Await.until(
        "The tables of " + database + " are equal",
        PATIENCE,
        () -> job.status().failure().isPresent() || isShown(pair.target(), database, tables));
    assertThat(job.status().failure()).isEmpty();
    assertThat(Checksums.awaitEqual(pair, database, PATIENCE))
        .isEqualTo(Checksums.of(pair.source(), database));
  }

  private static boolean isShown(MySqlServer target, String database, Map<String, String> tables) {
    try {
      return Shown.tables(target, database).equals(tables);
    } catch (SQLException e) {
      // A table was renamed or dropped while it was looked at, or the first is not there yet.
      return false;
    }
  }

  private static SyncJob<TableChange> started(
      ServerPair pair, String database, Consistency consistency, MemoryCheckpointStore store)
      throws InterruptedException {
    SyncJob<TableChange> job =
        SyncJob.from(pair.sourceBuilder().build())
            .to(pair.sinkBuilder().build())
            .named(database)
            .select(TableSelection.builder().database(database).build())
            .initialize(Initialization.STRUCTURE, Initialization.DATA)
            .consistency(consistency)
            .checkpoints(store)
            .build();
    job.start();
    assertThat(job.awaitSynchronizing(PATIENCE)).as("%s", job.status()).isTrue();
    return job;
  }
}
