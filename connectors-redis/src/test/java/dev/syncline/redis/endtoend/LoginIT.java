package dev.syncline.redis.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.Initialization;
import dev.syncline.JobLimits;
import dev.syncline.KeySelection;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.RetryPolicy;
import dev.syncline.Sink;
import dev.syncline.SyncJob;
import dev.syncline.change.KeyChange;
import dev.syncline.redis.DocumentedUsers;
import dev.syncline.redis.RedisClusterSink;
import dev.syncline.redis.RedisSink;
import dev.syncline.redis.RedisSource;
import dev.syncline.redis.RedisTls;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.EachRedisCluster;
import dev.syncline.testkit.server.RedisCluster;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RedisState;
import dev.syncline.testkit.server.TlsFiles;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;

/** Whole jobs with servers that let in only whom they know. */
class LoginIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String SECRET = "geheim";

  @ParameterizedTest
  @EachRedis
  void withPasswords(RedisRelease release) throws Exception {
    try (RedisPair pair =
        new RedisPair(
            source(release).password(SECRET).start(),
            RedisServer.builder(release).password(SECRET + "2").start())) {
      assertFollows(
          pair, source(pair).password(SECRET).build(), sink(pair).password(SECRET + "2").build());
      assertThatThrownBy(
              () ->
                  job(
                          source(pair).password("wrong").build(),
                          sink(pair).build(),
                          KeySelection.all())
                      .start())
          .hasMessageContaining("log in")
          .hasMessageNotContaining(SECRET);
    }
  }

  @ParameterizedTest
  @EachRedis
  void withCertificatesOfBothSides(RedisRelease release) throws Exception {
    if (!release.hasTls()) {
      assertThatThrownBy(() -> RedisServer.builder(release).tls())
          .isInstanceOf(IllegalStateException.class);
      return;
    }
    try (RedisPair pair = new RedisPair(encrypted(release), encrypted(release))) {
      TlsFiles files = pair.source().tls().orElseThrow();
      RedisTls trusting = RedisTls.verifyIdentity().trusting(files.store(), files.password());
      RedisTls both = trusting.showing(files.store(), files.password());

      assertThatThrownBy(
              () ->
                  job(source(pair).tls(trusting).build(), sink(pair).build(), KeySelection.all())
                      .start())
          .hasMessageContaining("TLS");
      assertFollows(pair, source(pair).tls(both).build(), sink(pair).tls(both).build());
    }
  }

  /** Keeps all that it writes in a test, so that one copy is enough. */
  private static RedisServer.Builder source(RedisRelease release) {
    return RedisPair.source(release).option("repl-backlog-size", "32mb");
  }

  private static RedisServer encrypted(RedisRelease release) {
    return source(release).tls().option("tls-auth-clients", "yes").start();
  }

  /** Users who may do what the documentation says for the release, and nothing else. */
  @ParameterizedTest
  @EachRedis
  void withUsersAsDocumented(RedisRelease release) throws Exception {
    try (RedisPair pair = new RedisPair(source(release).start(), RedisServer.start(release))) {
      if (!release.isFrom(6, 0)) {
        assertHasNoUsers(pair.source());
        return;
      }
      DocumentedUsers.SOURCE.create(pair.source());
      DocumentedUsers.SERVER.create(pair.target());

      assertFollows(
          pair,
          source(pair).username(DocumentedUsers.NAME).password(DocumentedUsers.PASSWORD).build(),
          sink(pair).username(DocumentedUsers.NAME).password(DocumentedUsers.PASSWORD).build());
    }
  }

  @ParameterizedTest
  @EachRedisCluster
  void withUsersOfClustersAsDocumented(RedisRelease release) throws Exception {
    try (RedisCluster from = RedisCluster.builder(release).name("source").start();
        RedisCluster to = RedisCluster.builder(release).name("target").start()) {
      if (!release.isFrom(6, 0)) {
        assertHasNoUsers(from.nodes().get(0));
        return;
      }
      from.nodes().forEach(DocumentedUsers.SOURCE::create);
      to.nodes().forEach(DocumentedUsers.CLUSTER::create);
      assertFollows(
          from,
          to,
          RedisSource.builder()
              .cluster(ClusterJob.nodes(from))
              .username(DocumentedUsers.NAME)
              .password(DocumentedUsers.PASSWORD)
              .build(),
          RedisClusterSink.builder()
              .nodes(ClusterJob.nodes(to))
              .username(DocumentedUsers.NAME)
              .password(DocumentedUsers.PASSWORD)
              .build());
    }
  }

  /** Redis before 6 lets in whoever has the password, as in {@link #withPasswords}. */
  private static void assertHasNoUsers(RedisServer server) {
    assertThatThrownBy(() -> DocumentedUsers.SOURCE.create(server))
        .hasMessageContaining("unknown command");
  }

  /** Copies, follows, loses its connections and follows again. */
  private static void assertFollows(
      RedisCluster from, RedisCluster to, RedisSource source, RedisClusterSink sink)
      throws Exception {
    long seed = Long.getLong("syncline.seed", System.nanoTime());
    try (ClusterLoad load = new ClusterLoad(from, Set.of(), 1, seed);
        SyncJob<KeyChange> job = job(source, sink, KeySelection.builder().database(0).build())) {
      load.fill(200, new Random(seed));
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
      load.fill(200, new Random(seed + 1));
      from.masters().forEach(master -> master.command("CLIENT", "KILL", "TYPE", "slave"));
      to.masters()
          .forEach(master -> master.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"));
      load.fill(200, new Random(seed + 2));
      Await.until(
          "the clusters are equal, seed " + seed, PATIENCE, () -> differences(from, to).isEmpty());
      assertThat(job.status().failure()).isEmpty();
    }
  }

  private static boolean isOfJobs(RedisState.Key key) {
    return key.name().startsWith("syncline:");
  }

  private static List<String> differences(RedisCluster from, RedisCluster to) {
    RedisState expected = RedisState.of(from).ignoring(LoginIT::isOfJobs);
    return RedisState.of(to).ignoring(LoginIT::isOfJobs).differences(expected, RedisPair.EXPIRY);
  }

  private static RedisSource.Builder source(RedisPair pair) {
    return RedisSource.builder().host(pair.source().host()).port(pair.source().port());
  }

  private static RedisSink.Builder sink(RedisPair pair) {
    return RedisSink.builder().host(pair.target().host()).port(pair.target().port());
  }

  /** Copies, follows, loses its connections and follows again. */
  private static void assertFollows(RedisPair pair, RedisSource source, RedisSink sink)
      throws Exception {
    long seed = Long.getLong("syncline.seed", System.nanoTime());
    try (RandomLoad load = new RandomLoad(pair.source(), 1, seed);
        SyncJob<KeyChange> job = job(source, sink, KeySelection.all())) {
      load.fill(200, new Random(seed));
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
      load.fill(200, new Random(seed + 1));
      pair.source().command("CLIENT", "KILL", "TYPE", "slave");
      pair.target().command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
      load.fill(200, new Random(seed + 2));
      assertThat(pair.awaitEqual(PATIENCE))
          .as("%s, seed %d: %s", pair, seed, job.status())
          .isEmpty();
      assertThat(job.status().failure()).isEmpty();
      assertThat(pair.source().info("stats").get("sync_full")).isEqualTo("1");
    }
  }

  private static SyncJob<KeyChange> job(
      RedisSource source, Sink<KeyChange> sink, KeySelection selection) {
    return SyncJob.from(source)
        .to(sink)
        .named("login")
        .select(selection)
        .initialize(Initialization.DATA)
        .checkpoints(new MemoryCheckpointStore())
        .limits(JobLimits.builder().checkpointInterval(Duration.ofMillis(200)).build())
        .retry(RetryPolicy.builder().firstWait(Duration.ofMillis(50)).build())
        .build();
  }
}
