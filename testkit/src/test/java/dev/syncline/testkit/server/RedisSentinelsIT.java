package dev.syncline.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class RedisSentinelsIT {
  @ParameterizedTest
  @EachRedis
  void promoteAReplicaOfAKilledMaster(RedisRelease release) {
    try (RedisServer master = RedisServer.builder(release).password("secret").start();
        RedisServer replica =
            RedisServer.builder(release).password("secret").replicaOf(master).start()) {
      replica.awaitCaughtUp(master);
      try (RedisSentinels sentinels = RedisSentinels.start("shop", master)) {
        sentinels.awaitMaster(master);
        sentinels.kill(2);

        master.kill();
        sentinels.awaitMaster(replica);

        assertThat(replica.info("replication").get("role")).isEqualTo("master");
        try (RespClient client = sentinels.connect(0)) {
          assertThat(client.texts("SENTINEL", "get-master-addr-by-name", "shop"))
              .containsExactly(replica.host(), "" + replica.port());
        }
        assertThatThrownBy(() -> sentinels.connect(2)).isInstanceOf(ServerException.class);
      }
      assertThat(replica.text("PING")).isEqualTo("PONG");
    }
  }

  @Test
  void failOverWhenToldTo() {
    try (RedisServer master = RedisServer.start(RedisRelease.REDIS_7_0);
        RedisServer replica =
            RedisServer.builder(RedisRelease.REDIS_7_0).replicaOf(master).start()) {
      replica.awaitCaughtUp(master);
      try (RedisSentinels sentinels = RedisSentinels.start("shop", master)) {
        sentinels.failOver();

        sentinels.awaitMaster(replica);
        assertThat(replica.info("replication").get("role")).isEqualTo("master");
      }
    }
  }
}
