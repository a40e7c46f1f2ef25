package dev.syncline.redis;

import static dev.syncline.redis.SinkTarget.bytes;
import static dev.syncline.redis.SinkTarget.command;
import static dev.syncline.redis.SinkTarget.script;
import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.change.KeyCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RecordedScriptsTest {

  private final RecordedScripts scripts =
      new RecordedScripts(Map.of(sum("return 1"), bytes("return 1")));

  private static String sum(String script) {
    return ScriptCommand.sum(bytes(script));
  }

  private Map<String, byte[]> follow(List<KeyCommand> commands) {
    return scripts.follow(
        commands.stream().map(ScriptCommand::of).map(Objects::requireNonNull).toList());
  }

  @Test
  void eachTextIsRecordedOnce() {
    List<KeyCommand> commands =
        List.of(
            script("EVAL", "return 1", "k"),
            script("EVAL", "return 2", "k"),
            command(0, "SCRIPT", "LOAD", "return 3"),
            command(0, "SCRIPT", "FLUSH"),
            script("EVALSHA", sum("return 4"), "k"));

    assertThat(follow(commands)).containsOnlyKeys(sum("return 2"), sum("return 3"));
    assertThat(follow(commands)).isEmpty();
  }

  @Test
  void thereIsALimit() {
    List<KeyCommand> commands = new ArrayList<>();
    commands.add(script("EVAL", "x".repeat(5 << 20), "k"));
    for (int i = 0; i < RecordedScripts.MOST + 5; i++) {
      commands.add(script("EVAL", "return 1" + i, "k"));
    }

    assertThat(follow(commands)).hasSize(RecordedScripts.MOST - 1);
    assertThat(follow(commands)).isEmpty();
  }
}
