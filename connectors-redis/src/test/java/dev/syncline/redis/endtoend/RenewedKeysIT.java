package dev.syncline.redis.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.MemoryCheckpointStore;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.ProxiedJob;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RespClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Keys whose time ends at the target while the job is away, although the source has renewed them:
 * whatever the source does to them meanwhile, the target has them as the source does in the end.
 */
class RenewedKeysIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** How long keys live unless they are renewed; the target adds half a second. */
  private static final int LIFE_MILLIS = 3_000;

  private static final int AWAY_MILLIS = 5_500;

  private static final List<String> RENEWED =
      List.of("set", "hash", "list", "text", "number", "moved", "renamed", "source", "scripted");

  @ParameterizedTest
  @EachRedis
  void areWholeBehindAPause(RedisRelease release) throws Exception {
    Work work = Work.all("renewed");
    MemoryCheckpointStore store = new MemoryCheckpointStore();
    try (RedisPair pair = RedisPair.of(release);
        RespClient client = pair.source().connect()) {
      try (ProxiedJob job = ProxiedJobs.of(pair, work, store).start()) {
        job.awaitSynchronizing();
        begin(client, release);
        awaitLast(pair);
      }
      long end = System.nanoTime() + Duration.ofMillis(AWAY_MILLIS).toNanos();
      client.command("PERSIST", "persisted");
      client.command("RENAME", "short", "kept");
      client.command("PERSIST", "kept");
      while (System.nanoTime() < end) {
        renew(client, LIFE_MILLIS);
        Await.pause(LIFE_MILLIS / 8);
      }
      goOn(client, release);
      assertThat(pair.target().command("EXISTS", "set")).isEqualTo(0L);
      try (ProxiedJob job = ProxiedJobs.of(pair, work, store).start()) {
        job.awaitSynchronizing();
        assertThat(pair.awaitEqual(PATIENCE)).as("%s", pair).isEmpty();
        renew(client, 200_000);
        assertThat(pair.awaitEqual(PATIENCE)).as("%s", pair).isEmpty();
        job.failIfEnded();
      }
      try (RespClient target = pair.target().connect()) {
        target.select(15);
        String position = target.text("HGET", "syncline:renewed", "position:redis");
        assertThat(position).as("no new copy").startsWith("1:");
      }
    }
  }

  /** The stream comes in time, but the target does not take it. */
  @ParameterizedTest
  @EachRedis
  void areWholeBehindATargetThatStops(RedisRelease release) throws Exception {
    Work work = Work.all("renewed");
    try (RedisPair pair = RedisPair.of(release);
        RespClient client = pair.source().connect();
        ProxiedJob job =
            ProxiedJobs.of(pair, work, new MemoryCheckpointStore(), PATIENCE).start()) {
      job.awaitSynchronizing();
      begin(client, release);
      awaitLast(pair);
      pair.target().pause();
      long end = System.nanoTime() + Duration.ofMillis(AWAY_MILLIS).toNanos();
      while (System.nanoTime() < end) {
        renew(client, LIFE_MILLIS);
        Await.pause(LIFE_MILLIS / 8);
      }
      goOn(client, release);
      pair.target().resume();
      assertThat(pair.awaitEqual(PATIENCE)).as("%s", pair).isEmpty();
      job.failIfEnded();
      assertThat(job.retries()).as("retries").isZero();
    }
  }

  private static void awaitLast(RedisPair pair) throws Exception {
    Await.until(
        "all keys are there", PATIENCE, () -> pair.target().command("EXISTS", "last").equals(1L));
  }

  /** Keys that live on only if they are renewed. */
  private static void begin(RespClient client, RedisRelease release) {
    client.command("SADD", "set", "a", "b");
    client.command("HSET", "hash", "a", 1);
    client.command("RPUSH", "list", "a", "b", "c");
    client.command("SET", "text", "begin");
    client.command("SET", "number", 5);
    client.command("HSET", "moved", "a", 1);
    client.command("HSET", "renamed", "a", 1);
    client.command("SADD", "source", "a", "b");
    client.command("RPUSH", "scripted", "a");
    client.command("ZADD", "persisted", 1, "a");
    client.command("SET", "short", "value");
    client.command("SADD", "other", "c");
    for (String key : List.of("persisted", "short")) {
      client.command("PEXPIRE", key, LIFE_MILLIS);
    }
    if (release.isFrom(5, 0)) {
      client.command("XADD", "stream", "1-1", "field", "value");
      client.command("XGROUP", "CREATE", "stream", "group", "0");
      client.command("PEXPIRE", "stream", LIFE_MILLIS);
    }
    renew(client, LIFE_MILLIS);
    client.command("SET", "last", "there");
  }

  private static void renew(RespClient client, int millis) {
    List<List<?>> commands = new ArrayList<>();
    for (String key : RENEWED) {
      commands.add(List.of("PEXPIRE", key, millis));
    }
    commands.add(List.of("PEXPIRE", "stream", millis));
    client.pipeline(commands);
  }

  /** What needs that the keys are there, and adds to them. */
  private static void goOn(RespClient client, RedisRelease release) {
    client.command("ZADD", "persisted", 2, "b");
    client.command("SADD", "set", "c");
    client.command("HSET", "hash", "b", 2);
    client.command("LSET", "list", 2, "z");
    client.command("RPUSH", "list", "d");
    client.command("APPEND", "text", " end");
    client.command("INCR", "number");
    client.command("MOVE", "moved", 1);
    client.command("RENAME", "renamed", "renamed:2");
    client.command("HSET", "renamed:2", "b", 2);
    client.command("SUNIONSTORE", "union", "source", "other");
    client.command("SADD", "union", "z");
    client.command("EVAL", "redis.call('LSET', KEYS[1], 0, 'b'); return 1", 1, "scripted");
    if (release.isFrom(5, 0)) {
      client.command("XADD", "stream", "2-1", "field", "value");
      client.command("XREADGROUP", "GROUP", "group", "me", "STREAMS", "stream", ">");
    }
    renew(client, 100_000);
    for (int database = 0; database < 2; database++) {
      client.select(database);
      for (String key : List.of("moved", "renamed:2")) {
        client.command("PEXPIRE", key, 100_000);
      }
    }
    client.select(0);
  }
}
