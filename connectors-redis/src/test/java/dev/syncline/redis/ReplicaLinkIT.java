package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SyncException;
import dev.syncline.TransientException;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RespClient;
import dev.syncline.testkit.server.TcpProxy;
import dev.syncline.testkit.server.TcpProxy.Direction;
import dev.syncline.testkit.server.TlsFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/** What a source and a reader say to each other. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ReplicaLinkIT {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private static void fill(RedisServer source, int keys) {
    try (RespClient client = source.connect()) {
      List<List<?>> commands = new ArrayList<>();
      for (int i = 0; i < keys; i++) {
        commands.add(List.of("SET", "key" + i, "value" + i));
      }
      client.pipeline(commands);
    }
  }

  private void readAll(RedisSource redis, RedisServer source) throws InterruptedException {
    try (RedisServer target = ReaderTap.target();
        ReaderTap tap = ReaderTap.open(redis, RedisPosition.BEGIN, target)) {
      tap.untilCaughtUp(source);
      assertThat(ReaderTap.differences(source, target, SECOND)).isEmpty();
    }
  }

  @ParameterizedTest
  @EachRedis
  void beginsACopyAnewThatWasCut(RedisRelease release) throws Exception {
    try (RedisServer source = RedisServer.start(release);
        RedisServer target = ReaderTap.target();
        TcpProxy proxy = TcpProxy.before(source.host(), source.port())) {
      fill(source, 10_000);
      if (release.isFrom(3, 0)) {
        source.command("CONFIG", "SET", "repl-diskless-sync-delay", 0);
      }
      RedisSource redis = RedisSource.builder().host(proxy.host()).port(proxy.port()).build();
      RedisPosition stands = RedisPosition.BEGIN;
      for (int cut = 1; cut <= 6; cut++) {
        String how = release.isFrom(4, 0) && cut % 2 == 0 ? "yes" : "no";
        source.command("CONFIG", "SET", "repl-diskless-sync", how);
        proxy.restore();
        proxy.cutAfter(Direction.TO_CLIENT, 30_000L * cut);
        stands = copyThatIsCut(redis, stands, target);
      }
      proxy.restore();
      try (ReaderTap tap = ReaderTap.open(redis, stands, target)) {
        tap.untilCaughtUp(source);
        assertThat(ReaderTap.differences(source, target, SECOND)).isEmpty();
      }
    }
  }

  private static RedisPosition copyThatIsCut(
      RedisSource redis, RedisPosition from, RedisServer target) {
    try (ReaderTap tap = ReaderTap.open(redis, from, target)) {
      assertThatThrownBy(() -> tap.until(() -> tap.texts().contains("<end>")))
          .isInstanceOf(TransientException.class);
      assertThat(tap.texts()).doesNotContain("<end>");
      assertThat(tap.stands.isCopied()).isFalse();
      return tap.stands;
    } catch (TransientException e) {
      // The copy comes while the reader still asks the server aside, so the cut may meet that.
      return from;
    }
  }

  /** A copy that was received as a whole is good, also if the connection is lost then. */
  @ParameterizedTest
  @EachRedis
  void keepsACopyWhoseConnectionIsCutBehindIt(RedisRelease release) throws Exception {
    try (RedisServer source = RedisServer.start(release);
        RedisServer target = ReaderTap.target();
        TcpProxy proxy = TcpProxy.before(source.host(), source.port())) {
      fill(source, 3_000);
      StreamHold hold = StreamHold.in(proxy);
      RedisSource redis = RedisSource.builder().host(proxy.host()).port(proxy.port()).build();
      RedisPosition stands;
      try (ReaderTap tap = ReaderTap.open(redis, RedisPosition.BEGIN, target)) {
        tap.poll();
        hold.awaitAcknowledgement();
        hold.cut();
        tap.until(() -> tap.texts().contains("<end>"));
        stands = tap.stands;
      }
      if (release.isFrom(4, 0)) {
        try (ReaderTap tap = ReaderTap.open(redis, stands, target)) {
          tap.untilCaughtUp(source);
          assertThat(tap.stands.attempt()).isEqualTo(1);
          assertThat(ReaderTap.differences(source, target, SECOND)).isEmpty();
        }
      }
    }
  }

  /** WAIT at the source, from 3.0 on, is about what the target has, and about nothing less. */
  @ParameterizedTest
  @EachRedis
  void acknowledgesWhatIsSafe(RedisRelease release) throws Exception {
    try (RedisServer source = RedisServer.start(release);
        RedisServer target = ReaderTap.target();
        RespClient client = source.connect()) {
      RedisSource redis = ReaderTap.source(source).build();
      try (ReaderTap tap = ReaderTap.open(redis, RedisPosition.BEGIN, target)) {
        tap.untilCaughtUp(source);
        tap.acknowledging = false;
        client.command("SET", "a", "1");
        long written = offset(source);
        tap.untilCaughtUp(source);
        if (release.isFrom(3, 0)) {
          assertThat(client.command("WAIT", 1, 1_500)).isEqualTo(0L);
          client.send("WAIT", 1, 20_000);
        } else {
          tap.untilAfter(Duration.ofMillis(1_500));
        }
        assertThat(acknowledged(source)).isLessThan(written);
        tap.acknowledging = true;
        tap.until(() -> acknowledged(source) >= written);
        if (release.isFrom(3, 0)) {
          assertThat(client.receive()).isEqualTo(1L);
        }
      }
    }
  }

  /** Up to where a source knows that the target has everything. */
  private static long acknowledged(RedisServer source) {
    return Long.parseLong(
        source.info("replication").get("slave0").replaceFirst(".*,offset=(\\d+),.*", "$1"));
  }

  /** The source has no room for what it sends, and sees a replica that is well. */
  @ParameterizedTest
  @EachRedis
  void takesAllWhileTheTargetTakesNothing(RedisRelease release, @TempDir Path folder)
      throws Exception {
    try (RedisServer source =
            RedisServer.builder(release)
                .option("repl-timeout", "5")
                .option("repl-ping-slave-period", "1")
                .option("client-output-buffer-limit", "slave", "4mb", "4mb", "1")
                .start();
        RedisServer target = ReaderTap.target();
        RespClient client = source.connect()) {
      RedisSource redis = ReaderTap.source(source).spoolMemory(1 << 20).spoolFolder(folder).build();
      try (ReaderTap tap = ReaderTap.open(redis, RedisPosition.BEGIN, target)) {
        tap.untilCaughtUp(source);
        String large = String.join("", Collections.nCopies(100, "0123456789"));
        // Longer than the source bears silence.
        long end = System.nanoTime() + Duration.ofSeconds(8).toNanos();
        for (int i = 0; i < 20_000; i++) {
          client.command("SET", "key" + i % 1_000, large);
          if (i % 1_000 == 0) {
            ReplicaBuffer.awaitBelow(source, 1 << 20);
          }
        }
        while (System.nanoTime() < end) {
          client.command("PING");
        }
        assertThat(source.info("replication").get("connected_slaves")).isEqualTo("1");
        // Nothing has a name there, so nothing is left when a process dies.
        assertThat(folder).isEmptyDirectory();
        tap.untilCaughtUp(source);
        assertThat(tap.stands.attempt()).isEqualTo(1);
        assertThat(ReaderTap.differences(source, target, SECOND)).isEmpty();
      }
    }
  }

  /** Redis before 2.8.22 names the offset of a copy before it begins one. */
  @Test
  void provesTheOffsetsOfOldServers() throws Exception {
    try (RedisServer source =
            RedisServer.builder(RedisRelease.REDIS_2_8)
                .option("repl-diskless-sync", "yes")
                .option("repl-diskless-sync-delay", "1")
                .start();
        RedisServer target = ReaderTap.target();
        RespClient client = source.connect()) {
      RedisSource redis = ReaderTap.source(source).build();
      RedisPosition stands;
      try (ReaderTap tap = ReaderTap.open(redis, RedisPosition.BEGIN, target)) {
        for (int i = 0; i < 100; i++) {
          client.command("INCR", "counter");
        }
        tap.untilCaughtUp(source);
        tap.until(() -> tap.place().offset() == offset(source));
        stands = tap.stands;
      }
      client.command("INCR", "counter");
      try (ReaderTap tap = ReaderTap.open(redis, stands, target)) {
        tap.untilCaughtUp(source);
        assertThat(tap.stands.attempt()).isEqualTo(1);
        assertThat(target.text("GET", "counter")).isEqualTo("101");
      }
      assertThatThrownBy(
              () ->
                  ReaderTap.open(
                      ReaderTap.source(source).withoutHeartbeat().build(),
                      RedisPosition.BEGIN,
                      target))
          .isInstanceOf(SyncException.class)
          .hasMessageContaining("Redis 2.8.19")
          .hasMessageContaining("heartbeat");
    }
  }

  private static long offset(RedisServer source) {
    return Long.parseLong(source.info("replication").get("master_repl_offset"));
  }

  @Test
  void logsInAsAUserWhoMayDoLittle() throws Exception {
    try (RedisServer source =
        RedisServer.builder(RedisRelease.REDIS_7_0).password("geheim").start()) {
      fill(source, 100);
      source.command("SET", "expiring", "x", "EX", 100);
      source.command(
          (Object[])
              "ACL SETUSER least on >pass ~syncline:heartbeat:* %R~* +psync +replconf +info +select"
                  .split(" ", -1));
      source.command((Object[]) "ACL SETUSER least +scan +pexpiretime +time +set".split(" ", -1));
      RedisSource.Builder builder = RedisSource.builder().host(source.host()).port(source.port());
      readAll(builder.username("least").password("pass").build(), source);

      assertThatThrownBy(() -> readAll(login(source, "least", "wrong-secret"), source))
          .isInstanceOf(SyncException.class)
          .isNotInstanceOf(TransientException.class)
          .hasMessageContaining("refuses to log in")
          .hasMessageContaining("WRONGPASS")
          .hasMessageNotContaining("wrong-secret");
      assertThatThrownBy(
              () ->
                  readAll(
                      RedisSource.builder().host(source.host()).port(source.port()).build(),
                      source))
          .isInstanceOf(SyncException.class)
          .isNotInstanceOf(TransientException.class)
          .hasMessageContaining("password");

      source.command((Object[]) "ACL SETUSER least -psync".split(" ", -1));
      assertThatThrownBy(() -> readAll(login(source, "least", "pass"), source))
          .isInstanceOf(SyncException.class)
          .isNotInstanceOf(TransientException.class)
          .hasMessageContaining("does not let this user replicate")
          .hasMessageContaining("psync");
    }
  }

  private static RedisSource login(RedisServer server, String user, String password) {
    return RedisSource.builder()
        .host(server.host())
        .port(server.port())
        .username(user)
        .password(password)
        .build();
  }

  @ParameterizedTest
  @EachRedis
  void saysWhoseCommandIsRenamed(RedisRelease release) throws Exception {
    try (RedisServer source =
        RedisServer.builder(release).option("rename-command", "PSYNC", "").start()) {
      assertThatThrownBy(() -> readAll(ReaderTap.source(source).build(), source))
          .isInstanceOf(SyncException.class)
          .isNotInstanceOf(TransientException.class)
          .hasMessageContaining("does not let this user replicate");
    }
  }

  @Test
  void speaksTls() throws Exception {
    try (RedisServer source =
        RedisServer.builder(RedisRelease.REDIS_7_0).tls().password("geheim").start()) {
      fill(source, 100);
      TlsFiles files = source.tls().orElseThrow();
      readAll(ReaderTap.source(source).tls(RedisTls.required()).build(), source);
      RedisTls trusting = RedisTls.verifyCa().trusting(files.store(), files.password());
      readAll(ReaderTap.source(source).tls(trusting).build(), source);

      assertThatThrownBy(
              () -> readAll(ReaderTap.source(source).tls(RedisTls.verifyCa()).build(), source))
          .isInstanceOf(SyncException.class)
          .hasMessageContaining("certif");
      assertThatThrownBy(() -> readAll(ReaderTap.source(source).build(), source))
          .isInstanceOf(SyncException.class);
    }
  }
}
