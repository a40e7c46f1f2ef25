package dev.syncline.testkit.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RedisTextTest {
  @Test
  void leavesTextsAsTheyAre() {
    assertThat(RedisText.of("user:1 ä€".getBytes(UTF_8))).isEqualTo("user:1 ä€");
    assertThat(RedisText.of(new byte[0])).isEmpty();
  }

  @Test
  void differsWheneverTheBytesDo() {
    assertThat(RedisText.of("\\x00".getBytes(UTF_8))).isEqualTo("\\\\x00");
    assertThat(RedisText.of(new byte[] {0})).isEqualTo("\\x00");
    assertThat(RedisText.of("a\\\n".getBytes(UTF_8))).isEqualTo("a\\\\\\x0a");
    assertThat(RedisText.of(new byte[] {'a', -1})).isEqualTo("a\\xff");
  }

  @Test
  void tellsLongValuesApartByTheirDigest() {
    byte[] some = new byte[1_000];
    byte[] others = some.clone();
    others[999] = 1;

    assertThat(RedisText.shortOf(some))
        .startsWith("\\x00\\x00")
        .contains("(1000 bytes, SHA-256 ")
        .hasSizeLessThan(250)
        .isNotEqualTo(RedisText.shortOf(others));
  }
}
