package dev.syncline.redis.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Initialization;
import dev.syncline.KeySelection;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.change.KeyChange;
import dev.syncline.redis.RedisSink;
import dev.syncline.redis.RedisSource;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RespClient;
import dev.syncline.testkit.server.ServerException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;

/** A source that saves its keys when it ends, and begins with them. */
class SourceRestartIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int RESTARTS = Math.max(2, Integer.getInteger("syncline.kills", 30) / 30);

  /** From 7.0 on it has its history again, and waits until whoever follows it has all of it. */
  @ParameterizedTest
  @EachRedis
  void isFollowedOnUnderLoad(RedisRelease release) throws Exception {
    long seed = Long.getLong("syncline.seed", System.nanoTime());
    try (RedisPair pair = new RedisPair(source(release, "600"), RedisServer.start(release));
        RandomLoad load = new RandomLoad(pair.source(), keys(release), 1, seed);
        SyncJob<KeyChange> job = job(pair, "restart")) {
      load.fill(500, new Random(seed)).start();
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();

      for (int i = 0; i < RESTARTS; i++) {
        restart(pair, job, i % 2 == 0 ? 500 : 2_500, true);
      }

      Await.pause(500);
      load.stop();
      assertThat(pair.awaitEqual(PATIENCE)).as("%s, seed %d", pair, seed).isEmpty();
      assertThat(copies(job) == 1).as("%s, seed %d", pair, seed).isEqualTo(isKept(release));
      assertThat(job.status().failure()).isEmpty();
    }
  }

  /** What it has sent is at the target before the job goes on. */
  @ParameterizedTest
  @EachRedis
  void isFollowedOnThoughItDoesNotWait(RedisRelease release) throws Exception {
    try (RedisPair pair = new RedisPair(source(release, "0"), RedisServer.start(release));
        LoadThreads load = new LoadThreads("count");
        SyncJob<KeyChange> job = job(pair, "hasty")) {
      load.add(() -> count(pair.source(), load));
      load.start();
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();

      for (int i = 0; i < RESTARTS; i++) {
        restart(pair, job, 500, false);
      }

      Await.pause(500);
      load.stop();
      assertThat(pair.awaitEqual(PATIENCE)).as("%s", pair).isEmpty();
      assertThat(copies(job) == 1).as("%s", pair).isEqualTo(isKept(release));
      assertThat(job.status().failure()).isEmpty();
    }
  }

  /**
   * Once the job follows it, and with a target that takes nothing for a while: keys that are
   * renewed meanwhile are in doubt, and have to be read again.
   */
  private static void restart(RedisPair pair, SyncJob<?> job, int delay, boolean renewed)
      throws Exception {
    Await.pause(500);
    String history = pair.source().info("replication").get("master_replid");
    Await.until(
        "the job follows", PATIENCE, () -> history == null || position(job).contains(history));
    if (isKept(pair.source().release())) {
      pair.target().command("CLIENT", "PAUSE", delay);
    }
    if (renewed) {
      renew(pair.source());
    }
    pair.source().stopSaving();
    pair.source().restart();
  }

  private static void renew(RedisServer source) {
    List<List<?>> commands = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      commands.add(List.of("SET", "renewed" + i, "1"));
      commands.add(List.of("EXPIRE", "renewed" + i, 1_000));
    }
    try (RespClient client = source.connect()) {
      client.pipeline(commands);
    }
  }

  private static void count(RedisServer source, LoadThreads load) throws InterruptedException {
    while (!load.isStopped()) {
      try (RespClient client = source.connect()) {
        while (!load.isStopped()) {
          client.command("RPUSH", "list", "x");
          client.command("INCR", "counter");
          Await.pause(1);
        }
      } catch (ServerException restarting) {
        Await.pause(10);
      }
    }
  }

  /** It waits for the acknowledgement of what is no change as well. */
  @ParameterizedTest
  @EachRedis
  void isFollowedOnWhenNothingIsWritten(RedisRelease release) throws Exception {
    try (RedisPair pair = new RedisPair(source(release, "600"), RedisServer.start(release));
        SyncJob<KeyChange> job = job(pair, "idle")) {
      pair.source().command("SET", "a", "1");
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
      Await.pause(1_500);

      pair.source().stopSaving();
      pair.source().restart();

      pair.source().command("SET", "b", "2");
      assertThat(pair.awaitEqual(PATIENCE)).as("%s", pair).isEmpty();
      assertThat(copies(job)).as("%s", pair).isEqualTo(isKept(release) ? 1 : 2);
      assertThat(job.status().failure()).isEmpty();
    }
  }

  private static boolean isKept(RedisRelease release) {
    return release.isFrom(7, 0);
  }

  /** How many copies the job has begun. */
  private static long copies(SyncJob<?> job) {
    String position = position(job);
    return Long.parseLong(position.substring(0, position.indexOf(':')));
  }

  private static String position(SyncJob<?> job) {
    return job.status().positions().get("redis");
  }

  private static RandomKeys keys(RedisRelease release) {
    return new RandomKeys(release, Set.of("EVAL"));
  }

  /**
   * Without anything between source and job that might lose what has been sent. It waits for a
   * source that does not answer for longer than a test waits for the end of one.
   */
  private static SyncJob<KeyChange> job(RedisPair pair, String name) {
    RedisServer source = pair.source();
    RedisServer target = pair.target();
    return SyncJob.from(
            RedisSource.builder()
                .host(source.host())
                .port(source.port())
                .answerTimeout(PATIENCE)
                .silence(PATIENCE)
                .build())
        .to(RedisSink.builder().host(target.host()).port(target.port()).build())
        .named(name)
        .select(KeySelection.all())
        .initialize(Initialization.DATA)
        .checkpoints(new MemoryCheckpointStore())
        .retry(Retries.SOON)
        .build();
  }

  /** One that waits so many seconds for whoever follows it; 600 are longer than a test waits. */
  private static RedisServer source(RedisRelease release, String waits) {
    RedisServer.Builder source = RedisPair.source(release).option("repl-backlog-size", "32mb");
    return (isKept(release) ? source.option("shutdown-timeout", waits) : source).start();
  }
}
