package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.CheckpointStore;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.ProxiedJob;
import dev.syncline.testkit.server.MySqlRelease;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * XA transactions, some of them logged in part, are under way when a job begins, while it copies
 * and follows, and when it is cut off and begins again: in the end the target equals the source.
 */
class XaIT {
  private static final int STOPS = 6;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void targetEqualsSourceWithSeveralLanes() throws Exception {
    try (ServerPair pair = ServerPair.of(MySqlRelease.MYSQL_8_0)) {
      run(pair, 3);
    }
  }

  @Test
  void targetEqualsSourceWithoutGtids() throws Exception {
    try (ServerPair pair = ServerPair.withoutGtids(MySqlRelease.MYSQL_5_7)) {
      run(pair, 1);
    }
  }

  @Test
  void targetEqualsSourceOfMariaDb() throws Exception {
    try (ServerPair pair = ServerPair.of(MySqlRelease.MARIADB_10_11)) {
      run(pair, 1);
    }
  }

  private static void run(ServerPair pair, int lanes) throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String database = "xa";
    XaWriters.createTables(pair.source(), database);
    CheckpointStore store = new MemoryCheckpointStore();
    try (XaWriters writers = new XaWriters(pair.source(), database, seed)) {
      Await.until("transactions are under way", PATIENCE, () -> writers.count() > 20);
      for (int stop = 0; stop < STOPS; stop++) {
        try (ProxiedJob job = ProxiedJobs.of(pair, database, store, lanes)) {
          ProxiedJobs.start(job);
          if (stop > 0) {
            job.awaitSynchronizing();
          }
          Await.pause(random.nextInt(700));
          pair.source().execute(stop % 2 == 0 ? "FLUSH LOGS" : "DO 0");
          job.die();
        }
      }
      try (ProxiedJob last = ProxiedJobs.of(pair, database, store, lanes)) {
        ProxiedJobs.start(last);
        last.awaitSynchronizing();
        Await.until("enough transactions are done", PATIENCE, () -> writers.count() > 100);
        writers.stop();
        assertThat(Checksums.awaitEqual(pair, database, PATIENCE))
            .as("%s, seed %d, %s", pair.source(), seed, last.job().status())
            .isEqualTo(Checksums.of(pair.source(), database));
        assertThat(last.job().status().failure()).isEmpty();
      }
    }
  }
}
