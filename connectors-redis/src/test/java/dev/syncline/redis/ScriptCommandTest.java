package dev.syncline.redis;

import static dev.syncline.redis.SinkTarget.bytes;
import static dev.syncline.redis.SinkTarget.command;
import static dev.syncline.redis.SinkTarget.script;
import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.change.KeyCommand;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ScriptCommandTest {

  private static final String SUM = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";

  private final EncodedSteps steps =
      new EncodedSteps(
          new TargetServer(RedisVersion.redis(5, 0), 16),
          new ExpiryGrace(0),
          true,
          new ScriptTexts());

  private List<ScriptCommand> sent(KeyCommand... commands) {
    for (KeyCommand command : commands) {
      steps.command(command);
    }
    return ((WriteStep.Commands) steps.end().get(0)).batch().scripts();
  }

  @Test
  void eachHasTheSumOfItsScript() {
    List<ScriptCommand> sent =
        sent(
            script("evalsha", SUM.toUpperCase(Locale.ROOT), "k"),
            script("EVAL", "return 1", "k"),
            script("EVALSHA", SUM, "k"),
            command(0, "SCRIPT", "FLUSH"),
            command(0, "script", "load", "return 1"),
            script("EVALSHA", SUM, "k"));

    assertThat(sent).extracting(ScriptCommand::sum).containsExactly(SUM, SUM, SUM, "", SUM, SUM);
    assertThat(sent)
        .extracting(ScriptCommand::text)
        .containsExactly(null, bytes("return 1"), null, null, bytes("return 1"), null);
  }

  /** To keep an expiry at an older target takes a script, which is sent each time. */
  @Test
  void thoseThatTheSinkMakesItselfAreNotRecorded() {
    assertThat(sent(command(0, "SET", "k", "v", "KEEPTTL"))).isEmpty();
  }
}
