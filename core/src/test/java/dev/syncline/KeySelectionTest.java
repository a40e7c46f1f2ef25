package dev.syncline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.change.CopyBegin;
import dev.syncline.change.CopyEnd;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyFlush;
import dev.syncline.change.KeyScope;
import dev.syncline.change.KeyValue;
import dev.syncline.change.StoredValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeySelectionTest {

  private final KeySelection mapped =
      KeySelection.builder().database(0).database(3, 1).keys("a*", "b*").exceptKeys("*tmp").build();

  @Test
  void isAllKeysUnlessItIsToldOtherwise() {
    KeySelection all = KeySelection.all();

    assertThat(all.includes(15, key("any"))).isTrue();
    assertThat(all.includes(15)).isTrue();
    assertThat(all.isWhole()).isTrue();
    assertThat(all.databases()).isEmpty();
    assertThat(all.keepsDatabases()).isTrue();
    assertThat(all.target(7)).isEqualTo(7);
  }

  @Test
  void includesKeysThatMatchAPatternAndNoException() {
    assertThat(mapped.includes(0, key("a1"))).isTrue();
    assertThat(mapped.includes(3, key("b"))).isTrue();
    assertThat(mapped.includes(0, key("c"))).isFalse();
    assertThat(mapped.includes(0, key("a.tmp"))).isFalse();
    assertThat(mapped.includes(1, key("a1"))).isFalse();
    assertThat(mapped.isWhole()).isFalse();
  }

  @Test
  void exceptionsAloneLeaveTheOtherKeys() {
    KeySelection selection = KeySelection.builder().exceptKeys("tmp:*").build();

    assertThat(selection.includes(0, key("a"))).isTrue();
    assertThat(selection.includes(0, key("tmp:a"))).isFalse();
    assertThat(selection.isWhole()).isFalse();
  }

  @Test
  void databasesAloneLeaveAllTheirKeys() {
    KeySelection selection = KeySelection.builder().database(2).build();

    assertThat(selection.isWhole()).isTrue();
    assertThat(selection.includes(2)).isTrue();
    assertThat(selection.includes(0)).isFalse();
    assertThat(selection.keepsDatabases()).isTrue();
  }

  @Test
  void saysWhereADatabaseIsAtTheTarget() {
    assertThat(mapped.target(0)).isZero();
    assertThat(mapped.target(3)).isEqualTo(1);
    assertThat(mapped.keepsDatabases()).isFalse();
    assertThatThrownBy(() -> mapped.target(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Database 1");
  }

  @Test
  void includesCommandsOneKeyOfWhichIsSelectedOrThatHaveNone() {
    assertThat(mapped.includes(command(0, "DEL c a1", 1, 2))).isTrue();
    assertThat(mapped.includes(command(0, "DEL c d", 1, 2))).isFalse();
    assertThat(mapped.includes(command(1, "DEL a1", 1))).isFalse();
    assertThat(mapped.includes(command(0, "PUBLISH a b"))).isTrue();
    assertThat(mapped.includes(new KeyFlush(mapped))).isTrue();
    assertThat(mapped.includes(value(3, "a1"))).isTrue();
    assertThat(mapped.includes(value(3, "c"))).isFalse();
  }

  @Test
  void leavesChangesAloneIfDatabasesKeepTheirNumbers() {
    KeyChange change = command(2, "MOVE a 3", 1);

    assertThat(KeySelection.all().toTarget(change)).isSameAs(change);
  }

  @Test
  void movesChangesToTheTargetsDatabases() {
    KeyCommand there = command(0, "MOVE a 3", 1).withDatabases(2);
    KeyCommand back = command(3, "MOVE a 0", 1).withDatabases(2);

    assertThat(text((KeyCommand) mapped.toTarget(there))).isEqualTo("MOVE a 1");
    assertThat(text(there)).as("the source's command").isEqualTo("MOVE a 3");
    assertThat(text((KeyCommand) mapped.toTarget(back))).isEqualTo("MOVE a 0");
    assertThat(((KeyCommand) mapped.toTarget(back)).database()).isEqualTo(1);
    assertThat(((KeyValue) mapped.toTarget(value(3, "a"))).database()).isEqualTo(1);
  }

  @Test
  void takesWhatBelongsToNoKeyFromAnyDatabase() {
    KeySelection selection = KeySelection.builder().database(3, 1).build();
    byte[][] arguments = {"FUNCTION".getBytes(UTF_8), "FLUSH".getBytes(UTF_8)};

    KeyCommand moved = (KeyCommand) selection.toTarget(KeyCommand.of(0, arguments));

    assertThat(moved.database()).isEqualTo(1);
  }

  @Test
  void movesScopesToTheTargetsDatabases() {
    KeyScope scope = ((KeyFlush) mapped.toTarget(new KeyFlush(mapped))).scope();

    assertThat(scope.databases()).containsExactlyInAnyOrder(0, 1);
    assertThat(scope.isWhole()).isFalse();
    assertThat(scope.includes(1, key("a"))).isTrue();
    assertThat(scope.includes(3, key("a"))).isFalse();
    assertThat(scope.includes(1, key("c"))).isFalse();
  }

  @Test
  void movesTheBeginAndTheEndOfACopy() {
    CopyBegin begin =
        (CopyBegin) mapped.toTarget(new CopyBegin("redis", 2, mapped, Map.of(0, 5L, 3, 7L)));
    CopyEnd end = (CopyEnd) mapped.toTarget(new CopyEnd("redis", mapped, 12));

    assertThat(begin.expected()).isEqualTo(Map.of(0, 5L, 1, 7L));
    assertThat(begin.scope().includes(1, key("a"))).isTrue();
    assertThat(end.scope().includes(1, key("a"))).isTrue();
    assertThat(end.keys()).isEqualTo(12);
  }

  @Test
  void isTheSameTextForTheSameSelection() {
    assertThat(mapped).hasToString("keys [a*, b*] but not [*tmp] of databases {0=0, 3=1}");
    assertThat(KeySelection.all()).hasToString("keys * of all databases");
    assertThat(KeySelection.builder().database(3, 1).database(0).build())
        .hasToString(KeySelection.builder().database(0).database(3, 1).build().toString());
  }

  @Test
  void refusesWhatContradictsItself() {
    KeySelection.Builder builder = KeySelection.builder().database(0).database(3, 1);

    assertThatThrownBy(() -> builder.database(0, 5)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> builder.database(5, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Database 5 as 1");
    assertThatThrownBy(() -> builder.database(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.keys("")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.exceptKeys("a", ""))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] key(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  private static KeyValue value(int database, String name) {
    return new KeyValue(database, key(name), new StoredValue.Text(key("v")), KeyValue.NEVER);
  }

  private static KeyCommand command(int database, String text, int... keys) {
    byte[][] arguments =
        Arrays.stream(text.split(" ", -1)).map(KeySelectionTest::key).toArray(byte[][]::new);
    return KeyCommand.of(database, arguments, keys);
  }

  private static String text(KeyCommand command) {
    StringBuilder text = new StringBuilder();
    for (byte[] argument : command.arguments()) {
      text.append(text.length() == 0 ? "" : " ")
          .append(new String(argument, StandardCharsets.UTF_8));
    }
    return text.toString();
  }
}
