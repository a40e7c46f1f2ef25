package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.redis.RedisPosition.Following;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RespClient;
import dev.syncline.testkit.server.TcpProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/** Keys expire at the target when they do at the source, and none is gone that was renewed. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RedisExpiryIT {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private static RedisSource through(TcpProxy proxy) {
    return RedisSource.builder().host(proxy.host()).port(proxy.port()).build();
  }

  private static void follow(ReaderTap tap, Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    tap.until(() -> System.nanoTime() > end);
  }

  private static long ttl(RedisServer server, String key) {
    return Long.parseLong(String.valueOf(server.text("PTTL", key)));
  }

  /** The source's times are relative before 7.0: a command that comes late says too late a time. */
  @ParameterizedTest
  @EachRedis
  void areExactBehindAStreamThatWasHeldUp(RedisRelease release) throws Exception {
    try (RedisServer source = RedisServer.start(release);
        RedisServer target = ReaderTap.target(release);
        TcpProxy proxy = TcpProxy.before(source.host(), source.port());
        RespClient client = source.connect()) {
      StreamHold hold = StreamHold.in(proxy);
      try (ReaderTap tap = ReaderTap.open(through(proxy), RedisPosition.BEGIN, target)) {
        client.command("SET", "c", "3");
        tap.untilCaughtUp(source);
        follow(tap, Duration.ofMillis(1_200));
        hold.hold();
        client.command("SETEX", "a", 100, "1");
        client.command("SET", "b", "2", "PX", 100_000);
        client.command("EXPIRE", "c", 100);
        follow(tap, Duration.ofSeconds(3));
        assertThat(target.command("EXISTS", "a")).isEqualTo(0L);
        hold.release();
        tap.until(() -> target.command("EXISTS", "b").equals(1L));
        tap.untilCaughtUp(source);
        assertThat(ReaderTap.differences(source, target, SECOND)).isEmpty();
      }
    }
  }

  /** A target that expires a key by its own clock may do so before the renewal has come. */
  @ParameterizedTest
  @EachRedis
  void keepsKeysThatAreRenewedWhileTheStreamIsHeldUp(RedisRelease release) throws Exception {
    try (RedisServer source = RedisServer.start(release);
        RedisServer target = ReaderTap.target(release);
        TcpProxy proxy = TcpProxy.before(source.host(), source.port());
        RespClient client = source.connect()) {
      client.command("SET", "copied", "value", "PX", 3_000);
      StreamHold hold = StreamHold.in(proxy);
      try (ReaderTap tap = ReaderTap.open(through(proxy), RedisPosition.BEGIN, target)) {
        // The copy is on its way for longer than the key would live.
        hold.hold();
        for (int i = 0; i < 9; i++) {
          client.command("PEXPIRE", "copied", 3_000);
          client.command("SETEX", "short" + i, 1, "x");
          follow(tap, Duration.ofMillis(500));
        }
        client.command("PERSIST", "copied");
        hold.release();
        tap.untilCaughtUp(source);
        assertThat(target.text("GET", "copied")).isEqualTo("value");
        assertThat(ttl(target, "copied")).isEqualTo(-1);
        tap.until(() -> source.command("DBSIZE").equals(2L));
        tap.untilCaughtUp(source);
        assertThat(ReaderTap.differences(source, target, SECOND)).isEmpty();
      }
    }
  }

  /** The backlog behind a resume is old, too. */
  @ParameterizedTest
  @EachRedis
  void areExactBehindABacklog(RedisRelease release) throws Exception {
    try (RedisServer source = RedisServer.start(release);
        RedisServer target = ReaderTap.target(release);
        RespClient client = source.connect()) {
      RedisSource redis = ReaderTap.source(source).build();
      RedisPosition stands = ReaderTap.copy(redis, source, target);
      client.command("SETEX", "old", 50, "1");
      client.command("SET", "renewed", "1", "PX", 1_000);
      client.command("PEXPIRE", "renewed", 60_000);
      long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
      while (System.nanoTime() < end) {
        client.command("PING");
      }
      try (ReaderTap tap = ReaderTap.open(redis, stands, target)) {
        tap.untilCaughtUp(source);
        assertThat(tap.stands.attempt()).isEqualTo(1);
        assertThat(ReaderTap.differences(source, target, SECOND)).isEmpty();
        assertThat(target.text("GET", "renewed")).isEqualTo("1");
      }
    }
  }

  /** A reader that goes on does not know which keys are held, and looks through the source. */
  @ParameterizedTest
  @EachRedis
  void findsAllKeysThatAreHeld(RedisRelease release) throws Exception {
    try (RedisServer source = RedisServer.start(release);
        RedisServer target = ReaderTap.target(release);
        RespClient client = source.connect()) {
      List<List<?>> commands = new ArrayList<>();
      for (int i = 0; i < 2_500; i++) {
        commands.add(List.of("SETEX", "key" + i, 1_000 + i % 100, ""));
      }
      client.pipeline(commands);
      client.select(2);
      client.command("SETEX", "there", 500, "x");
      RedisSource redis = ReaderTap.source(source).build();
      RedisPosition stands;
      try (ReaderTap tap = ReaderTap.open(redis, RedisPosition.BEGIN, target)) {
        tap.until(() -> tap.texts().contains("<end>"));
        if (!release.isFrom(4, 0)) {
          // Where it goes on at all.
          tap.until(() -> !tap.place().replication().equals(Following.NO_HISTORY));
        }
        stands = RedisPosition.parse(tap.stands + (tap.stands.isCopied() ? ":unsettled" : ""));
      }
      try (ReaderTap tap = ReaderTap.open(redis, stands, target)) {
        tap.untilCaughtUp(source);
        assertThat(tap.stands.attempt()).isEqualTo(1);
        assertThat(ReaderTap.differences(source, target, SECOND)).isEmpty();
      }
    }
  }
}
