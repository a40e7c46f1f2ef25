package dev.syncline.redis.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.JobState;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.redis.ReplicaBuffer;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.ChildProcess;
import dev.syncline.testkit.fault.KillCount;
import dev.syncline.testkit.fault.ProxiedJob;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RespClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A target that is slower than the source, and a heap that is smaller than the data. */
class SlowTargetIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int VALUE_BYTES = 10_000;
  private static final int VALUES_IN_MIB = 100;
  private static final int MEBIBYTES = 200;
  private static final long STRING_BYTES = 300_000_000;

  /** The whole sizes come with the full count of kills. */
  private static final int SHARE = KillCount.rounds() >= 5 ? 1 : 5;

  @TempDir private Path checkpoints;

  private static RedisPair pair() {
    return new RedisPair(
        RedisPair.source(RedisRelease.REDIS_7_0)
            .option("repl-backlog-size", "1mb")
            .option("client-output-buffer-limit", "replica", "100mb", "0", "0")
            .start(),
        RedisServer.start(RedisRelease.REDIS_7_0));
  }

  /** The source's backlog holds a small part of what it writes while the target is paused. */
  @Test
  void holdsWhatTheBacklogDoesNotWhileTheTargetIsPaused() throws Exception {
    try (RedisPair pair = pair();
        ProxiedJob job =
            ProxiedJobs.of(pair, Work.all("slow"), new MemoryCheckpointStore(), PATIENCE)) {
      job.start();
      job.awaitSynchronizing();
      pair.target().pause();
      write(pair.source(), MEBIBYTES);
      pair.target().resume();
      assertThat(pair.awaitEqual(PATIENCE)).isEmpty();
      assertThat(pair.source().info("stats").get("sync_full")).isEqualTo("1");
      assertThat(job.retries()).isZero();
      job.failIfEnded();
    }
  }

  private static void write(RedisServer source, int mebibytes) throws Exception {
    byte[] value = new byte[VALUE_BYTES];
    new Random(mebibytes).nextBytes(value);
    try (RespClient client = source.connect()) {
      for (int i = 0; i < mebibytes; i++) {
        List<List<Object>> commands = new ArrayList<>();
        for (int k = 0; k < VALUES_IN_MIB; k++) {
          commands.add(List.of("SET", "value:" + (i * VALUES_IN_MIB + k) % 2_000, value));
        }
        client.pipeline(commands);
        ReplicaBuffer.awaitBelow(source, 50 << 20);
      }
    }
  }

  /** One value is larger than the heap, and so is what is written while the target is paused. */
  @Test
  void needsLittleHeapForLargeValuesAndMuchToFollow() throws Exception {
    try (RedisPair pair = pair()) {
      pair.source().command("SETRANGE", "string", STRING_BYTES - 1, "x");
      pair.source()
          .command(
              "EVAL",
              "for i = 1, ARGV[1] do redis.call('HSET', 'hash', 'field' .. i, 'value' .. i) end",
              0,
              2_000_000 / SHARE);
      try (ChildProcess job = ChildMain.start("128m", pair, Work.GRACE, checkpoints)) {
        job.await(JobState.SYNCHRONIZING);
        pair.target().pause();
        write(pair.source(), MEBIBYTES);
        pair.target().resume();
        assertThat(awaitSameSizes(pair)).isTrue();
        assertThat(pair.target().command("STRLEN", "string")).isEqualTo(STRING_BYTES);
        job.failIfEnded();
      }
    }
  }

  /** Values of hundreds of MB are not compared: they are counted, and their last bytes are. */
  private static boolean awaitSameSizes(RedisPair pair) throws Exception {
    pair.source().command("SET", "last", "value");
    Await.until(
        "the last value comes", PATIENCE, () -> "value".equals(pair.target().text("GET", "last")));
    return pair.target().command("HLEN", "hash").equals(pair.source().command("HLEN", "hash"))
        && "x".equals(pair.target().text("GETRANGE", "string", -1, -1))
        && pair.target().text("HGET", "hash", "field77").equals("value77");
  }
}
