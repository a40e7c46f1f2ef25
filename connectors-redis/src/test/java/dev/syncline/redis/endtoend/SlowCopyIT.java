package dev.syncline.redis.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.MemoryCheckpointStore;
import dev.syncline.redis.ReplicaBuffer;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.ProxiedJob;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RespClient;
import dev.syncline.testkit.server.TcpLink;
import dev.syncline.testkit.server.TcpProxy;
import dev.syncline.testkit.server.TcpProxy.Direction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;

/** A target that takes nothing while the source is copied, and written to. */
class SlowCopyIT {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int VALUE_BYTES = 10_000;
  private static final int VALUES_IN_MIB = 100;

  /** More than sockets and proxies hold on the way. */
  private static final int COPIED_MIB = 40;

  /** Three times what the source keeps for those who follow it. */
  private static final int WRITTEN_MIB = 60;

  private static final long HALF_THE_LIMIT = 10L << 20;

  private static RedisPair pair(RedisRelease release) {
    return new RedisPair(
        RedisPair.source(release)
            .option("repl-backlog-size", "1mb")
            .option("client-output-buffer-limit", "slave", "20mb", "0", "0")
            .start(),
        RedisServer.start(release));
  }

  /** Holds back the answer by which a source begins a copy. */
  private static final class Begin implements TcpProxy.Tap {

    final CountDownLatch isNear = new CountDownLatch(1);
    final CountDownLatch mayCome = new CountDownLatch(1);

    @Override
    public byte[] pass(TcpLink link, Direction to, byte[] piece) {
      if (new String(piece, StandardCharsets.ISO_8859_1).contains("+FULLRESYNC ")) {
        isNear.countDown();
        try {
          mayCome.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      return piece;
    }
  }

  @ParameterizedTest
  @EachRedis
  void takesTheCopyAndWhatComesBehindItFromTheSource(RedisRelease release) throws Exception {
    Begin begin = new Begin();
    try (RedisPair pair = pair(release);
        ProxiedJob job =
            ProxiedJobs.of(
                pair,
                Work.all("slow-copy"),
                new MemoryCheckpointStore(),
                PATIENCE,
                source -> source.spoolMemory(1 << 20))) {
      write(pair.source(), COPIED_MIB);
      job.source().tap(begin);
      job.start();
      assertThat(begin.isNear.await(1, TimeUnit.MINUTES)).isTrue();
      pair.target().pause();
      begin.mayCome.countDown();

      Await.until("the source has sent its copy", PATIENCE, () -> isFollowed(pair.source()));
      write(pair.source(), WRITTEN_MIB);
      pair.target().resume();

      assertThat(pair.awaitEqual(PATIENCE)).isEmpty();
      assertThat(pair.source().info("stats").get("sync_full")).isEqualTo("1");
      assertThat(job.retries()).isZero();
      job.failIfEnded();
    }
  }

  private static boolean isFollowed(RedisServer source) {
    return source.info("replication").getOrDefault("slave0", "").contains("state=online");
  }

  private static void write(RedisServer source, int mebibytes) throws Exception {
    byte[] value = new byte[VALUE_BYTES];
    new Random(mebibytes).nextBytes(value);
    try (RespClient client = source.connect()) {
      for (int i = 0; i < mebibytes; i++) {
        List<List<Object>> commands = new ArrayList<>();
        for (int k = 0; k < VALUES_IN_MIB; k++) {
          String key = "value:" + (i * VALUES_IN_MIB + k) % (COPIED_MIB * VALUES_IN_MIB);
          commands.add(List.of("SET", key, value));
        }
        client.pipeline(commands);
        ReplicaBuffer.awaitBelow(source, HALF_THE_LIMIT);
      }
    }
  }
}
