package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.CheckpointStore;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.OwnershipLostException;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.FaultPoint;
import dev.syncline.testkit.fault.Hold;
import dev.syncline.testkit.fault.ProxiedJob;
import dev.syncline.testkit.server.MySqlRelease;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An instance pauses so long that another one takes over and goes on, and then comes back: it can
 * write no more, it stops, and nothing is lost or doubled. Between two transactions the target
 * refuses it; a transaction that it had open was rolled back with its session, since nobody can
 * take over before that.
 */
class PausedInstanceIT {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static ServerPair pair;

  @BeforeAll
  static void start() {
    pair = ServerPair.of(MySqlRelease.MYSQL_8_0);
  }

  @AfterAll
  static void stop() {
    pair.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"BEFORE_LANE_WRITE", "BEFORE_LANE_COMMIT", "AFTER_LANE_COMMIT"})
  void stopsWhereItComesBack(FaultPoint point) throws Exception {
    String database = "paused_" + point.name().toLowerCase(Locale.ROOT);
    CheckpointStore store = new MemoryCheckpointStore();
    try (MixedLoad load = new MixedLoad(pair, database, System.nanoTime());
        ProxiedJob first = ProxiedJobs.of(pair, database, store);
        ProxiedJob second = ProxiedJobs.of(pair, database, store)) {
      ProxiedJobs.start(first);
      first.awaitSynchronizing();
      load.synchronizedWith(1);
      // Both threads that could notice anything are stopped, the second one if it comes to it.
      Hold writing = first.points().hold(point);
      writing.awaitReached(PATIENCE);
      Hold saving = first.points().hold(FaultPoint.BEFORE_CHECKPOINT_SAVE);
      long committed = first.points().passed(FaultPoint.AFTER_LANE_COMMIT);

      ProxiedJobs.start(second);
      if (point == FaultPoint.BEFORE_LANE_COMMIT) {
        // It holds the locks of an open transaction until the server gives its session up.
        Await.until("the second has to wait", PATIENCE, () -> second.retries() > 0);
        first.sink().cut();
      }
      second.awaitSynchronizing();
      long transfers = load.transfers();
      Await.until("the source goes on", PATIENCE, () -> load.transfers() > transfers + 20);
      writing.release();
      Await.until("the first can write no more", PATIENCE, () -> lanes(database) == 1);

      assertThat(first.points().passed(FaultPoint.AFTER_LANE_COMMIT)).isEqualTo(committed);
      saving.release();
      Await.until("the first stops", PATIENCE, () -> first.job().status().failure().isPresent());
      assertThat(first.job().status().failure().orElseThrow())
          .isInstanceOf(OwnershipLostException.class)
          .hasMessageContaining(
              point == FaultPoint.BEFORE_LANE_COMMIT ? "checkpoint" : "taken the target over");
      load.finish("paused " + point);
      assertThat(second.job().status().failure()).isEmpty();
    }
  }

  private static long lanes(String job) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("syncline-" + job + "-lane-0"))
        .count();
  }
}
