package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SyncException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Nothing is tried where it would be carried out. */
class HarmlessCheckTest {

  private static RespConnection connect(ScriptedServer server) {
    Duration patience = Duration.ofSeconds(20);
    return RespConnection.open(
        new RedisAddress("127.0.0.1", server.port()),
        new RedisLogin(
            Optional.empty(), Optional.empty(), RedisTls.disabled(), patience, patience));
  }

  /** A server that knows a user, as far as the check comes before MULTI. */
  private static ScriptedServer target() {
    return new ScriptedServer()
        .answering("CLIENT", "OK")
        .answering("WATCH", "OK")
        .refusing("DISCARD", "ERR DISCARD without MULTI")
        .refusing("EXEC", "ERR EXEC without MULTI");
  }

  @Test
  void targetsThatRefuseTransactions() {
    expectNothingTried(
        target().refusing("MULTI", "ERR command 'MULTI' not supported"), "the command MULTI");
  }

  @Test
  void targetsThatCarryOutWhatFollows() {
    expectNothingTried(target().answering("MULTI", "OK"), "behind a MULTI at once");
  }

  private static void expectNothingTried(ScriptedServer server, String failure) {
    try (server;
        RespConnection connection = connect(server)) {
      TargetPermissions permissions =
          new TargetPermissions(connection, RedisVersion.redis(7, 0), Optional.empty());

      assertThatThrownBy(() -> permissions.ofJob("key"))
          .isInstanceOf(SyncException.class)
          .hasMessageContaining(failure);
      assertThatThrownBy(() -> permissions.ofMaster("key")).hasMessageContaining(failure);
      assertThat(server.asked())
          .contains("MULTI")
          .noneMatch(command -> command.matches("FLUSHDB|SET .*|DEL .*|SCRIPT .*|FUNCTION .*"));
    }
  }

  @Test
  void sourcesThatRefuseTransactions() {
    expectNoCopy(new ScriptedServer().refusing("MULTI", "ERR command 'MULTI' not supported"));
    expectNoCopy(new ScriptedServer().answering("MULTI", "OK"));
  }

  private static void expectNoCopy(ScriptedServer server) {
    try (server;
        RespConnection connection = connect(server)) {
      SourcePermissions permissions = new SourcePermissions(connection, true);

      assertThat(permissions.ofCopying()).isEmpty();
      assertThat(permissions.ofHeartbeat(Words.bytes("beat"), false)).isEmpty();
      assertThat(server.asked())
          .contains("MULTI")
          .noneMatch(command -> command.matches("(PSYNC|SET) .*"));
    }
  }
}
