package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.Consistency;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.mysql.Dialect;
import dev.syncline.mysql.Feature;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.ProxiedJob;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Sessions log whole rows, rows without long values, and only what has changed, all in one run,
 * while rows are copied and while they are followed: in the end the target equals the source.
 */
class PartialRowsIT {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int TRANSACTIONS_BEFORE = 300;

  @ParameterizedTest
  @EachRelease
  void targetEqualsSourceWhateverTheLogLeavesOut(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      if (!Feature.PARTIAL_IMAGES.isIn(release)) {
        assertThatThrownBy(() -> pair.source().execute("SET binlog_row_image = 'MINIMAL'"))
            .hasMessageContaining("Unknown system variable");
        return;
      }
      run(pair, release, 1);
      run(pair, release, 4);
    }
  }

  private static void run(ServerPair pair, MySqlRelease release, int lanes) throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String database = "partial" + lanes;
    RandomTables tables =
        RandomTables.withExtras(
            release, random, database, EnumSet.of(RandomTables.Hindrance.MOVING_KEYS));
    PartialRows rows = new PartialRows(release, tables, database);
    fill(pair, tables, rows, database, random);
    MemoryCheckpointStore store = new MemoryCheckpointStore();
    ProxiedJob job = start(pair, database, store, lanes);
    try (RandomWriters writers = new RandomWriters(pair.source(), rows::transaction, 2, seed, 3)) {
      Await.pause(random.nextInt(1_000));
      job = restart(job, pair, store, lanes);
      job.awaitSynchronizing();
      rows.copied();
      Await.pause(2_000);
      job = restart(job, pair, store, 1 + random.nextInt(4));
      job.awaitSynchronizing();
      Await.pause(1_000);
      writers.stop();
      assertThat(Checksums.awaitEqual(pair, database, PATIENCE))
          .as("%s, %d lanes, seed %d, %s", pair.source(), lanes, seed, job.job().status())
          .isEqualTo(Checksums.of(pair.source(), database));
      System.out.printf(
          "partial rows on %s with %d lanes: %d transactions, equal (seed %d)%n",
          pair.source(), lanes, writers.count(), seed);
    } finally {
      job.close();
    }
  }

  private static ProxiedJob start(
      ServerPair pair, String database, MemoryCheckpointStore store, int lanes)
      throws InterruptedException {
    ProxiedJob job =
        ProxiedJobs.of(
            pair,
            database,
            store,
            lanes == 1 ? Consistency.TRANSACTIONAL : Consistency.PER_KEY,
            lanes);
    ProxiedJobs.start(job);
    return job;
  }

  private static ProxiedJob restart(
      ProxiedJob job, ServerPair pair, MemoryCheckpointStore store, int lanes)
      throws InterruptedException {
    assertThat(job.job().status().failure()).isEmpty();
    job.die();
    ProxiedJob next = start(pair, job.job().status().job(), store, lanes);
    job.close();
    return next;
  }

  private static void fill(
      ServerPair pair, RandomTables tables, PartialRows rows, String database, Random random)
      throws SQLException {
    pair.source().execute("CREATE DATABASE " + database);
    try (Connection connection = pair.source().connect(database);
        Statement statement = connection.createStatement()) {
      for (RandomTables.Table table : tables.tables()) {
        statement.execute(Dialect.of(pair.source().release(), table.create()));
      }
      statement.execute(Dialect.of(pair.source().release(), PartialRows.PAPERS));
      statement.execute(rows.fill());
      for (int i = 0; i < TRANSACTIONS_BEFORE; i++) {
        for (String sql : rows.transaction(random)) {
          RandomWriters.execute(statement, sql);
        }
      }
    }
  }
}
