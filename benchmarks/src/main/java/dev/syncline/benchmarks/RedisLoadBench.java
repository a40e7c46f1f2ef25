package dev.syncline.benchmarks;

import dev.syncline.SyncJob;
import dev.syncline.change.KeyChange;
import dev.syncline.testkit.server.RedisServer;

/**
 * How fast 5,000,000 small keys come from one Redis server to another, against a replica of the
 * same source. Both begin with an empty target that is connected to nothing and end when the target
 * has all keys and follows.
 */
final class RedisLoadBench {

  private static final int KEYS = 5_000_000;
  private static final int ROUNDS = 2;

  private RedisLoadBench() {}

  static void run() throws Exception {
    try (RedisServer source = RedisCopies.server("source")) {
      Result.say("Writing %,d keys …", KEYS);
      RedisCopies.fill(source, KEYS);
      double ours = Double.MAX_VALUE;
      double peer = Double.MAX_VALUE;
      for (int round = 1; round <= ROUNDS; round++) {
        peer = Math.min(peer, peer(source));
        ours = Math.min(ours, ours(source, round));
      }
      Result.compare("redis-load", "copy", KEYS / ours, KEYS / peer);
    }
  }

  private static double peer(RedisServer source) throws InterruptedException {
    try (RedisServer target = RedisCopies.server("replica")) {
      Result.say("Copying by replication …");
      RedisCpu cpu = new RedisCpu(source, target);
      long start = System.nanoTime();
      target.follow(source);
      RedisCopies.await(() -> RedisCopies.isLinked(target));
      return seconds("Replica", start, cpu, source, target);
    }
  }

  private static double ours(RedisServer source, int round) throws Exception {
    try (RedisServer target = RedisCopies.server("target");
        SyncJob<KeyChange> job = RedisCopies.job("load-" + round, source, target)) {
      Result.say("Copying with Syncline …");
      RedisCpu cpu = new RedisCpu(source, target);
      long start = System.nanoTime();
      job.start();
      if (!job.awaitSynchronizing(RedisCopies.PATIENCE)) {
        throw new IllegalStateException("The job is not synchronizing: " + job.status());
      }
      return seconds("Syncline", start, cpu, source, target);
    }
  }

  private static double seconds(
      String who, long start, RedisCpu cpu, RedisServer source, RedisServer target) {
    double seconds = (System.nanoTime() - start) / 1e9;
    Result.say("%s: %.1f s; CPU: %s", who, seconds, cpu.text());
    RedisCopies.checkSize(who, source, target);
    return seconds;
  }
}
