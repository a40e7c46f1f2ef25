package dev.syncline.redis.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.MemoryCheckpointStore;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.ProxiedJob;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;

/** A source that saves its keys when it ends, and begins with them. */
class SourceRestartIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** From 7.0 on it has its replication history again, but nothing that came before its end. */
  @ParameterizedTest
  @EachRedis
  void isFollowedOn(RedisRelease release) throws Exception {
    long seed = Long.getLong("syncline.seed", System.nanoTime());
    try (RedisPair pair = new RedisPair(source(release).start(), RedisServer.start(release));
        RandomLoad load =
            new RandomLoad(
                pair.source(),
                new RandomKeys(release, Set.of("EVAL", "FUNCTION", "FCALL")),
                1,
                seed);
        ProxiedJob job = ProxiedJobs.of(pair, Work.all("restart"), new MemoryCheckpointStore())) {
      load.fill(500, new Random(seed)).start();
      job.start();
      job.awaitSynchronizing();
      Await.pause(500);

      pair.source().stopSaving();
      pair.source().restart();

      Await.pause(500);
      load.stop();
      assertThat(pair.awaitEqual(PATIENCE)).as("%s, seed %d", pair, seed).isEmpty();
      job.failIfEnded();
    }
  }

  private static RedisServer.Builder source(RedisRelease release) {
    RedisServer.Builder source = RedisPair.source(release);
    return release.isFrom(7, 0) ? source.option("shutdown-timeout", "1") : source;
  }
}
