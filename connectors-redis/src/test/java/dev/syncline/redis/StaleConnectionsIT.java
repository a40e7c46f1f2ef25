package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.TransientException;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;

/** Connections of a sink to a master, as writers leave them there. */
final class StaleConnectionsIT {

  private final StaleConnections stale = new StaleConnections();

  private static RespConnection connect(RedisServer server) {
    return RespConnection.open(
        new RedisAddress(server.host(), server.port()),
        new RedisLogin(
            Optional.empty(),
            Optional.empty(),
            RedisTls.disabled(),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5)));
  }

  private static RespConnection connect(RedisServer server, String name) {
    RespConnection connection = connect(server);
    connection.call("CLIENT", "SETNAME", name);
    return connection;
  }

  @ParameterizedTest
  @EachRedis
  void thoseOfClosedWritersEndAndNoOthers(RedisRelease release) {
    String first = stale.open();
    String second = stale.open();
    try (RedisServer server = RedisServer.start(release);
        RedisServer other = RedisServer.start(release);
        RespConnection closed = connect(server, first);
        RespConnection open = connect(server, second);
        RespConnection foreign = connect(server, new StaleConnections().open())) {
      stale.end(List.of(open));
      assertThat(closed.text("PING")).isEqualTo("PONG");

      stale.close(first);
      RespConnection lost = connect(other);
      other.kill();
      assertThatThrownBy(() -> stale.end(List.of(lost, open)))
          .isInstanceOf(TransientException.class);
      assertThat(closed.text("PING")).isEqualTo("PONG");
      stale.end(List.of(open));

      assertThatThrownBy(() -> closed.text("PING")).isInstanceOf(TransientException.class);
      assertThat(open.text("PING")).isEqualTo("PONG");
      assertThat(foreign.text("PING")).isEqualTo("PONG");
    }
  }
}
