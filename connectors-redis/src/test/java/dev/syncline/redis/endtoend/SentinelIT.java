package dev.syncline.redis.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import dev.syncline.testkit.server.RespClient;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;

/** A source whose master is named by sentinels, and changes. */
class SentinelIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String SECRET = "geheim";
  private static final String SENTINELS = "geheimer";

  /**
   * The replica has all that the job has, so the job goes on there from Redis 4.0 on. The servers
   * have a password and the sentinels none, as is usual.
   */
  @ParameterizedTest
  @EachRedis
  void goesOnAtTheNewMaster(RedisRelease release) throws Exception {
    long seed = Long.getLong("syncline.seed", System.nanoTime());
    try (RedisServer master = source(release).password(SECRET).start();
        RedisServer replica = replica(master);
        RedisServer target = RedisServer.start(release);
        RedisSentinels sentinels = RedisSentinels.start("shop", master);
        SyncJob<KeyChange> job = job(source(sentinels).password(SECRET), target)) {
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

  /** Sentinels know whole users from Redis 6.2 on, and no login at all before 5.0.1. */
  @ParameterizedTest
  @EachRedis
  void logsInToSentinels(RedisRelease release) throws Exception {
    try (RedisServer master = source(release).password(SECRET).start();
        RedisServer replica = replica(master);
        RedisServer target = RedisServer.start(release);
        RedisSentinels sentinels = RedisSentinels.start("shop", master)) {
      assertThat(replica.isRunning()).isTrue();
      if (release.isFrom(6, 2)) {
        giveUsers(sentinels);
        assertFollows(
            master, target, source(sentinels).password(SECRET).sentinelPassword(SENTINELS));
        assertFollows(
            master,
            target,
            source(sentinels).password(SECRET).sentinelUsername("sync").sentinelPassword("theirs"));
        assertRefused(source(sentinels).password(SECRET), target, "NOAUTH");
      }
      assertRefused(source(sentinels).password(SECRET).sentinelPassword("wrong"), target, "log in");
    }
  }

  private static void giveUsers(RedisSentinels sentinels) {
    for (int i = 0; i < sentinels.ports().size(); i++) {
      try (RespClient sentinel = sentinels.connect(i)) {
        sentinel.command("ACL", "SETUSER", "default", "resetpass", ">" + SENTINELS);
        sentinel.command("ACL", "SETUSER", "sync", "on", ">theirs", "-@all", "+auth", "+sentinel");
      }
    }
  }

  private static void assertFollows(
      RedisServer master, RedisServer target, RedisSource.Builder source) throws Exception {
    target.command("FLUSHALL");
    try (SyncJob<KeyChange> job = job(source, target)) {
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
      load(master, 1);
      assertThat(new RedisPair(master, target).awaitEqual(PATIENCE)).isEmpty();
    }
  }

  private static void assertRefused(RedisSource.Builder source, RedisServer target, String why) {
    try (SyncJob<KeyChange> job = job(source, target)) {
      assertThatThrownBy(job::start)
          .hasMessageContaining(why)
          .hasMessageNotContaining(SECRET)
          .hasMessageNotContaining("wrong");
    }
  }

  /**
   * The old master is written to until it is none any more; what it alone has is lost. A build has
   * one release of it, as it has of clusters.
   */
  @ParameterizedTest
  @EachRedisCluster
  void isEqualToTheNewMasterWhateverTheOldOneHad(RedisRelease release) throws Exception {
    long seed = Long.getLong("syncline.seed", System.nanoTime());
    try (RedisServer master = source(release).start();
        RedisServer replica = replica(master);
        RedisServer target = RedisServer.start(release);
        RedisSentinels sentinels = RedisSentinels.start("shop", master);
        RandomLoad load =
            new RandomLoad(master, keys(master), 2, seed).fill(500, new Random(seed));
        SyncJob<KeyChange> job = job(source(sentinels), target)) {
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

  private static RedisServer.Builder source(RedisRelease release) {
    return RedisPair.source(release).option("repl-backlog-size", "32mb");
  }

  private static RedisServer replica(RedisServer master) {
    RedisServer.Builder builder =
        RedisServer.builder(master.release()).replicaOf(master).option("repl-backlog-size", "32mb");
    master.password().ifPresent(builder::password);
    RedisServer replica = builder.start();
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

  private static RedisSource.Builder source(RedisSentinels sentinels) {
    String[] addresses =
        sentinels.ports().stream()
            .map(port -> sentinels.host() + ":" + port)
            .toArray(String[]::new);
    return RedisSource.builder()
        .sentinels("shop", addresses)
        .connectTimeout(Duration.ofSeconds(3))
        .answerTimeout(Duration.ofSeconds(3))
        .silence(Duration.ofSeconds(3));
  }

  private static SyncJob<KeyChange> job(RedisSource.Builder source, RedisServer target) {
    return SyncJob.from(source.build())
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
