package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.KeySelection;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.CopyBegin;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RdbOlderCommandsTest {

  /** Under such a name copies build large values. */
  private static final String BUILT = "syncline:copy:job:7";

  @Test
  void whatBuildsLargeValuesIsMadeForOlderTargets() {
    assertThat(sent("RPUSH", BUILT, "a", RedisVersion.redis(2, 6))).containsExactly("RPUSH");
    assertThat(sent("XCFGSET", BUILT, "1", RedisVersion.redis(8, 6))).containsExactly("XCFGSET");
    assertThat(sent("XCFGSET", BUILT, "1", RedisVersion.redis(8, 4))).isEmpty();
    assertThatThrownBy(() -> sent("XADD", BUILT, "1-1", RedisVersion.redis(4, 0)))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("'%s' in database 0", BUILT)
        .hasMessageContaining("from Redis 5.0");
    assertThatThrownBy(() -> sent("HPEXPIREAT", BUILT, "5", RedisVersion.redis(7, 2)))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("fields that expire");
  }

  @Test
  void whatAnotherStreamBringsMeanwhileStays() {
    assertThat(sent("XCFGSET", "k", "1", RedisVersion.redis(8, 4))).containsExactly("XCFGSET");
    assertThat(sent("XOWN.ADD", "k", "1", RedisVersion.redis(4, 0))).containsExactly("XOWN.ADD");
  }

  /** The names of the commands that are sent to a target while a stream copies. */
  private static List<String> sent(String name, String key, String value, RedisVersion target) {
    KeyEncoder encoder =
        new KeyEncoder(
            new TargetServer(target, 16),
            new ExpiryGrace(0),
            15,
            KeyHash.random(),
            new ScriptTexts());
    List<KeyChange> changes =
        List.of(
            new CopyBegin("0-5460", 1, KeySelection.all(), Map.of()),
            KeyCommand.of(0, new byte[][] {bytes(name), bytes(key), bytes(value)}, 1));
    List<String> names = new ArrayList<>();
    for (WriteStep step : encoder.encode(changes)) {
      if (step instanceof WriteStep.Commands commands) {
        commands.batch().commands().forEach(command -> names.add(command.name()));
      }
    }
    names.remove("SELECT");
    return names;
  }

  private static byte[] bytes(String text) {
    return SinkTarget.bytes(text);
  }
}
