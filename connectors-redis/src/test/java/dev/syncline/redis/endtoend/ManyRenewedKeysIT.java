package dev.syncline.redis.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.MemoryCheckpointStore;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.KillCount;
import dev.syncline.testkit.fault.ProxiedJob;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RespClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** More keys are renewed while the job is away than it knows by name in memory. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ManyRenewedKeysIT {

  private static final Logger LOG = LoggerFactory.getLogger(ManyRenewedKeysIT.class);

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** More with the full count of kills. */
  private static final int KEYS = KillCount.rounds() >= 5 ? 300_000 : 120_000;

  private static final int AT_ONCE = 5_000;

  /** Of so many keys one has little time left when the job goes away. */
  private static final int SHORT = 20;

  private static final int SHORT_MILLIS = 3_000;
  private static final int LONG_MILLIS = 1_000_000;

  /** 20 MB of names in all. */
  private static final int LONG_NAMES = 1_200;

  private static final String LONG_NAME = "x".repeat(16 << 10);

  private static final Pattern POSITION = Pattern.compile("1:\\w+:(\\d+):.*?(?:doubt=(\\d+)/.*)?");

  /** What is done to a key. */
  private interface Change {
    void add(List<List<?>> commands, int key);
  }

  @Test
  void areReadOnceMoreWithoutACopyOfAllKeys() throws Exception {
    Work work = Work.all("many");
    MemoryCheckpointStore store = new MemoryCheckpointStore();
    try (RedisPair pair = pair();
        RespClient client = pair.source().connect();
        RespClient target = pair.target().connect()) {
      each(client, 1, (commands, key) -> renew(commands, key, LONG_MILLIS));
      try (ProxiedJob job = ProxiedJobs.of(pair, work, store, PATIENCE).start()) {
        job.awaitSynchronizing();
        each(client, SHORT, (commands, key) -> expire(commands, key, SHORT_MILLIS));
        client.command("SET", "last", "before");
        Await.until("all is there", PATIENCE, () -> "before".equals(target.text("GET", "last")));
      }
      each(client, 1, (commands, key) -> renew(commands, key, LONG_MILLIS));
      Await.until(
          "keys have died at the target",
          PATIENCE,
          () -> has(target, 0) + has(target, KEYS - SHORT) == 0);
      assertThat(has(client, 0) + has(client, KEYS - SHORT)).as("at the source").isEqualTo(2);

      long resumed = Long.parseLong(pair.source().info("replication").get("master_repl_offset"));
      try (LoadThreads load = new LoadThreads("renews");
          ProxiedJob job = ProxiedJobs.of(pair, work, store, PATIENCE)) {
        load.add(() -> renewAllTheTime(pair.source(), load));
        load.start();
        job.start();
        job.awaitSynchronizing();
        long caughtUp = System.nanoTime();
        Await.until("keys are read again", PATIENCE, () -> doubtBegins(pair) > resumed);
        LOG.info("No such key is in doubt after {} s.", (System.nanoTime() - caughtUp) / 1e9);
        load.stop();
        assertThat(pair.awaitEqual(PATIENCE)).isEmpty();
        assertThat(job.retries()).as("retries").isZero();
        job.failIfEnded();
      }
      assertThat(position(pair)).as("no new copy").startsWith("1:");
    }
  }

  /** Few keys with names so long that memory does not hold them, and no files for these. */
  @Test
  void areCopiedWithAllOthersIfThereIsNoRoomForTheirNames() throws Exception {
    Work work = Work.all("many");
    MemoryCheckpointStore store = new MemoryCheckpointStore();
    try (RedisPair pair = pair();
        RespClient client = pair.source().connect()) {
      try (ProxiedJob job = withoutFiles(pair, work, store).start()) {
        job.awaitSynchronizing();
        for (int i = 0; i < LONG_NAMES; i++) {
          client.command("SET", LONG_NAME + i, "before");
        }
        assertThat(pair.awaitEqual(PATIENCE)).isEmpty();
      }
      for (int i = 1; i < LONG_NAMES; i++) {
        client.command("EXPIRE", LONG_NAME + i, 1_000);
        client.command("APPEND", LONG_NAME + i, " and behind");
      }
      client.command("DEL", LONG_NAME + 0);
      try (ProxiedJob job = withoutFiles(pair, work, store).start()) {
        Await.until("all is copied", PATIENCE, () -> position(pair).startsWith("2:"));
        job.awaitSynchronizing();
        client.command("APPEND", LONG_NAME + 1, ", and at last");
        assertThat(pair.awaitEqual(PATIENCE)).isEmpty();
        assertThat(job.retries()).as("retries").isEqualTo(1);
        job.failIfEnded();
      }
      assertThat(pair.source().info("stats").get("sync_full")).isEqualTo("2");
    }
  }

  private static ProxiedJob withoutFiles(RedisPair pair, Work work, MemoryCheckpointStore store) {
    return ProxiedJobs.of(pair, work, store, PATIENCE, source -> source.spoolFiles(0));
  }

  private static RedisPair pair() {
    return new RedisPair(
        RedisPair.source(RedisRelease.REDIS_7_0).option("repl-backlog-size", "200mb").start(),
        RedisServer.start(RedisRelease.REDIS_7_0));
  }

  private static long has(RespClient client, int key) {
    return (Long) client.command("EXISTS", "key:" + key);
  }

  private static String position(RedisPair pair) {
    try (RespClient target = pair.target().connect()) {
      target.select(15);
      return "" + target.text("HGET", "syncline:many", "position:redis");
    }
  }

  /** The offset up to which the target has come, or from which on keys may be in doubt. */
  private static long doubtBegins(RedisPair pair) {
    String position = position(pair);
    Matcher place = POSITION.matcher(position);
    assertThat(place.matches()).as("no new copy: %s", position).isTrue();
    return Long.parseLong(Objects.requireNonNullElse(place.group(2), place.group(1)));
  }

  /** Does something to each of the keys, or to one of so many. */
  private static void each(RespClient client, int oneOf, Change change) {
    List<List<?>> commands = new ArrayList<>();
    for (int key = 0; key < KEYS; key += oneOf) {
      change.add(commands, key);
      if (commands.size() >= AT_ONCE) {
        client.pipeline(commands);
        commands.clear();
      }
    }
    client.pipeline(commands);
  }

  /** Goes on with some thousand keys a second, in an order of its own. */
  private static void renewAllTheTime(RedisServer source, LoadThreads load)
      throws InterruptedException {
    Random random = new Random(1);
    try (RespClient client = source.connect()) {
      while (!load.isStopped()) {
        List<List<?>> commands = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
          renew(commands, random.nextInt(KEYS), LONG_MILLIS);
        }
        client.pipeline(commands);
        Await.pause(30);
      }
    }
  }

  /** Changes a key, and lets it live on. */
  private static void renew(List<List<?>> commands, int key, int millis) {
    commands.add(
        key % 3 == 0
            ? List.of("HSET", "key:" + key, "field" + commands.size(), "value")
            : List.of("INCR", "key:" + key));
    expire(commands, key, millis);
  }

  private static void expire(List<List<?>> commands, int key, int millis) {
    commands.add(List.of("PEXPIRE", "key:" + key, millis));
  }
}
