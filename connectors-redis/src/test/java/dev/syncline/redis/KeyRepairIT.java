package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.KeySelection;
import dev.syncline.TransientException;
import dev.syncline.redis.HeldKeys.Name;
import dev.syncline.redis.RedisPosition.Doubt;
import dev.syncline.redis.RedisPosition.Following;
import dev.syncline.setting.Secret;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RespClient;
import dev.syncline.testkit.server.TcpProxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys in doubt are read again at a place of the stream where the source has them so. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class KeyRepairIT {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int KEYS = 150;
  private static final StreamScope SCOPE =
      new StreamScope("job", "redis", Optional.empty(), KeySelection.all(), false);

  /** A target that is written command by command falls behind, by so many bytes at the most. */
  private static final int MOST_BEHIND = 50_000;

  /** Lets keys die at the target that the source renews while nobody reads its stream. */
  private static RedisPosition lose(RedisServer source, RedisServer target, RedisSource redis)
      throws InterruptedException {
    RedisPosition stands;
    try (RespClient client = source.connect();
        ReaderTap tap = ReaderTap.open(redis, RedisPosition.BEGIN, target)) {
      for (int i = 0; i < KEYS; i++) {
        client.command("RPUSH", "list" + i, "first");
        client.command("INCR", "number" + i);
      }
      tap.untilCaughtUp(source);
      stands = tap.stands;
    }
    try (RespClient client = source.connect();
        RespClient gone = target.connect()) {
      for (int i = 0; i < KEYS; i++) {
        client.command("PEXPIRE", "list" + i, 100_000 + i);
        client.command("PEXPIRE", "number" + i, 100_000 + i);
        client.command("LSET", "list" + i, 0, "renewed");
        gone.command("DEL", "list" + i, "number" + i);
      }
    }
    return stands;
  }

  /** What is written all the time is told by the source at one place, and by the stream behind. */
  @ParameterizedTest
  @EachRedis
  void fitInBetweenTheCommandsOfTheStream(RedisRelease release) throws Exception {
    try (RedisServer source = RedisServer.start(release);
        RedisServer target = ReaderTap.target(release)) {
      RedisSource redis = ReaderTap.source(source).build();
      RedisPosition stands = lose(source, target, redis);
      AtomicBoolean done = new AtomicBoolean();
      AtomicLong read = new AtomicLong(((Following) stands.place()).offset());
      List<Thread> writers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Random random = new Random(i);
        writers.add(new Thread(() -> write(source, random, read, done)));
      }
      writers.forEach(Thread::start);
      try (ReaderTap tap = ReaderTap.open(redis, stands, target)) {
        tap.until(() -> hasDoubt(tap));
        tap.until(
            () -> {
              read.set(tap.place().offset());
              return !hasDoubt(tap);
            });
        done.set(true);
        for (Thread writer : writers) {
          writer.join();
        }
        tap.untilCaughtUp(source);
        assertThat(tap.stands.attempt()).isEqualTo(1);
        assertThat(ReaderTap.differences(source, target, SECOND)).isEmpty();
      }
    }
  }

  private static boolean hasDoubt(ReaderTap tap) {
    return tap.place().doubt().isPresent();
  }

  private static void write(
      RedisServer source, Random random, AtomicLong read, AtomicBoolean done) {
    try (RespClient client = source.connect()) {
      while (!done.get()) {
        LockSupport.parkNanos(500_000);
        if (offset(client) - read.get() > MOST_BEHIND) {
          continue;
        }
        int key = random.nextInt(KEYS);
        client.select(random.nextInt(10) == 0 ? 1 : 0);
        switch (random.nextInt(6)) {
          case 0 -> {
            client.command("MULTI");
            client.command("INCR", "number" + key);
            client.command("RPUSH", "list" + key, "in a unit");
            client.command("EXEC");
          }
          case 1 -> client.command("RPUSH", "list" + key, "more");
          case 2 -> client.command("RPOPLPUSH", "list" + key, "list" + random.nextInt(KEYS));
          case 3 -> client.command("SETEX", "short" + key, 1, "value");
          default -> client.command("INCR", "number" + key);
        }
      }
    }
  }

  private static long offset(RespClient source) {
    String info = String.valueOf(source.text("INFO", "replication"));
    return Long.parseLong(info.replaceFirst("(?s).*master_repl_offset:(\\d+).*", "$1"));
  }

  /** A reader that ends before all is repaired leaves a position that says where to look. */
  @ParameterizedTest
  @EachRedis
  void areKnownToTheNextReader(RedisRelease release) throws Exception {
    try (RedisServer source = RedisServer.start(release);
        RedisServer target = ReaderTap.target(release);
        RespClient client = source.connect()) {
      RedisSource redis = ReaderTap.source(source).build();
      RedisPosition stands = lose(source, target, redis);
      client.select(2);
      client.command("INCR", "once");
      for (int i = 0; i < 2; i++) {
        try (ReaderTap tap = ReaderTap.open(redis, stands, target)) {
          // So it does not know that it may ask for them.
          tap.telling = false;
          tap.untilCaughtUp(source);
          assertThat(hasDoubt(tap)).isTrue();
          stands = RedisPosition.parse(tap.stands.toString());
        }
      }
      try (ReaderTap tap = ReaderTap.open(redis, stands, target)) {
        tap.untilCaughtUp(source);
        tap.until(() -> !hasDoubt(tap));
        assertThat(tap.texts()).doesNotContain("INCR once", "LSET list0 0 renewed");
        client.command("INCR", "once");
        tap.untilHas("INCR once");
        assertThat(tap.stands.attempt()).isEqualTo(1);
        assertThat(ReaderTap.differences(source, target, SECOND)).isEmpty();
      }
    }
  }

  /** What does not fit into memory at one time is asked for in several parts. */
  @Test
  void mayBeLarge() throws Exception {
    RedisServer.Builder builder =
        RedisServer.builder(RedisRelease.REDIS_7_0).option("repl-backlog-size", "100mb");
    try (RedisServer source = builder.start();
        RedisServer target = ReaderTap.target();
        RespClient client = source.connect()) {
      RedisSource redis = ReaderTap.source(source).build();
      RedisPosition stands = ReaderTap.copy(redis, source, target);
      byte[] large = new byte[7 << 20];
      new Random(1).nextBytes(large);
      for (int i = 0; i < 12; i++) {
        client.command("SET", "key" + i, i % 3 == 0 ? "small" : large);
        client.command("EXPIRE", "key" + i, 1_000);
      }
      try (ReaderTap tap = ReaderTap.open(redis, stands, target)) {
        tap.until(() -> hasDoubt(tap));
        target.command("FLUSHALL");
        tap.untilCaughtUp(source);
        tap.until(() -> !hasDoubt(tap));
        assertThat(tap.stands.attempt()).isEqualTo(1);
        assertThat(ReaderTap.differences(source, target, SECOND)).isEmpty();
      }
    }
  }

  /** A source that does not tell its values is copied as a whole instead. */
  @Test
  void areCopiedWithAllOthersIfTheyCannotBeRead() throws Exception {
    try (RedisServer source = RedisServer.start(RedisRelease.REDIS_7_0);
        RedisServer target = ReaderTap.target()) {
      source.command("ACL", "SETUSER", "sync", "on", ">secret", "~*", "&*", "+@all", "-dump");
      RedisSource redis = ReaderTap.source(source).username("sync").password("secret").build();
      RedisPosition stands = lose(source, target, redis);
      try (ReaderTap tap = ReaderTap.open(redis, stands, target)) {
        tap.acknowledging = false;
        tap.until(() -> tap.place().replication().equals(Following.NO_HISTORY));
        source.command("SET", "later", "value");
        tap.untilAfter(Duration.ofMillis(1_500));
        assertThat(tap.texts()).as("nothing comes behind").doesNotContain("SET later value");
        tap.acknowledging = true;
        assertThatThrownBy(() -> tap.until(() -> false))
            .isInstanceOf(TransientException.class)
            .hasMessageContaining("copy all keys");
        assertThat(tap.place().replication()).isEqualTo(Following.NO_HISTORY);
        stands = RedisPosition.parse(tap.stands.toString());
      }
      try (ReaderTap tap = ReaderTap.open(redis, stands, target)) {
        tap.untilCaughtUp(source);
        assertThat(tap.stands.attempt()).isEqualTo(2);
        assertThat(ReaderTap.differences(source, target, SECOND)).isEmpty();
      }
    }
  }

  /** A copy may have to wait for a target that lags, and what was refused once will be again. */
  @Test
  void areNotAskedForAgainOnceThatHasFailed() {
    try (RedisServer source = RedisServer.start(RedisRelease.REDIS_7_0);
        RespConnection side = forbidding(source, "-dump");
        DoubtfulKeys keys = doubtful(0)) {
      KeyRepair repair = new KeyRepair(side, RedisInfo.of(side).version(), SCOPE, keys);
      assertThat(repair.isDue(false)).isTrue();

      repair.ask();

      assertThat(repair.failure()).hasValueSatisfying(why -> assertThat(why).contains("dump"));
      assertThat(repair.isDue(false)).isFalse();
    }
  }

  /**
   * Without MULTI a SELECT is carried out at once, and without EXEC never; other questions come
   * behind it.
   */
  @ParameterizedTest
  @CsvSource({"multi, 0", "exec, 7"})
  void leaveTheConnectionAsItIsKnownIfTheyAreRefused(String command, int next) {
    try (RedisServer source = RedisServer.start(RedisRelease.REDIS_7_0);
        RespClient client = source.connect();
        RespConnection side = forbidding(source, "-" + command);
        DoubtfulKeys keys = doubtful(7)) {
      client.command("SELECT", next);
      client.command("SET", "here", "value");
      KeyRepair repair = new KeyRepair(side, RedisInfo.of(side).version(), SCOPE, keys);

      repair.ask();

      assertThat(repair.failure()).hasValueSatisfying(why -> assertThat(why).contains(command));
      side.select(next);
      assertThat(side.text("GET", "here")).isEqualTo("value");
    }
  }

  private static DoubtfulKeys doubtful(int database) {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    DoubtfulKeys keys = new DoubtfulKeys(new SpoolLimits(0, 0, folder));
    keys.add(new Name(database, ByteBuffer.wrap(Words.bytes("key"))), new Doubt(0, 0));
    return keys;
  }

  /** A connection of a user who may do all but one thing. */
  private static RespConnection forbidding(RedisServer server, String what) {
    server.command("ACL", "SETUSER", "sync", "on", ">secret", "~*", "&*", "+@all", what);
    Duration patience = Duration.ofSeconds(5);
    return RespConnection.open(
        new RedisAddress(server.host(), server.port()),
        new RedisLogin(
            Optional.of("sync"),
            Optional.of(new Secret("secret")),
            RedisTls.disabled(),
            patience,
            patience));
  }

  /** Else a target that lags for good would be copied again and again. */
  @Test
  void areNotCopiedForATargetThatLags() throws Exception {
    try (RedisServer source = RedisServer.start(RedisRelease.REDIS_7_0);
        RedisServer target = ReaderTap.target();
        RespClient client = source.connect()) {
      RedisSource redis = ReaderTap.source(source).spoolFiles(0).build();
      try (ReaderTap tap = ReaderTap.open(redis, RedisPosition.BEGIN, target)) {
        tap.untilCaughtUp(source);
        tap.telling = false;
        String name = "x".repeat(16 << 10);
        for (int i = 0; i < 1_500; i++) {
          // 24 MB of names are more than fit into memory.
          client.command("SETEX", name + i, 100, "value");
          client.command("EXPIRE", name + i, 100);
        }
        tap.untilCaughtUp(source);
        tap.untilAfter(Duration.ofSeconds(2));
        assertThat(tap.place().replication()).isNotEqualTo(Following.NO_HISTORY);
        tap.telling = true;
        assertThatThrownBy(() -> tap.until(() -> false))
            .isInstanceOf(TransientException.class)
            .hasMessageContaining("copy all keys");
      }
    }
  }

  /** A replica hides what it thinks is expired, although its master has renewed it in time. */
  @Test
  void areNotDeletedBecauseAReplicaHidesThem() throws Exception {
    try (RedisServer master = RedisServer.start(RedisRelease.REDIS_7_0);
        RedisServer source = RedisServer.start(RedisRelease.REDIS_7_0);
        TcpProxy proxy = TcpProxy.before(master.host(), master.port());
        RedisServer target = ReaderTap.target()) {
      StreamHold hold = StreamHold.in(proxy);
      source.command("REPLICAOF", proxy.host(), proxy.port());
      source.awaitCaughtUp(master);
      RedisSource redis = ReaderTap.source(source).build();
      master.command("RPUSH", "renewed", "a");
      RedisPosition stands;
      try (ReaderTap tap = ReaderTap.open(redis, RedisPosition.BEGIN, target)) {
        source.awaitCaughtUp(master);
        tap.untilCaughtUp(source);
        stands = tap.stands;
      }
      master.command("PEXPIRE", "renewed", 1_000);
      source.awaitCaughtUp(master);
      hold.hold();
      master.command("PEXPIRE", "renewed", 100_000);
      master.command("RPUSH", "renewed", "b");
      while (!source.command("EXISTS", "renewed").equals(0L)) {
        Thread.onSpinWait();
      }
      try (ReaderTap tap = ReaderTap.open(redis, stands, target)) {
        tap.until(() -> tap.stands.isCopied());
        tap.untilAfter(Duration.ofMillis(400));
        assertThat(hasDoubt(tap)).isTrue();
        hold.release();
        source.awaitCaughtUp(master);
        tap.untilCaughtUp(source);
        tap.until(() -> !hasDoubt(tap));
        assertThat(ReaderTap.differences(source, target, SECOND)).isEmpty();
      }
    }
  }
}
