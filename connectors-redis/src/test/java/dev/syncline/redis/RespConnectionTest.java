package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.syncline.SyncException;
import dev.syncline.setting.Secret;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RespConnectionTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Servers whose AUTH is renamed repeat the password; who stands in front of one may as well. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ERR unknown command `AUTH`, with args beginning with: `sync`, `geheim`, ",
        "ERR unknown command 'AUTH', with args beginning with: 'sync' 'geheim' ",
        "ERR not understood: AUTH sync geheim",
        "WRONGPASS geheim"
      })
  void neverShowsThePassword(String answer) {
    RedisLogin login =
        new RedisLogin(
            Optional.of("sync"),
            Optional.of(new Secret("geheim")),
            RedisTls.disabled(),
            PATIENCE,
            PATIENCE);
    try (ScriptedServer server = new ScriptedServer().refusing("AUTH", answer)) {
      RedisAddress address = new RedisAddress("127.0.0.1", server.port());

      Throwable refused = catchThrowable(() -> RespConnection.open(address, login).close());

      assertThat(refused).isInstanceOf(SyncException.class).hasMessageContaining("to log in: ");
      for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
        assertThat(cause.toString()).doesNotContain("geheim");
      }
    }
  }
}
