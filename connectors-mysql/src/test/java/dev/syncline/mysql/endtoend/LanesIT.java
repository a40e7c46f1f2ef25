package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Consistency;
import dev.syncline.Initialization;
import dev.syncline.JobLimits;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.testkit.server.MySqlRelease;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Several lanes come to what one lane comes to, namely to what the source has: on random tables
 * with all kinds of unique keys, under random writers, with hard stops and other numbers of lanes
 * after each.
 */
class LanesIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int ROWS_BEFORE = 400;

  @ParameterizedTest
  @EnumSource(MySqlRelease.class)
  void anyNumberOfLanesComesToWhatTheSourceHas(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      int histories = Math.max(1, KillCount.part(1.0 / 30));
      for (int history = 0; history < histories; history++) {
        run(pair, "lanes" + history, System.nanoTime());
      }
    }
  }

  private static void run(ServerPair pair, String database, long seed) throws Exception {
    Random random = new Random(seed);
    RandomTables tables = RandomTables.withExtras(random, database);
    fill(pair, database, tables, random);
    MemoryCheckpointStore checkpoints = new MemoryCheckpointStore();
    int stops = 3 + random.nextInt(3);
    try (RandomWriters writers = new RandomWriters(pair.source(), tables, 3, seed, 1)) {
      for (int stop = 0; stop < stops; stop++) {
        try (SyncJob<TableChange> job = job(pair, database, checkpoints, random.nextInt(6))) {
          job.start();
          assertThat(job.awaitSynchronizing(PATIENCE)).as("seed %d", seed).isTrue();
          Await.pause(200 + random.nextInt(1_500));
          assertThat(job.status().failure()).as("seed %d", seed).isEmpty();
        }
      }
      try (SyncJob<TableChange> job = job(pair, database, checkpoints, 4)) {
        job.start();
        assertThat(job.awaitSynchronizing(PATIENCE)).as("seed %d", seed).isTrue();
        Await.pause(2_000);
        writers.stop();
        assertThat(Checksums.awaitEqual(pair, database, Duration.ofSeconds(60)))
            .as("%s after %d stops, seed %d, %s", pair.source(), stops, seed, job.status())
            .isEqualTo(Checksums.of(pair.source(), database));
      }
      System.out.printf(
          "lanes on %s: %d stops, %d transactions, equal (seed %d)%n",
          pair.source(), stops, writers.count(), seed);
    }
  }

  private static SyncJob<TableChange> job(
      ServerPair pair, String database, MemoryCheckpointStore checkpoints, int lanes) {
    return SyncJob.from(pair.sourceBuilder().build())
        .to(pair.sinkBuilder().ledgerDatabase(database + "_records").build())
        .named(database)
        .select(TableSelection.builder().database(database).build())
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .checkpoints(checkpoints)
        .consistency(lanes == 0 ? Consistency.TRANSACTIONAL : Consistency.PER_KEY)
        .limits(JobLimits.builder().lanes(Math.max(1, lanes)).batchRows(200).build())
        .build();
  }

  private static void fill(
      ServerPair pair, String database, RandomTables tables, Random random) throws SQLException {
    pair.source().execute("CREATE DATABASE " + database);
    for (RandomTables.Table table : tables.tables()) {
      pair.source().execute(table.create());
    }
    Set<Integer> expected = Set.of(1062, 1451, 1452);
    try (Connection connection = pair.source().connect();
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < ROWS_BEFORE; i++) {
        for (String sql : tables.transaction(random)) {
          try {
            statement.execute(sql);
          } catch (SQLException e) {
            if (!expected.contains(e.getErrorCode())) {
              throw e;
            }
          }
        }
      }
    }
  }
}
