package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.mysql.Dialect;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.ChildProcess;
import dev.syncline.testkit.fault.KillCount;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Random tables and random writers before, during and after the snapshot, and random kills of the
 * process that runs the job: in the end the target equals the source.
 */
class RandomWorkloadIT {

  private static final String DATABASE = "random";
  private static final int ROWS_BEFORE = 1_500;

  @ParameterizedTest
  @EachRelease
  void targetEqualsSourceAfterRandomKills(MySqlRelease release, @TempDir Path checkpoints)
      throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      run(pair, checkpoints, KillCount.part(1.0 / 6));
    }
  }

  @Test
  void targetEqualsSourceWithoutGtids(@TempDir Path checkpoints) throws Exception {
    try (ServerPair pair = ServerPair.withoutGtids(MySqlRelease.MYSQL_8_0)) {
      run(pair, checkpoints, KillCount.part(1.0 / 10));
    }
  }

  private static void run(ServerPair pair, Path checkpoints, int kills) throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    RandomTables tables = new RandomTables(random, DATABASE);
    fill(pair, tables, random);
    try (RandomWriters writers =
        new RandomWriters(pair.source(), tables::transaction, 3, seed, 3)) {
      killWhileItCopies(pair, checkpoints, random);
      int following = 0;
      for (int kill = 1; kill < kills - 1; kill++) {
        following += killAtAnyMoment(pair, checkpoints, random) ? 1 : 0;
      }
      killWhileItFollows(pair, checkpoints, random);
      try (ChildProcess job = ChildMain.start(pair, DATABASE, checkpoints)) {
        job.awaitSynchronizing();
        writers.stop();
        assertThat(Checksums.awaitEqual(pair, DATABASE, Duration.ofSeconds(90)))
            .as("%s after %d kills, seed %d", pair.source(), kills, seed)
            .isEqualTo(Checksums.of(pair.source(), DATABASE));
        job.failIfEnded();
      }
      assertThat(writers.count()).isPositive();
      System.out.printf(
          "random workload on %s: %d kills, %d of them while it followed, %d transactions, equal"
              + " (seed %d)%n",
          pair.source(), kills, following + 1, writers.count(), seed);
    }
  }

  /** The first process has everything to copy, and cannot come to the end of it. */
  private static void killWhileItCopies(ServerPair pair, Path checkpoints, Random random)
      throws Exception {
    int rows = 100 + random.nextInt(400);
    try (ChildProcess job = ChildMain.start(pair, DATABASE, checkpoints, ChildMain.copying(rows))) {
      job.await(ChildMain.COPYING);
      Await.pause(random.nextInt(600));
      job.failIfEnded();
      assertThat(job.hasFollowed()).as("the copy was over before the kill").isFalse();
    }
  }

  private static boolean killAtAnyMoment(ServerPair pair, Path checkpoints, Random random)
      throws Exception {
    try (ChildProcess job = ChildMain.start(pair, DATABASE, checkpoints)) {
      Await.pause(300 + random.nextInt(2_200));
      job.failIfEnded();
      return job.hasFollowed();
    }
  }

  private static void killWhileItFollows(ServerPair pair, Path checkpoints, Random random)
      throws Exception {
    try (ChildProcess job = ChildMain.start(pair, DATABASE, checkpoints)) {
      job.awaitSynchronizing();
      Await.pause(random.nextInt(700));
      job.failIfEnded();
    }
  }

  private static void fill(ServerPair pair, RandomTables tables, Random random)
      throws SQLException {
    pair.source().execute("CREATE DATABASE " + DATABASE);
    for (RandomTables.Table table : tables.tables()) {
      pair.source().execute(Dialect.of(pair.source().release(), table.create()));
    }
    try (Connection connection = pair.source().connect();
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < ROWS_BEFORE; i++) {
        for (String sql : tables.transaction(random)) {
          RandomWriters.execute(statement, sql);
        }
      }
    }
  }
}
