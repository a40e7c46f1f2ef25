package dev.syncline.redis.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.CheckpointStore;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.testkit.fault.ProxiedJob;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RespClient;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;

/** Whole jobs whose source calls scripts by their sums that somebody has flushed at the target. */
class LostScriptsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String ADD = "return redis.call('INCR', KEYS[1])";

  @ParameterizedTest
  @EachRedis
  void comeAgain(RedisRelease release) throws Exception {
    CheckpointStore store = new MemoryCheckpointStore();
    try (RedisPair pair =
            new RedisPair(RedisPair.source(release).start(), RedisServer.start(release));
        RespClient client = pair.source().connect()) {
      try (ProxiedJob job = ProxiedJobs.of(pair, Work.all("scripts"), store).start()) {
        job.awaitSynchronizing();
        client.command("EVAL", ADD, 1, "n");
        assertThat(pair.awaitEqual(PATIENCE)).isEmpty();
        pair.target().command("SCRIPT", "FLUSH");
        assertFollows(pair, client, job);
      }
      pair.target().command("SCRIPT", "FLUSH");
      try (ProxiedJob later = ProxiedJobs.of(pair, Work.all("scripts"), store).start()) {
        later.awaitSynchronizing();
        assertFollows(pair, client, later);
        pair.target().command("SCRIPT", "FLUSH");
        assertFollows(pair, client, later);
      }
      assertThat(pair.source().info("stats").get("sync_full")).isEqualTo("1");
    }
  }

  private static void assertFollows(RedisPair pair, RespClient client, ProxiedJob job)
      throws Exception {
    // A source that is asked for the sum by SCRIPT LOAD would send the text once more.
    String sum =
        Objects.requireNonNull(pair.target().text("EVAL", "return redis.sha1hex(ARGV[1])", 0, ADD));
    client.command("EVALSHA", sum, 1, "n");
    client.command("EVALSHA", sum, 1, "m");
    assertThat(pair.awaitEqual(PATIENCE)).as("%s", pair).isEmpty();
    job.failIfEnded();
  }
}
