package dev.syncline.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RedisReleaseTest {
  @Test
  void threeAreSelectedIfNothingIsSaid() {
    assertThat(RedisRelease.selected(null))
        .containsExactly(RedisRelease.REDIS_7_0, RedisRelease.REDIS_4_0, RedisRelease.REDIS_2_8);
  }

  @Test
  void selectsByNameInTheOrderGiven() {
    assertThat(RedisRelease.selected("VALKEY_9, REDIS_3_2"))
        .containsExactly(RedisRelease.VALKEY_9, RedisRelease.REDIS_3_2);
  }

  @Test
  void takesOneForClustersUnlessOthersAreNamed() {
    assertThat(RedisRelease.clusters(RedisRelease.selected(null)))
        .containsExactly(RedisRelease.REDIS_7_0);
    assertThat(RedisRelease.clusters(RedisRelease.selected("REDIS_2_8,REDIS_6_2")))
        .containsExactly(RedisRelease.REDIS_6_2, RedisRelease.REDIS_4_0);
  }

  @Test
  void refusesWhatIsNoRelease() {
    assertThatThrownBy(() -> RedisRelease.selected("REDIS_5_0"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "System property 'syncline.redis' names 'REDIS_5_0', which is none of the releases"
                + " REDIS_7_0, REDIS_4_0");
    assertThatThrownBy(() -> RedisRelease.selected("REDIS_4_0,REDIS_4_0"))
        .hasMessage("System property 'syncline.redis' names 'REDIS_4_0' twice.");
  }

  @Test
  void knowsWhatIsOlder() {
    assertThat(RedisRelease.REDIS_2_8.isFrom(2, 8)).isTrue();
    assertThat(RedisRelease.REDIS_2_8.isFrom(3, 0)).isFalse();
    assertThat(RedisRelease.REDIS_6_2.isFrom(6, 0)).isTrue();
    assertThat(RedisRelease.REDIS_6_2.isFrom(5, 4)).isTrue();
    assertThat(RedisRelease.VALKEY_9.isFrom(7, 2)).isTrue();
    assertThat(RedisRelease.VALKEY_9.isFrom(7, 4)).isFalse();
    assertThat(RedisRelease.REDIS_8_0.isFrom(7, 4)).isTrue();
  }
}
