package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BinlogSettingsTest {
  private static final Random RANDOM = new Random(42);

  @Test
  void jobsAndTheirInstancesGetServerIdsOfTheirOwn() {
    Set<Long> ids =
        IntStream.range(0, 100)
            .mapToObj(i -> BinlogSettings.serverIdFor("job-" + i, RANDOM))
            .collect(Collectors.toSet());
    Set<Long> instances =
        IntStream.range(0, 50)
            .mapToObj(i -> BinlogSettings.serverIdFor("job", RANDOM))
            .collect(Collectors.toSet());

    assertThat(ids).hasSize(100).allMatch(id -> id >= 1L << 31 && id < 0xFFFF_FFFFL);
    assertThat(instances).hasSizeGreaterThan(45);
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    assertThatThrownBy(() -> settings(0, Duration.ofSeconds(1), 1 << 20))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("server id");
    assertThatThrownBy(() -> settings(1L << 32, Duration.ofSeconds(1), 1 << 20))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> settings(1, Duration.ZERO, 1 << 20))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("heartbeat");
    assertThatThrownBy(() -> settings(1, Duration.ofDays(1), 1 << 20))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> settings(1, Duration.ofSeconds(1), 1 << 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("queue");
  }

  private static BinlogSettings settings(long serverId, Duration heartbeat, long bytes) {
    MySqlEndpoint.Builder builder = MySqlEndpoint.builder();
    builder.host("db1");
    builder.username("u");
    builder.password("p");
    return new BinlogSettings(builder.buildWithLogin(), serverId, heartbeat, bytes, Thread::new);
  }
}
