package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Initialization;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.TableChange;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;

/** Databases come and go at the source, where the target may have some of these names. */
class DatabasesIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int UNKNOWN_DATABASE = 1049;

  private static final TableSelection SELECTION =
      TableSelection.builder().database("some", db -> db.table("a")).databases("shard_*").build();

  @ParameterizedTest
  @EachRelease
  void whatTheSourceHasNotDroppedStays(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      pair.source().execute("CREATE DATABASE some", "CREATE TABLE some.a (id INT PRIMARY KEY)");
      pair.target()
          .execute(
              "CREATE DATABASE shard_1 CHARACTER SET latin1",
              "CREATE TABLE shard_1.own (id INT PRIMARY KEY)",
              "CREATE DATABASE shard_2 CHARACTER SET latin1");
      try (SyncJob<TableChange> job = started(pair, new MemoryCheckpointStore())) {
        pair.source()
            .execute(
                "CREATE DATABASE shard_1 CHARACTER SET latin1",
                "CREATE TABLE shard_1.t (v VARCHAR(5), id INT PRIMARY KEY)",
                "INSERT INTO shard_1.t VALUES ('ü', 1)",
                "CREATE DATABASE IF NOT EXISTS shard_2",
                "CREATE DATABASE IF NOT EXISTS shard_2",
                "DROP DATABASE IF EXISTS shard_9");
        await(job, pair.target(), "shard_1", Set.of("own", "t"));
        assertThat(Shown.tables(pair.target(), "shard_1").get("t"))
            .isEqualTo(Shown.tables(pair.source(), "shard_1").get("t"));

        pair.source()
            .execute(
                "DROP DATABASE shard_1",
                "DROP DATABASE shard_2",
                "DROP TABLE some.a",
                "DROP DATABASE some",
                "CREATE DATABASE shard_3",
                "CREATE TABLE shard_3.u (id INT PRIMARY KEY)",
                "CREATE TABLE shard_3.v (id INT PRIMARY KEY)");

        await(job, pair.target(), "shard_3", Set.of("u", "v"));
        await(job, pair.target(), "shard_1", Set.of("own"));
        assertThat(names(pair.target(), "shard_2")).isEmpty();
        pair.source().execute("DROP DATABASE IF EXISTS shard_3", "CREATE DATABASE shard_4");
        await(job, pair.target(), "shard_4", Set.of());
        assertThat(isThere(pair.target(), "shard_3")).isFalse();
        assertThat(isThere(pair.target(), "shard_2")).isFalse();
      }
    }
  }

  /** Tables without a collation of their own would become others there. */
  @ParameterizedTest
  @EachRelease
  void aDatabaseWithAnotherCollationStopsTheJob(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      pair.source().execute("CREATE DATABASE some", "CREATE TABLE some.a (id INT PRIMARY KEY)");
      pair.target().execute("CREATE DATABASE shard_1 CHARACTER SET latin1");
      MemoryCheckpointStore store = new MemoryCheckpointStore();
      try (SyncJob<TableChange> job = started(pair, store)) {
        pair.source()
            .execute(
                "CREATE DATABASE shard_1 CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
                "CREATE TABLE shard_1.t (id INT PRIMARY KEY, v VARCHAR(5))");

        Await.until("It has stopped", PATIENCE, () -> job.status().failure().isPresent());
        assertThat(job.status().failure().orElseThrow())
            .isInstanceOf(UnsupportedChangeException.class)
            .hasMessageContaining("'latin1_swedish_ci'")
            .hasMessageContaining("ALTER DATABASE `shard_1` COLLATE utf8mb4_bin");
      }
      pair.target().execute("ALTER DATABASE `shard_1` COLLATE utf8mb4_bin");
      try (SyncJob<TableChange> job = started(pair, store)) {
        await(job, pair.target(), "shard_1", Set.of("t"));
        assertThat(Shown.tables(pair.target(), "shard_1"))
            .isEqualTo(Shown.tables(pair.source(), "shard_1"));
      }
    }
  }

  private static void await(
      SyncJob<TableChange> job, MySqlServer target, String database, Set<String> tables)
      throws Exception {
    Await.until(
        "Database " + database + " has " + tables,
        PATIENCE,
        () ->
            job.status().failure().isPresent()
                || (isThere(target, database) && names(target, database).equals(tables)));
    assertThat(job.status().failure()).isEmpty();
  }

  private static Set<String> names(MySqlServer server, String database) throws SQLException {
    return isThere(server, database) ? Shown.tables(server, database).keySet() : Set.of();
  }

  private static boolean isThere(MySqlServer server, String database) throws SQLException {
    try {
      server.connect(database).close();
      return true;
    } catch (SQLException e) {
      if (e.getErrorCode() == UNKNOWN_DATABASE) {
        return false;
      }
      throw e;
    }
  }

  private static SyncJob<TableChange> started(ServerPair pair, MemoryCheckpointStore store)
      throws InterruptedException {
    SyncJob<TableChange> job =
        SyncJob.from(pair.sourceBuilder().build())
            .to(pair.sinkBuilder().build())
            .named("databases")
            .select(SELECTION)
            .initialize(Initialization.STRUCTURE, Initialization.DATA)
            .checkpoints(store)
            .build();
    job.start();
    assertThat(job.awaitSynchronizing(PATIENCE)).as("%s", job.status()).isTrue();
    return job;
  }
}
