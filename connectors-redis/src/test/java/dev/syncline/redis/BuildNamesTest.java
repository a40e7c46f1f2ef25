package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.KeySelection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BuildNamesTest {

  private static final BuildNames OURS = new BuildNames("a.b_c-1");

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String atTarget(String name) {
    return new String(OURS.atTarget(bytes(name)), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "user:{42}:x", "{}odd", "", "syncline:copy:a.b_c-1:7"})
  void aKeyIsBuiltInItsSlotUnderANameOfTheJob(String key) {
    byte[] name = OURS.of(bytes(key));

    assertThat(new String(name, StandardCharsets.UTF_8)).matches("syncline:copy:a.b_c-1:\\d+");
    assertThat(ClusterSlots.of(name)).isEqualTo(ClusterSlots.of(bytes(key)));
    assertThat(OURS.isOwn(name)).isTrue();
    assertThat(new BuildNames("other").isOwn(name)).isFalse();
    assertThat(new BuildNames("a.b_c-").isOwn(name)).isFalse();
  }

  @Test
  void thereIsOneNameForEachSlot() {
    List<byte[]> all = OURS.all();

    assertThat(all).hasSize(ClusterSlots.COUNT).allMatch(OURS::isOwn);
    assertThat(all).contains(OURS.of(bytes("a")), OURS.of(bytes("user:{42}:x")));
  }

  @ParameterizedTest
  @CsvSource({
    "syncline:copy:a.b_c-1:7, syncline:copy:a.b_c-1:{syncline:copy:a.b_c-1:7}",
    "syncline:copy:x:7, syncline:copy:a.b_c-1:{syncline:copy:x:7}",
    "syncline:copy:x:{syncline:copy:y:7}, syncline:copy:a.b_c-1:x:{syncline:copy:y:7}",
    "syncline:copy:y:x:{syncline:copy:z:7}, syncline:copy:a.b_c-1:y:x:{syncline:copy:z:7}",
  })
  void whatOtherJobsBuildAtTheSourceIsOneOfOurs(String name, String expected) {
    assertThat(BuildNames.isOne(bytes(name))).isTrue();
    assertThat(atTarget(name)).isEqualTo(expected);
    assertThat(OURS.isOwn(bytes(expected))).isTrue();
    assertThat(ClusterSlots.of(bytes(expected))).isEqualTo(ClusterSlots.of(bytes(name)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "syncline:copy:",
        "syncline:copy:7",
        "syncline:copy:job",
        "syncline:copy:job:",
        "syncline:copy:job:x",
        "syncline:copy:a b:7",
        "syncline:copy:{syncline:copy:job:7}",
        "syncline:copy:job:{job:7}",
        "syncline:copy:job:7}",
        "other:syncline:copy:job:7"
      })
  void otherKeysKeepTheirNames(String name) {
    assertThat(BuildNames.isOne(bytes(name))).isFalse();
    assertThat(atTarget(name)).isEqualTo(name);
  }

  @Test
  void aStreamBringsWhatTheJobBuildsWhateverIsSelected() {
    KeySelection selection = KeySelection.builder().database(0).keys("user:*").build();
    StreamKeys keys = new StreamKeys(selection, OURS, "");

    assertThat(keys.includes(0, OURS.of(bytes("user:1")))).isTrue();
    assertThat(keys.includes(1, OURS.of(bytes("user:1")))).isFalse();
    assertThat(keys.includes(0, bytes("user:1"))).isTrue();
    assertThat(keys.includes(0, bytes("other"))).isFalse();
  }

  @Test
  void aStreamBringsNothingThatOtherJobsHaveForThemselves() {
    StreamKeys all = new StreamKeys(KeySelection.all(), OURS, "");

    for (String name : List.of("syncline:copy:x:7", "syncline:heartbeat:a.b_c-1")) {
      assertThat(all.includes(0, bytes(name))).isFalse();
    }
    assertThat(all.includes(0, bytes("syncline:copy:x"))).isTrue();
  }

  @Test
  void aStreamOfAClusterBringsWhatIsBuiltInItsSlots() {
    byte[] name = OURS.of(bytes("foo")); // slot 12182

    assertThat(new StreamKeys(KeySelection.all(), OURS, "8192-16383").includes(0, name)).isTrue();
    assertThat(new StreamKeys(KeySelection.all(), OURS, "0-8191").includes(0, name)).isFalse();
  }
}
