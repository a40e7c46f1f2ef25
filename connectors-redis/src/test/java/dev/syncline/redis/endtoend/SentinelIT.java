package dev.syncline.redis.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Initialization;
import dev.syncline.JobLimits;
import dev.syncline.KeySelection;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.change.KeyChange;
import dev.syncline.redis.RedisSink;
import dev.syncline.redis.RedisSource;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.EachRedisCluster;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisSentinels;
import dev.syncline.testkit.server.RedisServer;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;

/** A source whose master is named by sentinels, and changes. */
class SentinelIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** The replica has all that the job has, so the job goes on there from Redis 4.0 on. */
  @ParameterizedTest
  @EachRedis
  void goesOnAtTheNewMaster(RedisRelease release) throws Exception {
    long seed = Long.getLong("syncline.seed", System.nanoTime());
    try (RedisServer master = master(release);
        RedisServer replica = replica(master);
        RedisServer target = RedisServer.start(release);
        RedisSentinels sentinels = RedisSentinels.start("shop", master);
        SyncJob<KeyChange> job = job(sentinels, target)) {
      load(master, seed);
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
      load(master, seed + 1);
      assertThat(new RedisPair(master, target).awaitEqual(PATIENCE)).isEmpty();
      replica.awaitCaughtUp(master);

      master.kill();
      sentinels.awaitMaster(replica);

      load(replica, seed + 2);
      assertThat(new RedisPair(replica, target).awaitEqual(PATIENCE))
          .as("%s, seed %d: %s", release, seed, job.status())
          .isEmpty();
      assertThat(replica.info("stats").get("sync_full")).isEqualTo(copies(release));
      assertThat(job.status().failure()).isEmpty();
    }
  }

  private static String copies(RedisRelease release) {
    return release.isFrom(4, 0) ? "0" : "1";
  }

  /**
   * The old master is written to until it is none any more; what it alone has is lost. A build has
   * one release of it, as it has of clusters.
   */
  @ParameterizedTest
  @EachRedisCluster
  void isEqualToTheNewMasterWhateverTheOldOneHad(RedisRelease release) throws Exception {
    long seed = Long.getLong("syncline.seed", System.nanoTime());
    try (RedisServer master = master(release);
        RedisServer replica = replica(master);
        RedisServer target = RedisServer.start(release);
        RedisSentinels sentinels = RedisSentinels.start("shop", master);
        RandomLoad load =
            new RandomLoad(master, keys(master), 2, seed).fill(500, new Random(seed));
        SyncJob<KeyChange> job = job(sentinels, target)) {
      load.start();
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();

      sentinels.failOver();
      load.stop();
      sentinels.awaitMaster(replica);
      // As the sentinels would, some 8 seconds later.
      master.follow(replica);

      load(replica, seed + 1);
      assertThat(new RedisPair(replica, target).awaitEqual(PATIENCE))
          .as("%s, seed %d: %s", release, seed, job.status())
          .isEmpty();
      assertThat(job.status().failure()).isEmpty();
    }
  }

  private static RedisServer master(RedisRelease release) {
    return RedisPair.source(release).option("repl-backlog-size", "32mb").start();
  }

  private static RedisServer replica(RedisServer master) {
    RedisServer replica =
        RedisServer.builder(master.release())
            .replicaOf(master)
            .option("repl-backlog-size", "32mb")
            .start();
    // Before that, sentinels would not wait until they know it.
    replica.awaitCaughtUp(master);
    return replica;
  }

  private static void load(RedisServer server, long seed) {
    try (RandomLoad load = new RandomLoad(server, keys(server), 1, seed)) {
      load.fill(500, new Random(seed));
    }
  }

  /** Without scripts, which make large values. */
  private static RandomKeys keys(RedisServer server) {
    return new RandomKeys(server.release(), Set.of("EVAL"));
  }

  private static SyncJob<KeyChange> job(RedisSentinels sentinels, RedisServer target) {
    String[] addresses =
        sentinels.ports().stream()
            .map(port -> sentinels.host() + ":" + port)
            .toArray(String[]::new);
    return SyncJob.from(
            RedisSource.builder()
                .sentinels("shop", addresses)
                .connectTimeout(Duration.ofSeconds(3))
                .answerTimeout(Duration.ofSeconds(3))
                .silence(Duration.ofSeconds(3))
                .build())
        .to(RedisSink.builder().host(target.host()).port(target.port()).build())
        .named("sentinels")
        .select(KeySelection.all())
        .initialize(Initialization.DATA)
        .checkpoints(new MemoryCheckpointStore())
        .limits(JobLimits.builder().checkpointInterval(Duration.ofMillis(200)).build())
        .retry(Retries.SOON)
        .build();
  }
}
