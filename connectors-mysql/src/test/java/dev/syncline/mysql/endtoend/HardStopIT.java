package dev.syncline.mysql.endtoend;

import dev.syncline.CheckpointStore;
import dev.syncline.JobState;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.FaultPoint;
import dev.syncline.testkit.fault.KillCount;
import dev.syncline.testkit.fault.ProxiedJob;
import dev.syncline.testkit.server.MySqlRelease;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The many random kills of {@link KillIT}, for which no process is started: the connections of a
 * job are cut, its store is taken away, and a new instance begins while threads of the old one may
 * still be about.
 */
class HardStopIT {

  private static final int STOPS_PER_DATABASE = 20;

  static final List<Integer> LANES = KillIT.LANES;

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
  @FieldSource("LANES")
  void atAnyMoment(int lanes) throws Exception {
    int stops = KillCount.part(4.0 / 3 / LANES.size());
    for (int from = 0; from < stops; from += STOPS_PER_DATABASE) {
      int count = Math.min(STOPS_PER_DATABASE, stops - from);
      run("stops_" + lanes + "_" + from, lanes, count);
    }
  }

  private static void run(String database, int lanes, int stops) throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    CheckpointStore store = new MemoryCheckpointStore();
    try (MixedLoad load = new MixedLoad(pair, database, seed)) {
      ProxiedJob job = start(database, lanes, store);
      for (int stop = 0; stop < stops; stop++) {
        KillCount.Moment moment = KillCount.moment(stop);
        if (moment != KillCount.Moment.ANY) {
          job.awaitPassed(FaultPoint.AFTER_TAKE_OVER);
        }
        if (moment == KillCount.Moment.FOLLOWING) {
          job.awaitSynchronizing();
          load.synchronizedWith(lanes);
          if (lanes > 1 && stop % 4 == 2) {
            load.awaitShared();
          }
        }
        Await.pause(random.nextInt(700));
        load.killed(job.job().status().state() == JobState.SYNCHRONIZING);
        job.die();
        ProxiedJob dead = job;
        job = start(database, MixedLoad.lanes(lanes, random), store);
        dead.close();
      }
      try (ProxiedJob last = job) {
        last.awaitSynchronizing();
        load.synchronizedWith(lanes);
        load.finish(stops + " hard stops, " + lanes + " lanes");
      }
    }
  }

  private static ProxiedJob start(String database, int lanes, CheckpointStore store)
      throws InterruptedException {
    ProxiedJob job = ProxiedJobs.of(pair, database, store, lanes);
    ProxiedJobs.start(job);
    return job;
  }
}
