package dev.syncline.redis.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.MemoryCheckpointStore;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.redis.RedisSink;
import dev.syncline.redis.RedisSink.ExistingKeys;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.EachRedisCluster;
import dev.syncline.testkit.server.RedisCluster;
import dev.syncline.testkit.server.RedisClusterClient;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RedisState;
import dev.syncline.testkit.server.RespClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;

/** Slots of a source that are given to another master while a job follows it under load. */
class SlotMoveIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** How many items each list has before slots move. */
  private static final int ITEMS = 20;

  /** Of the first master; with about one list in each. */
  private static final int LAST_MOVED = 99;

  private static final List<String> LISTS =
      IntStream.range(0, 200).mapToObj(SlotMoveIT::list).toList();

  @ParameterizedTest
  @EachRedisCluster
  void stopsByNameAndIsEqualWhenStartedAnew(RedisRelease release) throws Exception {
    try (RedisCluster source =
            RedisCluster.builder(release)
                .name("moving")
                .option("repl-ping-slave-period", "1")
                .start();
        RedisServer target = RedisServer.start(release)) {
      AtomicBoolean stopped = new AtomicBoolean();
      CompletableFuture<Void> writing;
      try (ClusterJob job = job(source, target, ExistingKeys.REFUSE).start()) {
        push(source, ITEMS, new AtomicBoolean());
        job.awaitSynchronizing();
        Await.until("all is copied", PATIENCE, () -> differences(source, target).isEmpty());
        writing = CompletableFuture.runAsync(() -> push(source, Integer.MAX_VALUE, stopped));
        job.awaitProgress();

        source.moveSlots(0, LAST_MOVED, source.masters().get(2));

        assertThat(job.awaitFailure())
            .isInstanceOf(UnsupportedChangeException.class)
            .hasMessageContaining("of stream '")
            .hasMessageContaining("another master")
            .hasMessageContaining("behind 1:")
            .hasMessageContaining("Delete the checkpoint of job 'moving'")
            .hasMessageContaining("key 'syncline:moving'");
      }
      assertNothingIsLostOrDoubled(target);

      // As the message says.
      try (RespClient client = target.connect()) {
        client.select(15);
        assertThat(client.command("DEL", "syncline:moving")).isEqualTo(1L);
      }
      try (ClusterJob job = job(source, target, ExistingKeys.REPLACE).start()) {
        job.awaitSynchronizing();
        job.awaitProgress();
        stopped.set(true);
        writing.join();
        Await.until("all is equal", PATIENCE, () -> differences(source, target).isEmpty());
        job.failIfEnded();
      }
    }
  }

  private static ClusterJob job(RedisCluster source, RedisServer target, ExistingKeys existing) {
    RedisSink sink =
        RedisSink.builder().host(target.host()).port(target.port()).existingKeys(existing).build();
    return new ClusterJob("moving", source, sink, new MemoryCheckpointStore());
  }

  /** A name in the slots that move, for one list in two. */
  private static String list(int number) {
    int slot = number % 2 == 0 ? number / 2 % (LAST_MOVED + 1) : number * 80;
    int i = 0;
    while (RedisClusterClient.slot("list:" + number + ":" + i) != slot) {
      i++;
    }
    return "list:" + number + ":" + i;
  }

  /** Adds the next number to each list, and so on. */
  private static void push(RedisCluster source, int most, AtomicBoolean stopped) {
    try (RedisClusterClient client = source.connect()) {
      long begin = (Long) client.command("LLEN", LISTS.get(0));
      for (long item = begin; item < begin + most && !stopped.get(); item++) {
        for (String list : LISTS) {
          client.command("RPUSH", list, item);
        }
      }
    }
  }

  /** What had come to the target before slots moved is there, and what came behind it came once. */
  private static void assertNothingIsLostOrDoubled(RedisServer target) {
    try (RespClient client = target.connect()) {
      for (String list : LISTS) {
        List<String> items = client.texts("LRANGE", list, 0, -1);
        assertThat(items).as(list).hasSizeGreaterThanOrEqualTo(ITEMS);
        for (int item = 0; item < items.size(); item++) {
          assertThat(items.get(item)).isEqualTo(String.valueOf(item));
        }
      }
    }
  }

  private static List<String> differences(RedisCluster source, RedisServer target) {
    try {
      return RedisState.of(target)
          .ignoring(SlotMoveIT::isOfJobs)
          .differences(RedisState.of(source).ignoring(SlotMoveIT::isOfJobs), RedisPair.EXPIRY);
    } catch (RespClient.ErrorReply e) {
      // On a busy machine a node may be taken for lost just now.
      return List.of("A cluster does not answer: " + e.getMessage());
    }
  }

  private static boolean isOfJobs(RedisState.Key key) {
    return key.name().startsWith("syncline:");
  }
}
