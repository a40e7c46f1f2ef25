package dev.syncline.redis.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.CheckpointStore;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.Sink;
import dev.syncline.StoredCheckpoint;
import dev.syncline.change.KeyChange;
import dev.syncline.redis.RedisClusterSink;
import dev.syncline.redis.RedisSink;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.KillCount;
import dev.syncline.testkit.server.EachRedisCluster;
import dev.syncline.testkit.server.RedisCluster;
import dev.syncline.testkit.server.RedisClusterClient;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RedisState;
import dev.syncline.testkit.server.RespClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;

/** A cluster as the source, under random load, and a server or a cluster as the target. */
@ParameterizedClass
@EachRedisCluster
class ClusterIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration NODE_TIMEOUT = Duration.ofSeconds(2);
  private static final int UNITS_BEFORE = 2_000;

  private static RedisCluster source;

  @Parameter RedisRelease release;

  @BeforeParameterizedClassInvocation
  static void start(RedisRelease release) {
    source =
        RedisCluster.builder(release)
            .name("source")
            .nodeTimeout(NODE_TIMEOUT)
            .replicas(1)
            .option("appendonly", "yes")
            .option("appendfsync", "no")
            .option("repl-ping-slave-period", "1")
            .option("repl-backlog-size", "32mb")
            .start();
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    source.close();
  }

  @BeforeEach
  void empty() {
    source.awaitOk();
    source.masters().forEach(master -> master.command("FLUSHALL"));
  }

  private static Sink<KeyChange> sink(RedisServer server) {
    return RedisSink.builder()
        .host(server.host())
        .port(server.port())
        .answerTimeout(Duration.ofSeconds(5))
        .build();
  }

  private static Sink<KeyChange> sink(RedisCluster cluster) {
    return RedisClusterSink.builder()
        .nodes(ClusterJob.nodes(cluster))
        .answerTimeout(Duration.ofSeconds(5))
        .existingKeys(RedisSink.ExistingKeys.REPLACE)
        .build();
  }

  /** Each master is a stream, and each of them is exact. */
  @Test
  void serverEqualsClusterAfterStrikes() throws Exception {
    try (RedisServer target = RedisPair.durable(RedisServer.builder(release)).start()) {
      strike("to-server", new Ends(sink(target), List.of(target), () -> RedisState.of(target)));
    }
  }

  /** What may have come twice is read again. */
  @Test
  void clusterEqualsClusterAfterStrikes() throws Exception {
    try (RedisCluster target =
        RedisCluster.builder(release)
            .name("target")
            .option("appendonly", "yes")
            .option("appendfsync", "no")
            .start()) {
      strike("to-cluster", new Ends(sink(target), target.nodes(), () -> RedisState.of(target)));
    }
  }

  /**
   * From 4.0 on a replica that takes over has the history of its master. What is written meanwhile
   * must fit in its backlog, so there are no large values here.
   */
  @Test
  void goesOnAtAReplicaWithoutACopy() throws Exception {
    long seed = Long.getLong("syncline.seed", System.nanoTime());
    try (RedisServer target = RedisServer.start(release);
        ClusterLoad load = new ClusterLoad(source, Set.of("EVAL"), 2, seed).start();
        ClusterJob job =
            new ClusterJob("failover", source, sink(target), new MemoryCheckpointStore()).start()) {
      job.awaitSynchronizing();

      for (RedisServer master : source.masters()) {
        source.failOver(source.replicasOf(master).get(0));
        job.awaitProgress();
      }
      // The keys of the other masters stay.
      source.masters().get(0).command("FLUSHALL");

      load.stop();
      assertThat(awaitEqual(job, () -> RedisState.of(target))).as("seed %d", seed).isEmpty();
      assertThat(job.job().status().positions().values())
          .hasSize(3)
          .allMatch(position -> position.startsWith(release.isFrom(4, 0) ? "1:" : "2:"));
    }
  }

  /** Without strikes; and then, from an earlier checkpoint, whatever was written comes again. */
  @Test
  void clusterEqualsClusterAlthoughAllComesTwice() throws Exception {
    long seed = Long.getLong("syncline.seed", System.nanoTime());
    nodeTimeout(PATIENCE);
    try (RedisCluster target =
            RedisCluster.builder(release).name("target").nodeTimeout(PATIENCE).start();
        ClusterLoad load =
            new ClusterLoad(source, Set.of(), 2, seed).fill(UNITS_BEFORE, new Random(seed))) {
      CheckpointStore store = new MemoryCheckpointStore();
      CheckpointStore earlier = new MemoryCheckpointStore();
      try (ClusterJob job = new ClusterJob("quiet", source, sink(target), store)) {
        load.start();
        job.start();
        job.awaitSynchronizing();
        // What is still held behind the copy would be settled, whatever comes twice.
        job.awaitProgress();
        earlier.save("quiet", new StoredCheckpoint(0, store.load("quiet").orElseThrow().content()));
        Await.pause(1_500);
        load.stop();
        assertThat(awaitEqual(job, () -> RedisState.of(target))).as("seed %d", seed).isEmpty();
      }
      for (int i = 0; i < 20; i++) {
        // When these are there, so is all that comes before them.
        source.owner(RedisClusterClient.slot("behind:" + i)).command("SET", "behind:" + i, i);
      }
      try (ClusterJob job = new ClusterJob("quiet", source, sink(target), earlier).start()) {
        assertThat(awaitEqual(job, () -> RedisState.of(target))).as("seed %d", seed).isEmpty();
      }
    } finally {
      nodeTimeout(NODE_TIMEOUT);
    }
  }

  /** A master tells the keys of one slot at a time, and these are in all of its slots. */
  @Test
  void keysOfAllSlotsThatWereRenewedMeanwhileAreReadAgain() throws Exception {
    int keys = 3_000;
    CheckpointStore store = new MemoryCheckpointStore();
    try (RedisServer target = RedisServer.start(release);
        RedisClusterClient client = source.connect();
        RespClient gone = target.connect()) {
      try (ClusterJob job = new ClusterJob("slots", source, sink(target), store).start()) {
        for (int i = 0; i < keys; i++) {
          client.command("RPUSH", "key:" + i, i);
        }
        assertThat(awaitEqual(job, () -> RedisState.of(target))).isEmpty();
        Await.until(
            "no expiry is held",
            PATIENCE,
            () ->
                job.job().status().positions().values().stream()
                    .noneMatch(position -> position.contains("unsettled")));
      }
      for (int i = 0; i < keys; i++) {
        client.command("PEXPIRE", "key:" + i, 100_000 + i);
        if (i % 100 == 0) {
          gone.command("DEL", "key:" + i);
        }
      }
      try (ClusterJob job = new ClusterJob("slots", source, sink(target), store).start()) {
        assertThat(awaitEqual(job, () -> RedisState.of(target))).isEmpty();
        assertThat(job.job().status().positions().values())
            .hasSize(3)
            .allMatch(position -> position.startsWith("1:"));
      }
    }
  }

  /** How long a node of the source is silent before the others take it for lost. */
  private static void nodeTimeout(Duration timeout) {
    source
        .nodes()
        .forEach(node -> node.command("CONFIG", "SET", "cluster-node-timeout", timeout.toMillis()));
  }

  /** Where a job writes, the servers that are struck there, and what they have. */
  private record Ends(
      Sink<KeyChange> sink, List<RedisServer> servers, Supplier<RedisState> state) {}

  private void strike(String name, Ends target) throws Exception {
    long seed = Long.getLong("syncline.seed", System.nanoTime());
    Random random = new Random(seed);
    List<Integer> strikes = strikes(KillCount.part(1.0 / 6), random);
    CheckpointStore store = new MemoryCheckpointStore();
    ClusterStorm storm = new ClusterStorm(source, target.servers(), random);
    try (ClusterLoad load =
        new ClusterLoad(source, Set.of(), 2, seed).fill(UNITS_BEFORE, random).start()) {
      int done = 0;
      while (done < strikes.size()) {
        try (ClusterJob job = new ClusterJob(name, source, target.sink(), store).start()) {
          boolean dead = false;
          while (!dead && done < strikes.size()) {
            if (random.nextInt(4) > 0) {
              job.awaitSynchronizing();
            }
            dead = storm.strike(strikes.get(done++), job);
          }
        }
      }
      try (ClusterJob job = new ClusterJob(name, source, target.sink(), store).start()) {
        job.awaitSynchronizing();
        Await.pause(500);
        load.stop();
        assertThat(awaitEqual(job, target.state()))
            .as("%s %s after %s, seed %d", release, name, strikes, seed)
            .isEmpty();
      }
      System.out.printf(
          "%s, %s: %d strikes, %s, equal (seed %d)%n", release, name, strikes.size(), load, seed);
    }
  }

  /** Each kind comes once before any comes again. */
  private static List<Integer> strikes(int count, Random random) {
    List<Integer> strikes = new ArrayList<>();
    while (strikes.size() < count) {
      List<Integer> kinds = new ArrayList<>();
      for (int kind = 0; kind < ClusterStorm.KINDS; kind++) {
        kinds.add(kind);
      }
      Collections.shuffle(kinds, random);
      strikes.addAll(kinds);
    }
    return strikes.subList(0, count);
  }

  private static List<String> awaitEqual(ClusterJob job, Supplier<RedisState> target)
      throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      job.failIfEnded();
      List<String> differences = differences(target);
      if (differences.isEmpty() || System.nanoTime() > deadline) {
        return differences;
      }
      Await.pause(200);
    }
  }

  private static List<String> differences(Supplier<RedisState> target) {
    try {
      RedisState expected = RedisState.of(source).ignoring(ClusterIT::isOfJobs);
      return target.get().ignoring(ClusterIT::isOfJobs).differences(expected, RedisPair.EXPIRY);
    } catch (RespClient.ErrorReply e) {
      // On a busy machine a node may be taken for lost just now.
      return List.of("A cluster does not answer: " + e.getMessage());
    }
  }

  private static boolean isOfJobs(RedisState.Key key) {
    return key.name().startsWith("syncline:");
  }
}
