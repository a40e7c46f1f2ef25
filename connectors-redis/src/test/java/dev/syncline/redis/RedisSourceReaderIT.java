package dev.syncline.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.KeySelection;
import dev.syncline.TransientException;
import dev.syncline.redis.RedisPosition.Following;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RespClient;
import dev.syncline.testkit.server.TcpProxy;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RedisSourceReaderIT {

  private static final Duration SECOND = Duration.ofSeconds(1);

  /** More commands than a reader hands on at one time if they are no unit. */
  private static final int UNIT = 2_500;

  private static void fill(RedisServer source, int keys) {
    try (RespClient client = source.connect()) {
      List<List<?>> commands = new ArrayList<>();
      for (int i = 0; i < keys; i++) {
        commands.add(List.of("SET", "key" + i, "value" + i));
        commands.add(List.of("RPUSH", "list" + i % 100, "" + i));
      }
      client.pipeline(commands);
      client.command("PEXPIRE", "key1", 100_000);
      client.select(3);
      client.command("HSET", "hash", "field", "value");
    }
  }

  @ParameterizedTest
  @EachRedis
  void copiesAndFollows(RedisRelease release) throws Exception {
    try (RedisServer source = RedisServer.start(release);
        RedisServer target = ReaderTap.target(release)) {
      fill(source, 5_000);
      RedisSource redis = ReaderTap.source(source).build();
      try (ReaderTap tap = ReaderTap.open(redis, RedisPosition.BEGIN, target)) {
        tap.untilCaughtUp(source);
        assertThat(tap.texts()).startsWith("<begin>").contains("<end>");
        assertThat(ReaderTap.differences(source, target, SECOND)).isEmpty();

        try (RespClient client = source.connect()) {
          client.command("SETEX", "renewed", 50, "a");
          client.command("MSET", "a", "1", "b", "2");
          client.command("DEL", "key0", "key1");
          client.select(5);
          client.command("INCR", "counter");
        }
        tap.untilCaughtUp(source);
        assertThat(ReaderTap.differences(source, target, SECOND)).isEmpty();

        source.command("FLUSHALL");
        source.command("SET", "behind", "it");
        tap.untilCaughtUp(source);
        assertThat(ReaderTap.differences(source, target, SECOND)).isEmpty();
      }
    }
  }

  /** A copy without a disk has no length, and commands come right behind it. */
  @ParameterizedTest
  @EachRedis
  void copiesWithoutDisk(RedisRelease release) throws Exception {
    RedisServer.Builder builder = RedisServer.builder(release).option("repl-diskless-sync", "yes");
    if (!release.isFrom(6, 0)) {
      builder.option("repl-diskless-sync-delay", "0");
    }
    try (RedisServer source = builder.start();
        RedisServer target = ReaderTap.target(release);
        RespClient writer = source.connect()) {
      fill(source, 20_000);
      RedisSource redis = ReaderTap.source(source).build();
      try (ReaderTap tap = ReaderTap.open(redis, RedisPosition.BEGIN, target)) {
        tap.until(
            () -> {
              writer.command("INCR", "counter");
              return tap.texts().contains("<end>");
            });
        tap.untilCaughtUp(source);
        assertThat(ReaderTap.differences(source, target, SECOND)).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @EachRedis
  void goesOnInTheDatabaseWhereItWas(RedisRelease release) throws Exception {
    try (RedisServer source = RedisServer.start(release);
        RedisServer target = ReaderTap.target(release);
        RespClient client = source.connect()) {
      RedisSource redis = ReaderTap.source(source).build();
      // The heartbeat would go to database 0 in between.
      RedisSource silent = ReaderTap.source(source).withoutHeartbeat().build();
      RedisPosition stands = ReaderTap.copy(redis, source, target);
      try (ReaderTap tap = ReaderTap.open(silent, stands, target)) {
        client.select(3);
        client.command("SET", "a", "1");
        tap.untilCaughtUp(source);
        stands = tap.stands;
        assertThat(tap.place().database()).isEqualTo(3);
      }
      client.command("SET", "b", "2");
      try (ReaderTap tap = ReaderTap.open(silent, stands, target)) {
        tap.untilCaughtUp(source);
        assertThat(tap.texts()).containsExactly("SET b 2");
        assertThat(tap.stands.attempt()).isEqualTo(1);
        assertThat(ReaderTap.differences(source, target, SECOND)).isEmpty();
      }
    }
  }

  /** Counting commands show whether one comes twice or not at all. */
  @ParameterizedTest
  @EachRedis
  void goesOnExactlyWhereItWasCut(RedisRelease release) throws Exception {
    try (RedisServer source = RedisServer.start(release);
        RedisServer target = ReaderTap.target(release);
        TcpProxy proxy = TcpProxy.before(source.host(), source.port());
        RespClient client = source.connect()) {
      RedisSource redis = RedisSource.builder().host(proxy.host()).port(proxy.port()).build();
      RedisPosition stands = ReaderTap.copy(redis, source, target);
      for (int cut = 1; cut <= 20; cut++) {
        try (ReaderTap tap = ReaderTap.open(redis, stands, target)) {
          proxy.cutAfter(TcpProxy.Direction.TO_CLIENT, 500 + cut * 4_501L);
          List<List<?>> unit = new ArrayList<>();
          unit.add(List.of("MULTI"));
          for (int i = 0; i < UNIT; i++) {
            unit.add(List.of("INCR", "counter"));
          }
          unit.add(List.of("EXEC"));
          client.pipeline(unit);
          client.command("INCR", "other");
          try {
            tap.untilCaughtUp(source);
          } catch (TransientException e) {
            // As it should.
          }
          stands = tap.stands;
          int counter = Integer.parseInt(String.valueOf(nullToZero(target.text("GET", "counter"))));
          assertThat(counter % UNIT).isZero();
        }
        proxy.restore();
      }
      try (ReaderTap tap = ReaderTap.open(redis, stands, target)) {
        tap.untilCaughtUp(source);
        assertThat(tap.stands.attempt()).isEqualTo(1);
        assertThat(ReaderTap.differences(source, target, SECOND)).isEmpty();
        assertThat(target.text("GET", "other")).isEqualTo("20");
      }
    }
  }

  private static String nullToZero(@org.jspecify.annotations.Nullable String text) {
    return text == null ? "0" : text;
  }

  @ParameterizedTest
  @EachRedis
  void goesOnAtAPromotedReplica(RedisRelease release) throws Exception {
    try (RedisServer source = RedisServer.start(release);
        RedisServer replica = RedisServer.builder(release).replicaOf(source).start();
        RedisServer target = ReaderTap.target(release)) {
      fill(source, 100);
      replica.awaitCaughtUp(source);
      RedisPosition stands;
      RedisSource redis = ReaderTap.source(source).build();
      try (ReaderTap tap = ReaderTap.open(redis, RedisPosition.BEGIN, target)) {
        tap.untilCaughtUp(source);
        source.command("INCR", "counter");
        tap.untilCaughtUp(source);
        stands = tap.stands;
      }
      source.command("INCR", "counter");
      replica.awaitCaughtUp(source);
      source.kill();
      replica.promote();
      replica.command("INCR", "counter");
      RedisSource other = ReaderTap.source(replica).build();
      try (ReaderTap tap = ReaderTap.open(other, stands, target)) {
        // Its offsets are others before 4.0.
        tap.until(() -> tap.stands.attempt() == (release.isFrom(4, 0) ? 1 : 2));
        tap.untilCaughtUp(replica);
        assertThat(target.text("GET", "counter")).isEqualTo("3");
        assertThat(ReaderTap.differences(replica, target, SECOND)).isEmpty();
        if (release.isFrom(4, 0)) {
          assertThat(tap.place().replication())
              .isNotEqualTo(((Following) stands.place()).replication());
        }
      }
    }
  }

  /** A unit comes in parts, the last of which may be empty, and is one transaction all the same. */
  @ParameterizedTest
  @EachRedis
  void endsAUnitThatIsLargerThanAPart(RedisRelease release) throws Exception {
    try (RedisServer source = RedisServer.start(release);
        RedisServer target = ReaderTap.target(release);
        RespClient client = source.connect()) {
      RedisSource redis = ReaderTap.source(source).build();
      try (ReaderTap tap = ReaderTap.open(redis, RedisPosition.BEGIN, target)) {
        tap.untilCaughtUp(source);
        byte[] large = new byte[2 << 20];
        client.pipeline(List.of(List.of("MULTI"), List.of("SET", "a", large), List.of("EXEC")));
        tap.untilCaughtUp(source);
        client.pipeline(
            List.of(
                List.of("SETEX", "d", 100, "x"),
                List.of("MULTI"),
                List.of("SET", "a", large),
                List.of("SETEX", "b", 100, large),
                List.of("SET", "c", "1"),
                List.of("EXEC"),
                List.of("SET", "e", "1")));
        tap.untilCaughtUp(source);
        assertThat(ReaderTap.differences(source, target, SECOND)).isEmpty();
      }
    }
  }

  /** Otherwise a reader of a busy source would never say how far it is. */
  @ParameterizedTest
  @EachRedis
  void comesBackFromWhatIsNotSelected(RedisRelease release) throws Exception {
    try (RedisServer source = RedisServer.start(release);
        RedisServer target = ReaderTap.target(release);
        RespClient client = source.connect()) {
      RedisSource redis = ReaderTap.source(source).build();
      KeySelection selection = KeySelection.builder().keys("mine:*").build();
      try (ReaderTap tap = ReaderTap.open(redis, selection, target)) {
        tap.untilCaughtUp(source);
        byte[] large = new byte[100_000];
        for (int i = 0; i < 200; i++) {
          client.command("SET", "other", large);
        }
        RedisPosition before = tap.stands;
        int moves = 0;
        while (tap.place().offset() < ((Following) before.place()).offset() + 20_000_000) {
          tap.poll();
          moves++;
        }
        assertThat(moves).isGreaterThanOrEqualTo(3);
        client.command("DEL", "syncline:heartbeat:job", "mine:a");
        client.command("SET", "mine:b", "1");
        tap.untilCaughtUp(source);
        assertThat(tap.texts()).contains("SET mine:b 1");
      }
    }
  }

  /** A source that refuses heartbeats is followed all the same. */
  @Test
  void saysWhatToDoAboutAHeartbeatThatIsRefused() throws Exception {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream errors = System.err;
    try (RedisServer source = RedisServer.start(RedisRelease.REDIS_7_0);
        RedisServer target = ReaderTap.target()) {
      source.command("ACL", "SETUSER", "sync", "on", ">password", "~*", "&*", "+@all", "-set");
      RedisSource redis = ReaderTap.source(source).username("sync").password("password").build();
      System.setErr(new PrintStream(said, true, UTF_8));
      try (ReaderTap tap = ReaderTap.open(redis, RedisPosition.BEGIN, target)) {
        tap.until(() -> said.toString(UTF_8).contains("syncline:heartbeat:job"));
        fill(source, 100);
        tap.untilCaughtUp(source);
      }
      assertThat(said.toString(UTF_8)).contains("build the source withoutHeartbeat()");
      assertThat(ReaderTap.differences(source, target, SECOND)).isEmpty();
    } finally {
      System.setErr(errors);
    }
  }

  /** A heartbeat never comes to the target, whoever writes it; what is beside it does. */
  @ParameterizedTest
  @EachRedis
  void leavesOutHeartbeats(RedisRelease release) throws Exception {
    try (RedisServer source = RedisServer.start(release);
        RedisServer target = ReaderTap.target(release);
        RespClient client = source.connect()) {
      client.command("SET", "syncline:heartbeat:copied", "1");
      client.command("SET", "a", "1");
      RedisSource redis = ReaderTap.source(source).build();
      try (ReaderTap tap = ReaderTap.open(redis, RedisPosition.BEGIN, target)) {
        tap.untilCaughtUp(source);
        client.command("SETEX", "syncline:heartbeat:other", 100, "1");
        client.command("DEL", "syncline:heartbeat:copied", "a");
        client.command("SET", "b", "1");
        long begin = System.nanoTime();
        tap.until(() -> System.nanoTime() - begin > 1_200_000_000L);
        tap.untilCaughtUp(source);
        assertThat(source.text("GET", "syncline:heartbeat:job")).matches("\\d{13}");
        assertThat(target.command("DBSIZE")).isEqualTo(1L);
        assertThat(ReaderTap.differences(source, target, SECOND)).isEmpty();
      }
    }
  }

  /** A source that is a replica itself. */
  @ParameterizedTest
  @EachRedis
  void followsAReplica(RedisRelease release) throws Exception {
    try (RedisServer master = RedisServer.start(release);
        RedisServer replica = RedisServer.builder(release).replicaOf(master).start();
        RedisServer target = ReaderTap.target(release)) {
      fill(master, 100);
      replica.awaitCaughtUp(master);
      RedisSource redis = ReaderTap.source(replica).build();
      if (!release.isFrom(3, 2)) {
        // It takes no heartbeat, without which its offsets are not known.
        assertThatThrownBy(
                () -> {
                  try (ReaderTap tap = ReaderTap.open(redis, RedisPosition.BEGIN, target)) {
                    tap.untilCaughtUp(replica);
                  }
                })
            .hasMessageContaining("heartbeat")
            .hasMessageContaining("READONLY");
        return;
      }
      try (ReaderTap tap = ReaderTap.open(redis, RedisPosition.BEGIN, target)) {
        tap.untilCaughtUp(replica);
        try (RespClient client = master.connect()) {
          client.select(4);
          client.command("SETEX", "a", 100, "1");
        }
        replica.awaitCaughtUp(master);
        tap.untilCaughtUp(replica);
        assertThat(ReaderTap.differences(replica, target, SECOND)).isEmpty();
      }
    }
  }
}
