package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Consistency;
import dev.syncline.Initialization;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;

/** Statements that change tables arrive at the target in their place among the changes of rows. */
class SchemaChangesIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int UNKNOWN_DATABASE = 1049;

  /** Each stands between changes of rows that only its own definition of the table can hold. */
  private static final List<String> STATEMENTS =
      List.of(
          "INSERT INTO t (id, a) VALUES (1, 'one'), (2, 'two')",
          "ALTER TABLE t ADD COLUMN b INT NOT NULL DEFAULT 7 AFTER id, ADD KEY (b)",
          "INSERT INTO t (id, b, a) VALUES (3, 33, 'three')",
          "UPDATE t SET b = b + 1 WHERE id < 3",
          "ALTER TABLE t CHANGE a text VARCHAR(300) CHARACTER SET utf8mb4",
          "INSERT INTO t (id, b, text) VALUES (4, 44, 'vier ü')",
          "ALTER TABLE t DROP COLUMN b",
          "INSERT INTO t VALUES (5, 'five')",
          "RENAME TABLE t TO old_t",
          "CREATE TABLE t LIKE old_t",
          "INSERT INTO t SELECT * FROM old_t WHERE id > 2",
          "UPDATE old_t SET text = CONCAT(text, '!')",
          "RENAME TABLE t TO x, old_t TO t, x TO old_t",
          "DELETE FROM t WHERE id = 1",
          "CREATE TABLE u (id INT, v DECIMAL(10, 3), PRIMARY KEY (id), UNIQUE KEY (v))",
          "INSERT INTO u VALUES (1, 1.5), (2, 2.25)",
          "ALTER TABLE u DROP PRIMARY KEY, ADD PRIMARY KEY (v, id)",
          "UPDATE u SET id = id + 10",
          "TRUNCATE TABLE old_t",
          "INSERT INTO old_t VALUES (9, 'nine')",
          "CREATE INDEX by_id ON u (id)",
          "DROP INDEX by_id ON u",
          "DROP TABLE old_t",
          "ALTER TABLE t CONVERT TO CHARACTER SET latin1",
          "INSERT INTO t VALUES (10, 'zehn ü')",
          "ALTER TABLE t MODIFY id BIGINT UNSIGNED, RENAME TO named",
          "INSERT INTO named VALUES (18446744073709551615, 'last')");

  @ParameterizedTest
  @EachRelease
  void targetHasWhatTheSourceHas(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      follows(pair, "plain", Consistency.TRANSACTIONAL, false);
      follows(pair, "lanes", Consistency.PER_KEY, false);
      follows(pair, "restarted", Consistency.TRANSACTIONAL, true);
    }
  }

  /** Of a statement the target gets what is selected, and of others nothing. */
  @ParameterizedTest
  @EachRelease
  void leavesAloneWhatIsNotSelected(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      pair.source()
          .execute(
              "CREATE DATABASE some",
              "CREATE TABLE some.a (id INT PRIMARY KEY)",
              "CREATE TABLE some.b (id INT PRIMARY KEY)",
              "CREATE TABLE some.c (id INT PRIMARY KEY)");
      pair.target().execute("CREATE DATABASE some", "CREATE TABLE some.b (own INT)");
      TableSelection selection =
          TableSelection.builder()
              .database("some", db -> db.table("a").tables("c*"))
              .databases("shard_*")
              .build();
      try (SyncJob<TableChange> job = started(pair, selection, new MemoryCheckpointStore())) {
        pair.source()
            .execute(
                "ALTER TABLE some.b ADD COLUMN more INT, COMMENT 'x'",
                "CREATE TABLE some.other LIKE some.b",
                "CREATE TABLE some.c2 (id INT PRIMARY KEY, n INT)",
                "INSERT INTO some.c2 VALUES (1, 2)",
                "DROP TABLE some.b, some.c",
                "RENAME TABLE some.other TO some.another, some.c2 TO some.c3",
                "CREATE DATABASE shard_1 CHARACTER SET latin1",
                "CREATE TABLE shard_1.t (id INT PRIMARY KEY, v VARCHAR(5))",
                "INSERT INTO shard_1.t VALUES (1, 'ü')",
                "ALTER DATABASE shard_1 CHARACTER SET utf8mb4",
                "CREATE TABLE shard_1.u (id INT PRIMARY KEY, v VARCHAR(5))",
                "INSERT INTO shard_1.u VALUES (2, '中')");

        Await.until(
            "The last row is at the target",
            PATIENCE,
            () ->
                job.status().failure().isPresent()
                    || isShown(pair.target(), "shard_1", Shown.tables(pair.source(), "shard_1")));
        assertThat(job.status().failure()).isEmpty();
        assertThat(Checksums.awaitEqual(pair, "shard_1", PATIENCE))
            .isEqualTo(Checksums.of(pair.source(), "shard_1"));
        assertThat(Shown.tables(pair.target(), "some")).containsOnlyKeys("a", "b", "c3");
        assertThat(Shown.tables(pair.target(), "some").get("b")).contains("`own`");

        pair.source().execute("DROP DATABASE some", "DROP DATABASE shard_1");

        Await.until(
            "The databases are gone",
            PATIENCE,
            () -> job.status().failure().isPresent() || isGone(pair.target(), "shard_1"));
        assertThat(job.status().failure()).isEmpty();
        assertThat(Shown.tables(pair.target(), "some")).containsOnlyKeys("b");
      }
    }
  }

  /** The server's catalog is ahead of the job then, and the log does not say what a default is. */
  @ParameterizedTest
  @EachRelease
  void remembersTheDefaultsOfDatabasesWhileItIsStopped(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      MySqlServer source = pair.source();
      source.execute(
          "CREATE DATABASE kept CHARACTER SET latin1",
          "CREATE TABLE kept.t (id INT PRIMARY KEY, v VARCHAR(9))");
      MemoryCheckpointStore store = new MemoryCheckpointStore();
      SyncJob<TableChange> job = started(pair, "kept", Consistency.TRANSACTIONAL, store);
      try {
        source.execute("CREATE TABLE kept.a (id INT PRIMARY KEY, v VARCHAR(9))");
        source.execute(
            "INSERT INTO kept.a VALUES (1, 'ü')", "ALTER DATABASE kept CHARACTER SET utf8mb4");
        assertEqual(pair, "kept", job);
        job.close();
        source.execute(
            "CREATE TABLE kept.b (id INT PRIMARY KEY, v VARCHAR(9))",
            "INSERT INTO kept.b VALUES (1, 'ü中')",
            "ALTER DATABASE kept CHARACTER SET latin1",
            "CREATE TABLE kept.c (id INT PRIMARY KEY, v VARCHAR(9))",
            "INSERT INTO kept.c VALUES (1, 'ü')",
            "ALTER DATABASE kept CHARACTER SET utf16");

        job = started(pair, "kept", Consistency.TRANSACTIONAL, store);

        assertEqual(pair, "kept", job);
      } finally {
        job.close();
      }
    }
  }

  private static void follows(
      ServerPair pair, String database, Consistency consistency, boolean restarts)
      throws Exception {
    MySqlServer source = pair.source();
    source.execute(
        "CREATE DATABASE " + database,
        "CREATE TABLE " + database + ".t (id INT PRIMARY KEY, a VARCHAR(20))");
    MemoryCheckpointStore store = new MemoryCheckpointStore();
    SyncJob<TableChange> job = started(pair, database, consistency, store);
    try {
      for (String statement : STATEMENTS) {
        source.execute("USE " + database, statement);
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

  private static void assertEqual(ServerPair pair, String database, SyncJob<TableChange> job)
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
      // A table was renamed or dropped while it was looked at.
      return false;
    }
  }

  private static boolean isGone(MySqlServer server, String database) {
    try {
      server.connect(database).close();
      return false;
    } catch (SQLException e) {
      return e.getErrorCode() == UNKNOWN_DATABASE;
    }
  }

  private static SyncJob<TableChange> started(
      ServerPair pair, TableSelection selection, MemoryCheckpointStore store)
      throws InterruptedException {
    SyncJob<TableChange> job =
        SyncJob.from(pair.sourceBuilder().build())
            .to(pair.sinkBuilder().build())
            .named("selected")
            .select(selection)
            .initialize(Initialization.STRUCTURE, Initialization.DATA)
            .checkpoints(store)
            .build();
    job.start();
    assertThat(job.awaitSynchronizing(PATIENCE)).as("%s", job.status()).isTrue();
    return job;
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
