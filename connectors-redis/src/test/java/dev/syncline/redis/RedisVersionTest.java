package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisVersionTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          redis_version:2.8.19                         | Redis 2.8.19
          redis_version:8.0.6                          | Redis 8.0.6
          redis_version:255.255.255                    | Redis 255.255.255
          redis_version:7.2.0-v9                       | Redis 7.2.0
          redis_version:7.2.4;valkey_version:9.1.2     | Valkey 9.1.2
          valkey_version:8.0.1;redis_version:7.2.4     | Valkey 8.0.1
          """)
  void isWhatTheServerSays(String lines, String version) {
    String info = "# Server\r\n" + lines.replace(";", "\r\n") + "\r\nredis_mode:standalone\r\n";

    assertThat(RedisVersion.of(info)).hasToString(version);
  }

  @Test
  void isNotGuessed() {
    assertThatThrownBy(() -> RedisVersion.of("# Server\r\nredis_version:seven\r\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("redis_version");
  }

  @Test
  void isComparedByNumbers() {
    assertThat(RedisVersion.redis(6, 2)).isGreaterThan(RedisVersion.redis(6, 0));
    assertThat(RedisVersion.redis(10, 0)).isGreaterThan(RedisVersion.redis(9, 9));
    assertThat(RedisVersion.redis(6, 2).isAtLeast(6, 2)).isTrue();
    assertThat(RedisVersion.redis(6, 2).isAtLeast(7, 0)).isFalse();
    assertThat(RedisVersion.redis(2, 8).isAtLeast(2, 10)).isFalse();
  }

  @Test
  void isThatOfRedisWhoseCommandsValkeyHas() {
    assertThat(RedisVersion.valkey(9, 0).isAtLeast(7, 2)).isTrue();
    assertThat(RedisVersion.valkey(9, 0).isAtLeast(7, 4)).isFalse();
    assertThat(RedisVersion.valkey(9, 0)).isLessThan(RedisVersion.redis(7, 4));
  }

  @Test
  void saysWhetherFieldsExpire() {
    assertThat(RedisVersion.redis(7, 2).hasFieldExpiry()).isFalse();
    assertThat(RedisVersion.redis(7, 4).hasFieldExpiry()).isTrue();
    assertThat(RedisVersion.redis(7, 4).hasSetWithFieldExpiry()).isFalse();
    assertThat(RedisVersion.redis(8, 0).hasSetWithFieldExpiry()).isTrue();
    assertThat(RedisVersion.valkey(8, 1).hasFieldExpiry()).isFalse();
    assertThat(RedisVersion.valkey(9, 0).hasFieldExpiry()).isTrue();
    assertThat(RedisVersion.valkey(9, 0).hasSetWithFieldExpiry()).isTrue();
  }
}
