package dev.syncline.redis.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.FileCheckpointStore;
import dev.syncline.testkit.fault.ChildJob;
import dev.syncline.testkit.fault.ChildProcess;
import dev.syncline.testkit.fault.FaultPoint;
import dev.syncline.testkit.fault.KillCount;
import dev.syncline.testkit.fault.ProxiedJob;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * What counts, appends and adds takes effect once, whenever the job, the target or a connection
 * between them is struck.
 */
class CountersIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path checkpoints;

  @ParameterizedTest
  @EachRedis
  void totalsAreExactAfterStrikes(RedisRelease release) throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int strikes = KillCount.part(1.0 / 3);
    try (RedisPair pair = RedisPair.of(release);
        Counters counters = new Counters(pair.source())) {
      int done = 0;
      while (done < strikes) {
        try (ProxiedJob job = job(pair)) {
          Storm storm = new Storm(pair, job, random);
          done += storm.strike(1 + random.nextInt(3), Storm.OF_TARGET);
        }
      }
      finish(pair, counters, "%d strikes, seed %d".formatted(strikes, seed));
    }
  }

  /** A process that ends itself at each point in turn. */
  @Test
  void totalsAreExactAfterTheProcessDiesAtEachPoint() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (RedisPair pair = RedisPair.of(RedisRelease.REDIS_7_0);
        Counters counters = new Counters(pair.source())) {
      for (int round = 0; round < KillCount.rounds(); round++) {
        for (FaultPoint point : Storm.POINTS) {
          // The target is taken over once in the life of this process.
          boolean once = point.name().endsWith("TAKE_OVER");
          String dying =
              once
                  ? ChildJob.dying(point, 1)
                  : ChildJob.dyingSynchronized(point, 1 + random.nextInt(3));
          try (ChildProcess job = ChildMain.start("192m", pair, Work.GRACE, checkpoints, dying)) {
            job.awaitDeath(PATIENCE);
          }
        }
      }
      finish(pair, counters, "a death at each point, seed " + seed);
    }
  }

  private ProxiedJob job(RedisPair pair) {
    return ProxiedJobs.of(pair, Work.all("child"), FileCheckpointStore.at(checkpoints)).start();
  }

  private void finish(RedisPair pair, Counters counters, String what) throws Exception {
    try (ProxiedJob job = job(pair)) {
      job.awaitSynchronizing();
      counters.stop();
      assertThat(pair.awaitEqual(PATIENCE)).as("%s after %s", pair, what).isEmpty();
      assertThat(counters.totalsAt(pair.target())).isEqualTo(counters.totals());
      job.failIfEnded();
    }
    System.out.printf("counters, %s: %s, totals %s%n", pair, what, counters.totals());
  }
}
