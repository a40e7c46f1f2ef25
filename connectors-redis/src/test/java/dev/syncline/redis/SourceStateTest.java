package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a reader remembers: receive times, keys that are held, heartbeats, what INFO says. */
class SourceStateTest {

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[][] command(String text) {
    return java.util.Arrays.stream(text.split(" ", -1))
        .map(SourceStateTest::bytes)
        .toArray(byte[][]::new);
  }

  /** A time is never later than the true one, and earlier by a tenth of a second at most. */
  @Property(tries = 200)
  void knowsWhenWhatWasReceived(
      @ForAll @Size(min = 1, max = 300) List<@IntRange(max = 250) Integer> pauses,
      @ForAll @IntRange(min = 1, max = 20) int behind) {
    ReceiveTimes times = new ReceiveTimes();
    long[] noted = new long[pauses.size()];
    long now = 1_700_000_000_000L;
    int asked = 0;
    for (int i = 0; i < noted.length; i++) {
      now += pauses.get(i);
      noted[i] = now;
      times.note((i + 1) * 10L, now);
      for (; asked <= i - behind; asked++) {
        assertThat(noted[asked] - times.at(asked * 10L + 10)).isBetween(0L, 99L);
      }
    }
    for (; asked < noted.length; asked++) {
      assertThat(noted[asked] - times.at(asked * 10L + 1)).isBetween(0L, 99L);
    }
  }

  @Test
  void remembersHeldKeysAsLongAsTheyAreFew() {
    HeldKeys held = new HeldKeys();
    assertThat(held.isEmpty()).isTrue();
    held.add(0, bytes("a"));
    held.add(1, bytes("a"));
    held.add(0, bytes("a"));
    held.add(0, bytes("b"));
    assertThat(held.take(2)).extracting(HeldKeys.Name::database).containsExactly(0, 1);
    assertThat(held.isEmpty()).isFalse();
    assertThat(held.take(2)).hasSize(1);
    assertThat(held.isEmpty()).isTrue();

    for (int i = 0; i <= 100_000; i++) {
      assertThat(held.areUnknown()).isFalse();
      held.add(0, bytes("key" + i));
    }
    assertThat(held.areUnknown()).isTrue();
    assertThat(held.take(5)).isEmpty();
    assertThat(held.isEmpty()).isFalse();
    held.forgetUnknown();
    assertThat(held.isEmpty()).isTrue();

    // Few, but long.
    for (int i = 0; i < 17; i++) {
      held.add(0, new byte[(1 << 20) + i]);
    }
    assertThat(held.areUnknown()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "SET syncline:heartbeat:job 1700000000123 PX 3600000, true, 1700000000123",
    "SET syncline:heartbeat:job 1700000000123 PXAT 1700003600123, true, 1700000000123",
    "set syncline:heartbeat:job 1700000000123, true, 1700000000123",
    "SETEX syncline:heartbeat:job 3600 1700000000123, true, 1700000000123",
    "PSETEX syncline:heartbeat:job 1700003600123 1700000000123, true, 1700000000123",
    "SET syncline:heartbeat:other 1700000000123 PX 3600000, true,",
    "SET syncline:heartbeat:job else PX 3600000, true,",
    "PEXPIREAT syncline:heartbeat:job 1700003600123, true,",
    "DEL syncline:heartbeat:job, true,",
    "UNLINK syncline:heartbeat:job, true,",
    "DEL syncline:heartbeat:job a, false,",
    "MSET syncline:heartbeat:job 1700000000123 a 1, false,",
    "RENAME syncline:heartbeat:job a, false,",
    "SET syncline:heartbeat: 1700000000123, false,",
    "SET other 1700000000123, false,",
    "PING, false,"
  })
  void knowsHeartbeats(String command, boolean isOne, Long time) {
    assertThat(Heartbeat.isOf(command(command))).isEqualTo(isOne);
    assertThat(Heartbeat.timeIn(command(command), bytes("syncline:heartbeat:job")))
        .isEqualTo(Optional.ofNullable(time));
  }

  @Test
  void readsWhatAServerSaysOfItself() {
    RedisInfo info =
        RedisInfo.parse(
            "# Server\r\nredis_version:6.2.7\r\nos:Linux: x\r\nempty:\r\n"
                + "big:99999999999999999999\r\n"
                + "# Keyspace\r\ndb0:keys=12,expires=3,avg_ttl=0\r\ndb15:keys=1,expires=0\r\n"
                + "dbx:keys=1,expires=1\r\n");
    assertThat(info.version()).hasToString("Redis 6.2.7");
    assertThat(info.field("os")).hasValue("Linux: x");
    assertThat(info.field("empty")).hasValue("");
    assertThat(info.field("missing")).isEmpty();
    assertThat(info.number("os")).isEmpty();
    assertThat(info.number("big")).isEmpty();
    assertThat(info.keys()).isEqualTo(Map.of(0, 12L, 15, 1L));
    assertThat(info.expiringKeys()).isEqualTo(Map.of(0, 3L, 15, 0L));
  }

  @ParameterizedTest
  @CsvSource({
    "2.8.0, true",
    "2.8.21, true",
    "2.8.22, false",
    "3.0.3, true",
    "3.0.4, false",
    "3.2.0, false",
    "4.0.0, false",
    "7.0.15, false"
  })
  void knowsWhichServersForetellOffsets(String version, boolean foretells) {
    RedisInfo info = RedisInfo.parse("redis_version:" + version + "\r\n");
    assertThat(info.version().foretellsOffsets()).isEqualTo(foretells);
  }
}
