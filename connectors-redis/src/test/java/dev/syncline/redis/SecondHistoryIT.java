package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.CheckedSource.SourceCheck;
import dev.syncline.Finding;
import dev.syncline.KeySelection;
import dev.syncline.SourceScope;
import dev.syncline.change.KeyChange;
import dev.syncline.redis.RedisPosition.Doubt;
import dev.syncline.redis.RedisPosition.Following;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * A replica that takes over has the history of its master up to an offset, and another one behind
 * it. Of a job that has keys in doubt it is asked for what lies before the place where the target
 * stands, so it may agree although it lacks that place.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class SecondHistoryIT {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final String LIFE = "100000";

  private record Promoted(RedisServer server, String before, Doubt doubt, long end) {

    /** Where a target stands that has so much more than the server has of the old history. */
    RedisPosition behindEnd(int bytes) {
      return new RedisPosition(1, new Following(before, end + bytes, 0, true, Optional.of(doubt)));
    }
  }

  private static String replication(RedisServer server, String field) {
    return server.info("replication").get(field);
  }

  private static Promoted promote(RedisServer master, RedisServer replica) {
    replica.awaitCaughtUp(master);
    Doubt doubt = new Doubt(Long.parseLong(replication(master, "master_repl_offset")), 0);
    master.command("SET", "renewed", "x", "PX", LIFE);
    master.command("PEXPIRE", "renewed", LIFE);
    replica.awaitCaughtUp(master);
    String before =
        master.release().isFrom(4, 0)
            ? replication(master, "master_replid")
            : master.info("server").get("run_id");
    master.kill();
    long end = Long.parseLong(replication(replica, "slave_repl_offset"));
    replica.promote();
    replica.command("SET", "later", "y");
    return new Promoted(replica, before, doubt, end);
  }

  private static boolean isToBeCopied(RedisSource source, RedisPosition from) {
    SourceScope<KeyChange> scope = new SourceScope<>("job", KeySelection.all());
    List<Finding> findings =
        source.check(
            new SourceCheck<>(scope, Set.of(), Map.of(RedisSession.STREAM, from), false, false));
    return findings.stream().anyMatch(finding -> finding.code().equals("FULL_COPY"));
  }

  private static void follow(Promoted promoted, RedisPosition from, boolean copied)
      throws InterruptedException {
    RedisSource source = ReaderTap.source(promoted.server()).build();
    assertThat(isToBeCopied(source, from)).as("%s", from).isEqualTo(copied);
    try (RedisServer target = ReaderTap.target(promoted.server().release());
        ReaderTap tap = ReaderTap.open(source, from, target)) {
      target.command("SET", "renewed", "x", "PX", LIFE);
      tap.until(() -> !tap.stands.equals(from));
      tap.untilCaughtUp(promoted.server());
      tap.until(() -> tap.place().doubt().isEmpty());
      assertThat(tap.stands.attempt()).as("%s", from).isEqualTo(copied ? 2 : 1);
      assertThat(tap.place().replication()).isNotEqualTo(promoted.before());
      assertThat(ReaderTap.differences(promoted.server(), target, SECOND)).isEmpty();
    }
  }

  /** Before 4.0 a server knows its own history only. */
  @ParameterizedTest
  @EachRedis
  void goesOnUpToTheEndOfTheOldHistoryAndNotBehindIt(RedisRelease release) throws Exception {
    try (RedisServer master = RedisServer.start(release);
        RedisServer replica = RedisServer.builder(release).replicaOf(master).start()) {
      Promoted promoted = promote(master, replica);

      follow(promoted, promoted.behindEnd(0), !release.isFrom(4, 0));
      follow(promoted, promoted.behindEnd(1), true);
    }
  }
}
