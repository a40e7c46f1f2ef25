package dev.syncline.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisClusterIT {
  @ParameterizedTest
  @EachRedis
  void movesSlotsUnderLoad(RedisRelease release) throws Exception {
    if (isRefused(release)) {
      return;
    }
    try (RedisCluster cluster = RedisCluster.start(release);
        RedisClusterClient client = cluster.connect()) {
      List<RedisServer> nodes = cluster.nodes();
      assertThat(cluster.masters()).isEqualTo(nodes);
      assertThat(cluster.slots().values())
          .extracting(slots -> slots.cardinality())
          .containsExactly(5_461, 5_461, 5_462);
      client.pipeline(counting(5_000));
      AtomicBoolean moved = new AtomicBoolean();
      CompletableFuture<Long> counted =
          CompletableFuture.supplyAsync(() -> countUntil(moved, cluster));

      cluster.moveSlots(0, 199, nodes.get(2));
      cluster.moveSlots(5_400, 5_500, nodes.get(2));
      moved.set(true);

      long expected = counted.get() + 5_000;
      assertThat(cluster.owner(5_399)).isEqualTo(nodes.get(0));
      assertThat(cluster.owner(5_400)).isEqualTo(nodes.get(2));
      assertThat(cluster.owner(5_500)).isEqualTo(nodes.get(2));
      assertThat(cluster.owner(5_501)).isEqualTo(nodes.get(1));
      long sum = 0;
      for (int i = 0; i < 5_000; i++) {
        sum += Long.parseLong(client.text("GET", "key:" + i));
      }
      assertThat(sum).isEqualTo(expected);
      assertThat(RedisState.of(cluster).keys()).hasSize(5_000);
    }
  }

  private static boolean isRefused(RedisRelease release) {
    if (!release.hasClusters()) {
      assertThatThrownBy(() -> RedisCluster.builder(release))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(release + " does not know clusters. Take a release from 3.2 on.");
    }
    return !release.hasClusters();
  }

  /** Counts up one key after the other until told; how often it did. */
  private static long countUntil(AtomicBoolean end, RedisCluster cluster) {
    long count = 0;
    try (RedisClusterClient client = cluster.connect()) {
      while (!end.get()) {
        client.command("INCR", "key:" + count++ % 5_000);
      }
    }
    return count;
  }

  private static List<List<?>> counting(int keys) {
    List<List<?>> commands = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      commands.add(List.of("INCR", "key:" + i));
    }
    return commands;
  }

  @ParameterizedTest
  @EachRedis
  void replicasTakeOver(RedisRelease release) {
    if (isRefused(release)) {
      return;
    }
    try (RedisCluster cluster =
            RedisCluster.builder(release).replicas(1).password("secret").name("shards").start();
        RedisClusterClient client = cluster.connect()) {
      RedisServer master = cluster.owner(RedisClusterClient.slot("k"));
      RedisServer replica = cluster.replicasOf(master).get(0);
      client.command("SET", "k", "v");

      cluster.failOver(replica);
      assertThat(cluster.owner(RedisClusterClient.slot("k"))).isEqualTo(replica);
      assertThat(client.text("GET", "k")).isEqualTo("v");
      client.command("SET", "k", "w");
      master.awaitCaughtUp(replica);

      replica.kill();
      cluster.failOver(master);
      assertThat(cluster.masters()).contains(master).doesNotContain(replica);
      assertThatThrownBy(() -> client.command("GET", "k")).isInstanceOf(ServerException.class);
      assertThat(client.text("GET", "k")).isEqualTo("w");

      replica.restart();
      cluster.awaitOk();
      replica.awaitCaughtUp(master);
      assertThat(cluster.replicasOf(master)).containsExactly(replica);
      assertThatThrownBy(() -> cluster.failOver(master))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageEndingWith("is no replica.");
    }
  }

  @Test
  void electsAReplicaOfAKilledMaster() {
    try (RedisCluster cluster =
        RedisCluster.builder(RedisRelease.REDIS_7_0)
            .replicas(1)
            .nodeTimeout(Duration.ofSeconds(3))
            .start()) {
      RedisServer master = cluster.masters().get(1);
      RedisServer replica = cluster.replicasOf(master).get(0);

      master.kill();
      cluster.awaitOk();

      assertThat(cluster.masters().get(1)).isEqualTo(replica);
    }
  }

  @Test
  void speaksTls() {
    try (RedisCluster cluster = RedisCluster.builder(RedisRelease.REDIS_7_0).tls().start();
        RedisClusterClient client = cluster.connect()) {
      client.command("SET", "{tag}k", "v");
      int slot = RedisClusterClient.slot("tag");
      RedisServer other =
          cluster.masters().stream()
              .filter(node -> node != cluster.owner(slot))
              .findFirst()
              .orElseThrow();

      cluster.moveSlots(slot, slot, other);

      assertThat(cluster.owner(slot)).isEqualTo(other);
      assertThat(client.text("GET", "{tag}k")).isEqualTo("v");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "123456789,12739",
    "'',0",
    "foo{bar}x,5061",
    "bar,5061",
    "foo{}{bar},8363",
    "foo{{bar}}zap,4015"
  })
  void knowsTheSlotOfAKey(String key, int slot) {
    assertThat(RedisClusterClient.slot(key)).isEqualTo(slot);
  }
}
