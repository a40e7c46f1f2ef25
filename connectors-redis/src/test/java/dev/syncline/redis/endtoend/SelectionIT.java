package dev.syncline.redis.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.KeySelection;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.ProxiedJob;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RedisState;
import dev.syncline.testkit.server.RespClient;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Jobs that take a part of the keys, or bring them to other databases. */
class SelectionIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final KeySelection MAPPED =
      KeySelection.builder()
          .database(0, 3)
          .database(5, 0)
          .keys("session:*", "cart:*")
          .exceptKeys("session:tmp:*")
          .build();

  @ParameterizedTest
  @EachRedis
  void takesSelectedKeysToOtherDatabasesAndFlushesNothingElse(RedisRelease release)
      throws Exception {
    try (RedisPair pair = RedisPair.of(release);
        RespClient client = pair.source().connect();
        RespClient target = pair.target().connect();
        ProxiedJob job =
            ProxiedJobs.of(pair, Work.of("mapped", MAPPED), new MemoryCheckpointStore())) {
      fillAll(client, "before");
      for (int database : new int[] {0, 3, 5}) {
        target.select(database);
        target.command("SET", "foreign", database);
        target.command("SET", "session:tmp:foreign", database);
      }
      job.start();
      job.awaitSynchronizing();
      fillAll(client, "after");
      client.select(0);
      client.command("MSET", "cart:many", "1", "other:many", "2", "session:tmp:many", "3");
      client.command("RENAME", "cart:after", "hidden");
      assertSelected(pair);

      client.select(5);
      client.command("FLUSHDB");
      client.command("SET", "cart:new", "1");
      assertSelected(pair);

      client.command("FLUSHALL");
      client.command("SET", "cart:newer", "1");
      assertSelected(pair);
      assertThat(RedisState.of(pair.target()).keys())
          .contains(
              new RedisState.Key(0, "foreign"),
              new RedisState.Key(3, "session:tmp:foreign"),
              new RedisState.Key(5, "foreign"),
              new RedisState.Key(15, "syncline:mapped"))
          .noneMatch(key -> key.name().startsWith("syncline:heartbeat"));
      job.failIfEnded();
    }
  }

  private static void fillAll(RespClient client, String when) {
    for (int database : new int[] {0, 1, 3, 5}) {
      client.select(database);
      for (String prefix : new String[] {"session:", "session:tmp:", "cart:", "other:"}) {
        client.command("SET", prefix + when, database);
        client.command("RPUSH", prefix + "list", when);
      }
    }
  }

  private static void assertSelected(RedisPair pair) throws Exception {
    Map<Integer, Integer> databases = Map.of(0, 3, 5, 0);
    RedisState expected =
        pair.expected()
            .ignoring(key -> !databases.containsKey(key.database()) || !isSelected(key.name()))
            .renamed(key -> new RedisState.Key(databases.get(key.database()), key.name()));
    Await.until(
        "the target has the selected keys",
        PATIENCE,
        () ->
            pair.found()
                .ignoring(key -> key.name().contains("foreign"))
                .differences(expected, RedisPair.EXPIRY)
                .isEmpty());
  }

  private static boolean isSelected(String name) {
    return (name.startsWith("session:") || name.startsWith("cart:"))
        && !name.startsWith("session:tmp:");
  }

  @Test
  void twoJobsShareATarget() throws Exception {
    try (RedisPair pair = RedisPair.of(RedisRelease.REDIS_7_0);
        RespClient client = pair.source().connect();
        ProxiedJob one = job(pair, "one", "a:*");
        ProxiedJob other = job(pair, "other", "b:*")) {
      for (int i = 0; i < 300; i++) {
        client.command("SET", "a:" + i, i);
        client.command("SET", "b:" + i, i);
        client.command("SET", "c:" + i, i);
      }
      one.start();
      one.awaitSynchronizing();
      other.start();
      other.awaitSynchronizing();
      client.command("DEL", "a:1", "b:1", "c:1");
      client.command("SET", "a:new", 1);
      client.command("SET", "b:new", 1);

      Map<String, Boolean> expected = new TreeMap<>();
      pair.expected().keys().forEach(key -> expected.put(key.name(), true));
      expected.keySet().removeIf(name -> name.startsWith("c:"));
      Await.until(
          "both have brought their keys",
          PATIENCE,
          () -> {
            TreeSet<String> found = new TreeSet<>();
            pair.found().keys().forEach(key -> found.add(key.name()));
            return found.equals(expected.keySet());
          });
      one.failIfEnded();
      other.failIfEnded();
    }
  }

  /** Keys that are all of one slot, and built in several transactions. */
  private static void fillLarge(RespClient client) {
    for (int i = 0; i < 4; i++) {
      for (String prefix : new String[] {"a:{slot}", "b:{slot}"}) {
        client.command("SETRANGE", prefix + i, 8 << 20, prefix + i);
      }
    }
  }

  @Test
  void twoJobsBuildLargeValuesAtOneTarget() throws Exception {
    try (RedisPair pair = RedisPair.of(RedisRelease.REDIS_7_0);
        RespClient client = pair.source().connect();
        ProxiedJob one = job(pair, "one", "a:*");
        ProxiedJob other = job(pair, "other", "b:*")) {
      fillLarge(client);
      one.start();
      other.start();
      one.awaitSynchronizing();
      other.awaitSynchronizing();

      assertThat(pair.awaitEqual(PATIENCE)).isEmpty();
      one.failIfEnded();
      other.failIfEnded();
    }
  }

  @Test
  void aJobFollowsTheTargetOfAnotherThatBuildsLargeValues() throws Exception {
    RedisServer between = RedisPair.source(RedisRelease.REDIS_7_0).start();
    try (RedisPair pair = new RedisPair(RedisPair.source(RedisRelease.REDIS_7_0).start(), between);
        RedisServer last = RedisServer.start(RedisRelease.REDIS_7_0);
        RespClient client = pair.source().connect();
        ProxiedJob first = job(pair, "first", "*");
        ProxiedJob second = job(new RedisPair(pair.target(), last), "second", "a:*")) {
      fillLarge(client);
      second.start();
      second.awaitSynchronizing();
      first.start();
      first.awaitSynchronizing();

      RedisState expected = pair.expected().ignoring(key -> !key.name().startsWith("a:"));
      Await.until(
          "the last target has the selected keys",
          PATIENCE,
          () ->
              RedisState.of(last)
                  .ignoring(key -> key.database() == 15)
                  .differences(expected, RedisPair.EXPIRY)
                  .isEmpty());
      second.failIfEnded();
    }
  }

  private static ProxiedJob job(RedisPair pair, String name, String keys) {
    Work work = Work.of(name, KeySelection.builder().database(0).keys(keys).build());
    return ProxiedJobs.of(pair, work, new MemoryCheckpointStore());
  }
}
