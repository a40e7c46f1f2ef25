package dev.syncline.redis;

import static dev.syncline.redis.SinkTarget.bytes;
import static dev.syncline.redis.SinkTarget.command;
import static dev.syncline.redis.SinkTarget.script;
import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.change.KeyCommand;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordedScriptsTest {

  private final RecordedScripts scripts = new RecordedScripts(List.of(bytes("return 1")));

  @Test
  void eachTextIsRecordedOnce() {
    List<KeyCommand> commands =
        List.of(
            script("EVAL", "return 1", "k"),
            script("EVAL", "return 2", "k"),
            command(0, "SCRIPT", "LOAD", "return 3"),
            command(0, "SCRIPT", "FLUSH"),
            script("EVALSHA", ScriptTexts.sum(bytes("return 4")), "k"));

    assertThat(scripts.follow(commands))
        .containsOnlyKeys(ScriptTexts.sum(bytes("return 2")), ScriptTexts.sum(bytes("return 3")));
    assertThat(scripts.follow(commands)).isEmpty();
  }

  @Test
  void thereIsALimit() {
    List<KeyCommand> commands = new ArrayList<>();
    commands.add(script("EVAL", "x".repeat(5 << 20), "k"));
    for (int i = 0; i < RecordedScripts.MOST + 5; i++) {
      commands.add(script("EVAL", "return 1" + i, "k"));
    }

    assertThat(scripts.follow(commands)).hasSize(RecordedScripts.MOST - 1);
    assertThat(scripts.follow(commands)).isEmpty();
  }
}
