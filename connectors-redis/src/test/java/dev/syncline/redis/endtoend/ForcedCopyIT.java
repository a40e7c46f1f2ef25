package dev.syncline.redis.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.KeySelection;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.redis.RedisSink.ExistingKeys;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.ProxiedJob;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RespClient;
import dev.syncline.testkit.server.TcpProxy.Direction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Copies of a source that the target had before, in part or as a whole, and of keys that expire.
 */
class ForcedCopyIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Selected are database 0 and 1, but no key that begins with "foreign:". */
  private static final KeySelection SELECTION =
      KeySelection.builder().database(0).database(1).exceptKeys("foreign:*").build();

  private static RedisPair smallBacklog(RedisRelease release) {
    return new RedisPair(
        RedisPair.source(release).option("repl-backlog-size", "16kb").start(),
        RedisServer.start(release));
  }

  /** The backlog is overrun while the job is cut off; then the source takes another history. */
  @ParameterizedTest
  @EachRedis
  void leavesNoGhostsAndDoublesNothing(RedisRelease release) throws Exception {
    try (RedisPair pair = smallBacklog(release);
        RespClient client = pair.source().connect();
        RespClient target = pair.target().connect()) {
      for (int i = 0; i < 500; i++) {
        client.command("SET", "ghost:" + i, "v");
        client.command("RPUSH", "items:" + i % 20, "item" + i);
      }
      foreign(target);
      library(client, release, "kept");
      library(client, release, "ghost");
      try (Counters counters = new Counters(pair.source());
          ProxiedJob job = job(pair, SELECTION)) {
        job.awaitSynchronizing();
        assertThat(copies(pair.source())).isEqualTo(1);

        job.source().refuse();
        job.source().cut();
        overrun(client, 0, 250);
        if (release.isFrom(7, 0)) {
          client.command("FUNCTION", "DELETE", "ghost");
          library(client, release, "new");
        }
        job.source().restore();
        awaitCopies(pair, 2);

        job.source().refuse();
        job.source().cut();
        overrun(client, 250, 500);
        if (release.isFrom(4, 0)) {
          client.command("DEBUG", "CHANGE-REPL-ID");
        }
        job.source().restore();
        awaitCopies(pair, 3);

        counters.stop();
        assertThat(pair.awaitEqual(PATIENCE, key -> key.name().startsWith("foreign:")))
            .as("%s", pair)
            .isEmpty();
        assertThat(counters.totalsAt(pair.target())).isEqualTo(counters.totals());
        assertThat(foreignAt(target)).isEqualTo(List.of("0", "1", "9"));
        job.failIfEnded();
      }
    }
  }

  private static void library(RespClient client, RedisRelease release, String name) {
    if (release.isFrom(7, 0)) {
      client.command(
          "FUNCTION",
          "LOAD",
          "#!lua name=%s\nredis.register_function('f_%s', function() end)".formatted(name, name));
    }
  }

  private static void foreign(RespClient target) {
    for (int database : List.of(0, 1, 9)) {
      target.select(database);
      target.command("SET", "foreign:key", database);
    }
  }

  private static List<String> foreignAt(RespClient target) {
    List<String> found = new ArrayList<>();
    for (int database : List.of(0, 1, 9)) {
      target.select(database);
      found.add(String.valueOf(target.text("GET", "foreign:key")));
    }
    return found;
  }

  /** Writes more than the backlog holds, and deletes and pushes what must not come back. */
  private static void overrun(RespClient client, int from, int to) {
    for (int i = from; i < to; i++) {
      client.command("DEL", "ghost:" + i);
      client.command("RPUSH", "items:" + i % 20, "more" + i);
      client.command("SET", "filler", "x".repeat(500));
    }
  }

  /** How many full copies the source has sent. */
  private static long copies(RedisServer source) {
    return Long.parseLong(source.info("stats").get("sync_full"));
  }

  private static void awaitCopies(RedisPair pair, long copies) throws Exception {
    Await.until("copy " + copies + " is sent", PATIENCE, () -> copies(pair.source()) == copies);
  }

  /** A source that does not answer for a moment is not left, which would cost a copy more. */
  private static ProxiedJob job(RedisPair pair, KeySelection selection) {
    Work work = Work.of("forced", selection);
    return ProxiedJobs.of(pair, work, new MemoryCheckpointStore(), PATIENCE).start();
  }

  /** Its expiry is shorter than the copy lasts, and is renewed all the while. */
  @ParameterizedTest
  @EachRedis
  void keepsKeysThatAreRenewedDuringASlowCopy(RedisRelease release) throws Exception {
    try (RedisPair pair = smallBacklog(release);
        RespClient client = pair.source().connect()) {
      for (int i = 0; i < 400; i++) {
        client.command("SET", "filler:" + i, random(20_000, i));
      }
      client.command("SET", "session", 0, "PX", 600);
      AtomicBoolean stopped = new AtomicBoolean();
      Thread renewing = new Thread(() -> renew(pair.source(), stopped), "renewing");
      renewing.start();
      try (ProxiedJob job =
          ProxiedJobs.of(pair, Work.all("renewed"), new MemoryCheckpointStore())) {
        job.source().delay(Direction.TO_CLIENT, Duration.ofMillis(4));
        job.start();
        job.awaitSynchronizing();
        job.source().delay(Direction.TO_CLIENT, Duration.ZERO);
        // Its true expiry comes to the target a moment later, and is renewed there.
        Await.until(
            "the expiry is settled",
            PATIENCE,
            () -> (Long) Objects.requireNonNull(pair.target().command("PTTL", "session")) < 2_000);
        Await.pause(1_500);
        stopped.set(true);
        renewing.join();
        client.command("PERSIST", "session");
        assertThat(pair.awaitEqual(PATIENCE)).as("%s", pair).isEmpty();
        assertThat(pair.target().text("GET", "session"))
            .isEqualTo(client.text("GET", "session"))
            .isNotEqualTo("null");
      }
    }
  }

  private static void renew(RedisServer source, AtomicBoolean stopped) {
    try (RespClient client = source.connect()) {
      while (!stopped.get()) {
        client.command("INCR", "session");
        client.command("PEXPIRE", "session", 600);
        Await.pause(50);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static byte[] random(int bytes, long seed) {
    byte[] some = new byte[bytes];
    new Random(seed).nextBytes(some);
    return some;
  }

  @Test
  void refusesKeysThatAreThere() throws Exception {
    try (RedisPair pair = RedisPair.of(RedisRelease.REDIS_7_0)) {
      existing(pair);
      try (ProxiedJob job = existingJob(pair, ExistingKeys.REFUSE)) {
        assertThatThrownBy(job::start).hasMessageContaining("already has keys");
        assertThat(pair.target().text("GET", "old")).isEqualTo("at the target");
        assertThat(pair.target().text("GET", "both")).isEqualTo("at the target");
      }
    }
  }

  @Test
  void keepsKeysThatAreThere() throws Exception {
    try (RedisPair pair = RedisPair.of(RedisRelease.REDIS_7_0)) {
      existing(pair);
      try (ProxiedJob job = existingJob(pair, ExistingKeys.KEEP).start()) {
        job.awaitSynchronizing();
        assertThat(pair.target().text("GET", "old")).isEqualTo("at the target");
        assertThat(pair.target().text("GET", "both")).isEqualTo("at the source");
        assertThat(pair.target().text("LINDEX", "list", 0)).isEqualTo("at the source");
        assertThat(pair.target().command("LLEN", "list")).isEqualTo(1L);
      }
    }
  }

  @Test
  void replacesKeysThatAreThere() throws Exception {
    try (RedisPair pair = RedisPair.of(RedisRelease.REDIS_7_0)) {
      existing(pair);
      try (ProxiedJob job = existingJob(pair, ExistingKeys.REPLACE).start()) {
        job.awaitSynchronizing();
        assertThat(pair.awaitEqual(PATIENCE)).isEmpty();
      }
    }
  }

  private static void existing(RedisPair pair) {
    pair.target().command("SET", "old", "at the target");
    pair.target().command("SET", "both", "at the target");
    pair.target().command("RPUSH", "list", "at the target");
    pair.source().command("SET", "both", "at the source");
    pair.source().command("RPUSH", "list", "at the source");
  }

  private static ProxiedJob existingJob(RedisPair pair, ExistingKeys keys) {
    Work work = Work.all("existing").existing(keys);
    return ProxiedJobs.of(pair, work, new MemoryCheckpointStore());
  }

  /** A server without persistence that is started again has nothing. */
  @ParameterizedTest
  @EachRedis
  void stopsBeforeASourceThatHasLostItsData(RedisRelease release) throws Exception {
    try (RedisPair pair =
            new RedisPair(RedisPair.source(release).start(), RedisServer.start(release));
        ProxiedJob job = job(pair, KeySelection.all())) {
      job.awaitSynchronizing();
      pair.source().command("SET", "precious", "value");
      assertThat(pair.awaitEqual(PATIENCE)).isEmpty();

      pair.source().kill();
      pair.source().restart();

      assertThat(job.awaitFailure()).hasMessageContaining("has come back without any key");
      assertThat(pair.target().text("GET", "precious")).isEqualTo("value");
    }
  }
}
