package dev.syncline.redis.contract;

import dev.syncline.redis.RedisSink;
import dev.syncline.redis.RedisSink.ExistingKeys;
import dev.syncline.testkit.contract.KeySinkContract;
import dev.syncline.testkit.contract.KeySinkFixture;
import dev.syncline.testkit.contract.TransactionalKeySinkContract;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;

/** The Redis sink keeps the contracts of sinks of keys on each server. */
@ParameterizedClass
@EachRedis
final class RedisSinkContractIT {

  private static RedisServer server;

  @Parameter RedisRelease release;

  @BeforeParameterizedClassInvocation
  static void start(RedisRelease release) {
    server = RedisServer.start(release);
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    server.close();
  }

  private static KeySinkFixture keys() {
    RedisSink sink =
        RedisSink.builder()
            .host(server.host())
            .port(server.port())
            .existingKeys(ExistingKeys.REPLACE)
            .build();
    return RedisKeys.emptied(sink, List.of(0, 3), List.of(server));
  }

  @Nested
  class Sink extends KeySinkContract {
    @Override
    protected KeySinkFixture fixture() {
      return keys();
    }
  }

  @Nested
  class TransactionalSink extends TransactionalKeySinkContract {
    @Override
    protected KeySinkFixture fixture() {
      return keys();
    }
  }
}
