package dev.syncline.redis.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.CheckpointStore;
import dev.syncline.FileCheckpointStore;
import dev.syncline.JobState;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.ChildProcess;
import dev.syncline.testkit.fault.KillCount;
import dev.syncline.testkit.fault.ProxiedJob;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Random commands before, during and after the copy, and random strikes against the job, both
 * servers and their connections: in the end the target equals the source.
 */
class RandomWorkloadIT {

  private static final int UNITS_BEFORE = 3_000;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path checkpoints;

  @SuppressWarnings("try") // looks at the servers when it is closed
  @ParameterizedTest
  @EachRedis
  void targetEqualsSourceAfterStrikes(RedisRelease release) throws Exception {
    long seed = Long.getLong("syncline.seed", System.nanoTime());
    Random random = new Random(seed);
    int strikes = KillCount.part(1.0 / 5);
    Work work = Work.all("child");
    CheckpointStore store = FileCheckpointStore.at(checkpoints);
    try (RedisPair pair = RedisPair.of(release);
        AutoCloseable last = pair::requireRunning;
        RandomLoad load = new RandomLoad(pair.source(), 3, seed).fill(UNITS_BEFORE, random)) {
      load.start();
      int strike = 0;
      while (strike < strikes) {
        if (random.nextInt(4) == 0) {
          killProcess(pair, random);
          strike++;
        } else {
          try (ProxiedJob job = ProxiedJobs.of(pair, work, store).start()) {
            Storm storm = new Storm(pair, job, random);
            strike += storm.strike(1 + random.nextInt(4), Storm.ALL);
          }
        }
      }
      try (ProxiedJob job = ProxiedJobs.of(pair, work, store).start()) {
        job.awaitSynchronizing();
        Await.pause(500);
        load.stop();
        assertThat(pair.awaitEqual(PATIENCE))
            .as("%s after %d strikes, seed %d", pair, strikes, seed)
            .isEmpty();
        job.failIfEnded();
      }
      assertThat(load.count()).isPositive();
      System.out.printf(
          "random workload, %s: %d strikes, %d units, %d commands refused, equal (seed %d)%n",
          pair, strikes, load.count(), load.refused(), seed);
    }
  }

  private void killProcess(RedisPair pair, Random random) throws Exception {
    try (ChildProcess job = ChildMain.start("192m", pair, Work.GRACE, checkpoints)) {
      if (random.nextBoolean()) {
        job.await(JobState.SYNCHRONIZING);
      }
      Await.pause(random.nextInt(1_000));
      job.failIfEnded();
    }
  }
}
