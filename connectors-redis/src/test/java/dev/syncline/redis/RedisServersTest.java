package dev.syncline.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.syncline.TransientException;
import dev.syncline.setting.Secret;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which of several servers is believed. */
class RedisServersTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final RedisLogin LOGIN =
      new RedisLogin(
          Optional.empty(),
          Optional.of(new Secret("geheim")),
          RedisTls.disabled(),
          PATIENCE,
          PATIENCE);

  private static ScriptedServer answering() {
    return new ScriptedServer().answering("AUTH", "OK").answering("PING", "here");
  }

  private static ScriptedServer refusing() {
    return new ScriptedServer().refusing("AUTH", "WRONGPASS not geheim");
  }

  private static RedisAddress away() {
    try (ScriptedServer server = answering()) {
      return address(server);
    }
  }

  private static RedisAddress address(ScriptedServer server) {
    return new RedisAddress("127.0.0.1", server.port());
  }

  private static String ask(RedisAddress... servers) {
    return RedisServers.firstAnswer(List.of(servers), LOGIN, connection -> connection.text("PING"));
  }

  /** The one that is away may be the one that lets us in. */
  @Test
  void areAskedAgainIfOneIsAwayAndTheOthersRefuse() {
    try (ScriptedServer first = refusing();
        ScriptedServer second = refusing()) {
      RedisAddress away = away();

      for (RedisAddress[] servers :
          List.of(
              new RedisAddress[] {away, address(first), address(second)},
              new RedisAddress[] {address(first), address(second), away})) {
        Throwable failure = catchThrowable(() -> ask(servers));

        assertThat(failure)
            .isInstanceOf(TransientException.class)
            .hasMessageNotContaining("geheim");
        Stream.of(servers)
            .forEach(server -> assertThat(failure).hasMessageContaining("'" + server + "'"));
        assertThat(failure.getCause()).isInstanceOf(TransientException.class);
        assertThat(failure.getSuppressed())
            .hasSize(2)
            .hasOnlyElementsOfType(ConnectionRefusedException.class);
      }
    }
  }

  @Test
  void refuseIfAllDo() {
    try (ScriptedServer first = refusing();
        ScriptedServer second = refusing()) {
      assertThat(catchThrowable(() -> ask(address(first), address(second))))
          .isInstanceOf(ConnectionRefusedException.class);
    }
  }

  @Test
  void areNamedInTheLogIfTheyRefuseAndAnotherOneAnswers() {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream errors = System.err;
    try (ScriptedServer refusing = refusing();
        ScriptedServer answering = answering()) {
      System.setErr(new PrintStream(said, true, UTF_8));

      String answer = ask(address(refusing), address(answering));

      assertThat(answer).isEqualTo("here");
      assertThat(said.toString(UTF_8))
          .contains("WARN")
          .contains("'" + address(refusing) + "' refuses to log in: WRONGPASS")
          .contains("'" + address(answering) + "'")
          .doesNotContain("geheim");
    } finally {
      System.setErr(errors);
    }
  }
}
