package dev.syncline.benchmarks;

import dev.syncline.SyncJob;
import dev.syncline.change.KeyChange;
import dev.syncline.testkit.server.RedisServer;

/**
 * How fast 2,000,000 SETs, which a client sends to the source in a pipeline, come to the target,
 * against a replica that gets the same. The time begins with the first SET and ends when the target
 * has the last one.
 */
final class RedisStreamBench {

  private static final int COMMANDS = 2_000_000;
  private static final int ROUNDS = 3;

  private RedisStreamBench() {}

  static void run() throws Exception {
    double ours = Double.MAX_VALUE;
    double peer = Double.MAX_VALUE;
    for (int round = 1; round <= ROUNDS; round++) {
      peer = Math.min(peer, peer());
      ours = Math.min(ours, ours(round));
    }
    Result.compare("redis-stream", "sets", COMMANDS / ours, COMMANDS / peer);
  }

  private static double peer() throws Exception {
    try (RedisServer source = RedisCopies.server("source");
        RedisServer target = RedisCopies.server("replica")) {
      target.follow(source);
      RedisCopies.await(() -> RedisCopies.isLinked(target));
      return stream("Replica", source, target);
    }
  }

  private static double ours(int round) throws Exception {
    try (RedisServer source = RedisCopies.server("source");
        RedisServer target = RedisCopies.server("target");
        SyncJob<KeyChange> job = RedisCopies.job("stream-" + round, source, target)) {
      job.start();
      if (!job.awaitSynchronizing(RedisCopies.PATIENCE)) {
        throw new IllegalStateException("The job is not synchronizing: " + job.status());
      }
      return stream("Syncline", source, target);
    }
  }

  private static double stream(String who, RedisServer source, RedisServer target)
      throws Exception {
    Result.say("%s …", who);
    RedisCpu cpu = new RedisCpu(source, target);
    long start = System.nanoTime();
    RedisCopies.fill(source, COMMANDS);
    double written = (System.nanoTime() - start) / 1e9;
    String last = "key:" + (COMMANDS - 1);
    RedisCopies.await(() -> target.text("GET", last) != null);
    double seconds = (System.nanoTime() - start) / 1e9;
    Result.say("%s: %.1f s, written in %.1f s; CPU: %s", who, seconds, written, cpu.text());
    RedisCopies.checkSize(who, source, target);
    return seconds;
  }
}
