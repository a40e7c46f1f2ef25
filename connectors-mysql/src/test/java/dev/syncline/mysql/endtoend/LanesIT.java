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
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Several lanes come to what one lane comes to, namely to what the source has: on random tables
 * with all kinds of unique keys and with foreign keys that cascade, under random writers, with hard
 * stops and other numbers of lanes after each.
 */
class LanesIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int ROWS_BEFORE = 400;
  private static final String FAMILY = "_family";

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
    Function<Random, List<String>> transactions =
        chance -> chance.nextInt(4) == 0 ? family(database, chance) : tables.transaction(chance);
    MemoryCheckpointStore checkpoints = new MemoryCheckpointStore();
    int stops = 3 + random.nextInt(3);
    try (RandomWriters writers = new RandomWriters(pair.source(), transactions, 3, seed, 1)) {
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
        for (String each : List.of(database, database + FAMILY)) {
          assertThat(Checksums.awaitEqual(pair, each, Duration.ofSeconds(60)))
              .as("%s after %d stops, seed %d, %s", pair.source(), stops, seed, job.status())
              .isEqualTo(Checksums.of(pair.source(), each));
        }
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
        .select(TableSelection.builder().database(database).database(database + FAMILY).build())
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .checkpoints(checkpoints)
        .consistency(lanes == 0 ? Consistency.TRANSACTIONAL : Consistency.PER_KEY)
        .limits(JobLimits.builder().lanes(Math.max(1, lanes)).batchRows(200).build())
        .build();
  }

  private static List<String> family(String database, Random random) {
    List<String> statements = CascadeTables.transaction(random);
    statements.add(0, "USE " + database + FAMILY);
    return statements;
  }

  private static void fill(ServerPair pair, String database, RandomTables tables, Random random)
      throws SQLException {
    pair.source().execute("CREATE DATABASE " + database, "CREATE DATABASE " + database + FAMILY);
    try (Connection connection = pair.source().connect(database + FAMILY);
        Statement statement = connection.createStatement()) {
      for (RandomTables.Table table : tables.tables()) {
        statement.execute(table.create());
      }
      for (String table : CascadeTables.create()) {
        statement.execute(table);
      }
      connection.setAutoCommit(false);
      for (int i = 0; i < ROWS_BEFORE; i++) {
        for (String sql : tables.transaction(random)) {
          RandomWriters.execute(statement, sql);
        }
        for (String sql : family(database, random)) {
          RandomWriters.execute(statement, sql);
        }
      }
      connection.commit();
    }
  }
}
