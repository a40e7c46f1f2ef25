package dev.syncline.redis.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.Initialization;
import dev.syncline.JobLimits;
import dev.syncline.KeySelection;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.RetryPolicy;
import dev.syncline.SyncJob;
import dev.syncline.change.KeyChange;
import dev.syncline.redis.RedisSink;
import dev.syncline.redis.RedisSource;
import dev.syncline.redis.RedisTls;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
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
              () -> job(source(pair).password("wrong").build(), sink(pair).build()).start())
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

      assertThatThrownBy(() -> job(source(pair).tls(trusting).build(), sink(pair).build()).start())
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

  /** Users who may do what the documentation says, and nothing else. */
  @ParameterizedTest
  @EachRedis
  void withUsersAsDocumented(RedisRelease release) throws Exception {
    try (RedisPair pair = new RedisPair(source(release).start(), RedisServer.start(release))) {
      if (!release.isFrom(7, 0)) {
        // ACLs come with 6.0, and their subcommands as documented with 7.0.
        assertThatThrownBy(() -> pair.source().command(rights(0)))
            .isInstanceOf(RuntimeException.class);
        return;
      }
      pair.source().command(rights(0));
      pair.target().command(rights(1));
      pair.target().command("ACL", "SETUSER", "sync", "+function");

      assertFollows(
          pair,
          source(pair).username("sync").password("password").build(),
          sink(pair).username("sync").password("password").build());
    }
  }

  /** How the documentation makes the user of the source, or of the target. */
  private static Object[] rights(int end) throws IOException {
    Path page = Path.of("..", "docs", "connectors", "redis.md");
    List<String> users =
        Files.readAllLines(page).stream().filter(line -> line.startsWith("ACL SETUSER")).toList();
    return users.get(end).split(" ", -1);
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
        SyncJob<KeyChange> job = job(source, sink)) {
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

  private static SyncJob<KeyChange> job(RedisSource source, RedisSink sink) {
    return SyncJob.from(source)
        .to(sink)
        .named("login")
        .select(KeySelection.all())
        .initialize(Initialization.DATA)
        .checkpoints(new MemoryCheckpointStore())
        .limits(JobLimits.builder().checkpointInterval(Duration.ofMillis(200)).build())
        .retry(RetryPolicy.builder().firstWait(Duration.ofMillis(50)).build())
        .build();
  }
}
