package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterSlotsTest {

  /** What CLUSTER KEYSLOT of Redis 7.0 says; 0x31c3 is the check value of the specification. */
  @ParameterizedTest
  @CsvSource({
    "'', 0",
    "123456789, 12739",
    "foo, 12182",
    "{user1000}.following, 3443",
    "{user1000}.followers, 3443",
    "foo{}{bar}, 8363",
    "foo{{bar}}zap, 4015",
    "foo{bar}{zap}, 5061",
    "{, 4092",
    "a{b, 13340",
    "a}b{c}, 7365",
    "schlüssel, 7677"
  })
  void areThoseOfTheServer(String key, int slot) {
    assertThat(ClusterSlots.of(bytes(key))).isEqualTo(slot);
  }

  @Test
  void haveANameEach() {
    for (int slot = 0; slot < ClusterSlots.COUNT; slot += 997) {
      byte[] name = ClusterSlots.nameIn("syncline:copy:", slot);

      assertThat(ClusterSlots.of(name)).isEqualTo(slot);
      assertThat(new String(name, StandardCharsets.US_ASCII)).matches("syncline:copy:\\d+");
    }
  }

  @Test
  void haveTheNameWithTheSmallestNumber() {
    byte[] name = ClusterSlots.nameIn("k", ClusterSlots.of(bytes("k0")));

    assertThat(name).isEqualTo(bytes("k0"));
  }

  @Test
  void haveNoNameWhoseHashTagIsFixed() {
    assertThatThrownBy(() -> ClusterSlots.nameIn("{tag}", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'{tag}'");
    assertThatThrownBy(() -> ClusterSlots.nameIn("k", ClusterSlots.COUNT))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] bytes(String key) {
    return key.getBytes(StandardCharsets.UTF_8);
  }
}
