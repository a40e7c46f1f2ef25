package dev.syncline.redis.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Initialization;
import dev.syncline.JobLimits;
import dev.syncline.KeySelection;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.RetryPolicy;
import dev.syncline.Sink;
import dev.syncline.SyncJob;
import dev.syncline.change.KeyChange;
import dev.syncline.redis.RedisClusterSink;
import dev.syncline.redis.RedisSink;
import dev.syncline.redis.RedisSource;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.RedisCluster;
import dev.syncline.testkit.server.RedisClusterClient;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RedisState;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A cluster as the source, under load, with a new master for a part of the slots. */
class ClusterIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final KeySelection SELECTION = KeySelection.builder().database(0).build();

  /** The first of those that are selected beside 7.0, or 7.0 itself. */
  private static final RedisRelease RELEASE =
      RedisRelease.selected().contains(RedisRelease.REDIS_7_0)
          ? RedisRelease.REDIS_7_0
          : RedisRelease.selected().stream()
              .filter(RedisRelease::hasClusters)
              .findFirst()
              .orElse(RedisRelease.REDIS_7_0);

  private static RedisCluster source;

  @BeforeAll
  static void start() {
    source = RedisCluster.builder(RELEASE).name("source").replicas(1).start();
  }

  @AfterAll
  static void stop() {
    source.close();
  }

  /** Each master is a stream, and each of them is exact. */
  @Test
  void serverEqualsClusterAfterAFailover() throws Exception {
    try (RedisServer target = RedisServer.start(RELEASE);
        SyncJob<KeyChange> job =
            job("to-server", RedisSink.builder().host(target.host()).port(target.port()).build())) {
      followThroughFailover(job, true, () -> RedisState.of(target));
    }
  }

  /** What sets a value is as at the source; what adds to one would not be. */
  @Test
  void clusterEqualsClusterAfterAFailover() throws Exception {
    try (RedisCluster target = RedisCluster.start(RELEASE);
        SyncJob<KeyChange> job =
            job("to-cluster", RedisClusterSink.builder().nodes(nodes(target)).build())) {
      followThroughFailover(job, false, () -> RedisState.of(target));
    }
  }

  private static void followThroughFailover(
      SyncJob<KeyChange> job, boolean counts, Supplier<RedisState> target) throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (RedisClusterClient client = source.connect()) {
      write(client, random, counts);
      job.start();
      write(client, random, counts);
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
      write(client, random, counts);

      source.failOver(source.replicasOf(source.masters().get(1)).get(0));

      write(client, random, counts);
      // The keys of the other masters stay.
      source.masters().get(0).command("FLUSHALL");
      Await.until(
          "the target equals the source, seed " + seed,
          PATIENCE,
          () -> {
            job.status().failure().ifPresent(ClusterIT::fail);
            return differences(target.get()).isEmpty();
          });
    }
  }

  private static void fail(Throwable cause) {
    throw new AssertionError("The job has failed.", cause);
  }

  private static List<String> differences(RedisState target) {
    return target
        .ignoring(key -> key.name().startsWith("syncline:"))
        .differences(
            RedisState.of(source).ignoring(key -> key.name().startsWith("syncline:")),
            RedisPair.EXPIRY);
  }

  private static void write(RedisClusterClient client, Random random, boolean counts) {
    for (int i = 0; i < 1_500; i++) {
      int key = random.nextInt(200);
      switch (random.nextInt(counts ? 8 : 6)) {
        case 0 -> client.command("SET", "string:" + key, i);
        case 1 -> client.command("HSET", "hash:" + key, "field" + i % 9, i);
        case 2 -> client.command("SADD", "set:" + key, i);
        case 3 -> client.command("ZADD", "zset:" + key, i, "member" + i % 9);
        case 4 -> client.command("DEL", "hash:" + key);
        case 5 -> client.command("SET", "expiring:" + key, i, "EX", 1_000);
        case 6 -> client.command("INCR", "counter:" + key);
        default -> client.command("RPUSH", "list:" + key, i);
      }
    }
  }

  private static SyncJob<KeyChange> job(String name, Sink<KeyChange> sink) {
    return SyncJob.from(RedisSource.builder().cluster(nodes(source)).build())
        .to(sink)
        .named(name)
        .select(SELECTION)
        .initialize(Initialization.DATA)
        .checkpoints(new MemoryCheckpointStore())
        .limits(JobLimits.builder().checkpointInterval(Duration.ofMillis(200)).build())
        .retry(RetryPolicy.builder().firstWait(Duration.ofMillis(50)).build())
        .build();
  }

  private static String[] nodes(RedisCluster cluster) {
    return cluster.nodes().stream()
        .map(node -> node.host() + ":" + node.port())
        .toArray(String[]::new);
  }
}
