package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SyncException;
import dev.syncline.setting.Secret;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Optional;
import org.assertj.core.api.Condition;
import org.junit.jupiter.params.ParameterizedTest;

class RespConnectionIT {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Condition<Throwable> TELLING =
      new Condition<>(thrown -> printed(thrown).contains("geheim"), "telling a secret");

  private static String printed(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  /** Servers say with which arguments a command came that they do not know. */
  @ParameterizedTest
  @EachRedis
  void failuresTellNeitherPasswordsNorValues(RedisRelease release) {
    RedisServer.Builder builder = RedisServer.builder(release);
    try (RedisServer server = builder.option("rename-command", "AUTH", "LETMEIN").start()) {
      RedisAddress address = new RedisAddress(server.host(), server.port());

      assertThatThrownBy(() -> RespConnection.open(address, login(Optional.of("geheim"))))
          .isInstanceOf(SyncException.class)
          .hasMessageContaining("unknown command")
          .isNot(TELLING);
      try (RespConnection connection = RespConnection.open(address, login(Optional.empty()))) {
        assertThatThrownBy(() -> connection.call("NOSUCH", "geheim"))
            .isInstanceOf(SyncException.class)
            .hasMessageContaining("unknown command")
            .isNot(TELLING);
      }
    }
  }

  private static RedisLogin login(Optional<String> password) {
    return new RedisLogin(
        Optional.empty(), password.map(Secret::new), RedisTls.disabled(), PATIENCE, PATIENCE);
  }
}
