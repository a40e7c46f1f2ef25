package dev.syncline.redis.contract;

import dev.syncline.redis.RedisClusterSink;
import dev.syncline.redis.RedisSink.ExistingKeys;
import dev.syncline.testkit.contract.KeySinkContract;
import dev.syncline.testkit.contract.KeySinkFixture;
import dev.syncline.testkit.server.RedisCluster;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The Redis cluster sink keeps the contract of sinks of keys. */
final class RedisClusterSinkContractIT extends KeySinkContract {

  private static RedisCluster cluster;

  @BeforeAll
  static void start() {
    cluster = RedisCluster.start(RedisRelease.REDIS_7_0);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Override
  protected KeySinkFixture fixture() {
    RedisServer node = cluster.nodes().get(0);
    RedisClusterSink sink =
        RedisClusterSink.builder()
            .nodes(node.host() + ":" + node.port())
            .existingKeys(ExistingKeys.REPLACE)
            .build();
    return RedisKeys.emptied(sink, List.of(0), cluster.masters());
  }
}
