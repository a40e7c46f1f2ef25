package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.KeySelection;
import dev.syncline.SinkWriter;
import dev.syncline.SourceScope;
import dev.syncline.SourceSession;
import dev.syncline.TransientException;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.KeyChange;
import dev.syncline.change.TransactionId;
import dev.syncline.change.TransactionPart;
import dev.syncline.redis.RedisSink.ExistingKeys;
import dev.syncline.testkit.server.EachRedisCluster;
import dev.syncline.testkit.server.RedisCluster;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/** Whichever nodes of a cluster are named, all of its masters are followed and written to. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ClusterSeedsIT {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final List<String> SHARDS = List.of("0-5460", "5461-10921", "10922-16383");

  private record Numbered(int number) implements TransactionId {}

  private static String[] addresses(RedisServer... nodes) {
    return Stream.of(nodes).map(node -> node.host() + ":" + node.port()).toArray(String[]::new);
  }

  @ParameterizedTest
  @EachRedisCluster
  void anyNodeTellsWhereTheMastersAre(RedisRelease release) throws Exception {
    try (RedisCluster cluster = RedisCluster.builder(release).masters(3).replicas(1).start();
        RedisServer target = ReaderTap.target(release)) {
      List<RedisServer> masters = cluster.masters();
      RedisServer replica = cluster.replicasOf(masters.get(0)).get(0);
      RedisServer dead = cluster.replicasOf(masters.get(1)).get(0);
      dead.kill();

      List<String[]> seeds =
          List.of(addresses(masters.get(0)), addresses(replica), addresses(dead, masters.get(2)));
      for (int i = 0; i < seeds.size(); i++) {
        // The master that is followed is another one than the seed.
        int other = (i + 1) % 3;
        write(cluster, seeds.get(i), "seed" + i);
        follow(seeds.get(i), SHARDS.get(other), masters.get(other), target);
      }
      assertThatThrownBy(() -> positions(addresses(dead))).isInstanceOf(TransientException.class);
      assertThatThrownBy(() -> write(cluster, addresses(dead), "none"))
          .isInstanceOf(TransientException.class);
    }
  }

  private static RedisSource source(String... seeds) {
    return RedisSource.builder().cluster(seeds).build();
  }

  private static List<String> positions(String... seeds) {
    SourceScope<KeyChange> scope = new SourceScope<>("job", KeySelection.all());
    try (SourceSession<KeyChange> session = source(seeds).open(scope)) {
      return List.copyOf(session.currentPositions().keySet());
    }
  }

  private static void follow(String[] seeds, String shard, RedisServer master, RedisServer target)
      throws InterruptedException {
    assertThat(positions(seeds)).containsExactlyInAnyOrderElementsOf(SHARDS);
    try (ReaderTap tap = ReaderTap.open(source(seeds), shard, RedisPosition.BEGIN, target)) {
      tap.untilCaughtUp(master);
      assertThat(ReaderTap.differences(master, target, SECOND)).isEmpty();
      assertThat(Long.parseLong(String.valueOf(target.text("DBSIZE")))).isPositive();
    }
  }

  private static void write(RedisCluster cluster, String[] seeds, String prefix)
      throws InterruptedException {
    List<KeyChange> changes = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      changes.add(SinkTarget.value(0, prefix + i, "x" + i));
    }
    RedisClusterSink sink =
        RedisClusterSink.builder().nodes(seeds).existingKeys(ExistingKeys.REPLACE).build();
    try (SinkWriter<KeyChange> writer = sink.openWriter()) {
      TransactionPart<KeyChange> part =
          new TransactionPart<>(new Numbered(1), changes, Optional.empty(), Instant.EPOCH, 1_000);
      writer.write(new ChangeBatch<>(List.of(part), Optional.empty()));
    }
    for (int i = 0; i < 30; i++) {
      String key = prefix + i;
      RedisServer owner = cluster.owner(ClusterSlots.of(SinkTarget.bytes(key)));
      assertThat(owner.text("GET", key)).isEqualTo("x" + i);
    }
  }
}
