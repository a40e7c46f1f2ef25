package dev.syncline.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.KeySelection;
import dev.syncline.SourceScope;
import dev.syncline.SourceSession;
import dev.syncline.SyncException;
import dev.syncline.TransientException;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.KeyChange;
import dev.syncline.testkit.server.RedisCluster;
import dev.syncline.testkit.server.RedisClusterClient;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RedisState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each master of a cluster is a stream, named by its slots. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RedisClusterSourceIT {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final String FIRST = "0-5460";

  private static RedisSource source(RedisCluster cluster) {
    return RedisSource.builder()
        .cluster(
            cluster.nodes().stream()
                .map(node -> node.host() + ":" + node.port())
                .toArray(String[]::new))
        .build();
  }

  private static void fill(RedisCluster cluster, String prefix) {
    try (RedisClusterClient client = cluster.connect()) {
      for (int i = 0; i < 300; i++) {
        client.command("SET", prefix + i, "value" + i);
      }
    }
  }

  @Test
  void followsEachMasterAcrossAFailover() throws Exception {
    try (RedisCluster cluster =
            RedisCluster.builder(RedisRelease.REDIS_7_0).masters(3).replicas(1).start();
        RedisServer target = RedisServer.start(RedisRelease.REDIS_7_0)) {
      fill(cluster, "key");
      RedisSource redis = source(cluster);
      SourceScope<KeyChange> scope = new SourceScope<>("job", KeySelection.all());
      try (SourceSession<KeyChange> session = redis.open(scope)) {
        assertThat(session.currentPositions())
            .containsOnlyKeys("0-5460", "5461-10921", "10922-16383");
      }
      Map<String, RedisPosition> stands = new TreeMap<>();
      List<RedisServer> masters = cluster.masters();
      // The target is one server, so each copy would take away what another has brought.
      RedisServer master = masters.get(0);
      try (ReaderTap tap = ReaderTap.open(redis, FIRST, RedisPosition.BEGIN, target)) {
        tap.untilCaughtUp(master);
        assertThat(ReaderTap.differences(master, target, SECOND)).isEmpty();
        stands.put(FIRST, tap.stands);

        RedisServer replica = cluster.replicasOf(master).get(0);
        cluster.failOver(replica);
        fill(cluster, "other");
        assertThatThrownBy(() -> tap.until(() -> false)).isInstanceOf(TransientException.class);
        stands.put(FIRST, tap.stands);
      }
      RedisServer promoted = cluster.masters().get(0);
      assertThat(promoted.port()).isNotEqualTo(master.port());
      try (ReaderTap tap = ReaderTap.open(redis, FIRST, stands.get(FIRST), target)) {
        tap.untilCaughtUp(promoted);
        assertThat(tap.stands.attempt()).isEqualTo(1);
        assertThat(ReaderTap.differences(promoted, target, SECOND)).isEmpty();
        assertThat(RedisState.of(target).keys())
            .allMatch(key -> ClusterSlots.of(key.name().getBytes(UTF_8)) <= 5460);
      }
    }
  }

  /** What moves is in two streams: the job stops while the target has every key yet. */
  @Test
  void stopsBeforeAKeyIsLostThatMoves() throws Exception {
    try (RedisCluster cluster = RedisCluster.builder(RedisRelease.REDIS_7_0).masters(3).start();
        RedisServer target = RedisServer.start(RedisRelease.REDIS_7_0);
        RedisServer second = RedisServer.start(RedisRelease.REDIS_7_0)) {
      fill(cluster, "key");
      RedisSource redis = source(cluster);
      List<RedisServer> masters = cluster.masters();
      try (ReaderTap from = ReaderTap.open(redis, FIRST, RedisPosition.BEGIN, target);
          ReaderTap to = ReaderTap.open(redis, "5461-10921", RedisPosition.BEGIN, second)) {
        from.untilCaughtUp(masters.get(0));
        to.untilCaughtUp(masters.get(1));
        Object keys = target.command("DBSIZE");
        cluster.moveSlots(0, 300, masters.get(1));

        assertThatThrownBy(() -> from.until(() -> false))
            .isInstanceOf(UnsupportedChangeException.class)
            .hasMessageContaining("'" + FIRST + "'")
            .hasMessageContaining("another master");
        assertThat(target.command("DBSIZE")).isEqualTo(keys);
        assertThatThrownBy(() -> to.until(() -> false))
            .isInstanceOf(UnsupportedChangeException.class)
            .hasMessageContaining("come from another master")
            .hasMessageContaining("key 'syncline:")
            .hasMessageContaining("recordsDatabase")
            .hasMessageContaining("existingKeys(REPLACE)");
        assertThatThrownBy(() -> ReaderTap.open(redis, FIRST, from.stands, target))
            .isInstanceOf(SyncException.class)
            .isNotInstanceOf(TransientException.class)
            .hasMessageContaining("slots were moved")
            .hasMessageContaining("key 'syncline:")
            .hasMessageContaining("existingKeys(REPLACE)");
      }
    }
  }
}
