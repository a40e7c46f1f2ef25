package dev.syncline.redis.endtoend;

import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RedisState;
import dev.syncline.testkit.server.RespClient;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** A source and a target. Closing it ends both. */
record RedisPair(RedisServer source, RedisServer target) implements AutoCloseable {

  /** How far times of expiry may be apart. */
  static final Duration EXPIRY = Duration.ofSeconds(1);

  /** Both of the same release, and both lose nothing when they are killed. */
  static RedisPair of(RedisRelease release) {
    return of(release, release);
  }

  static RedisPair of(RedisRelease from, RedisRelease to) {
    RedisServer source = durable(source(from)).start();
    return new RedisPair(source, durable(RedisServer.builder(to)).start());
  }

  /** A killed process loses nothing that it has written, whether it is on the disk or not. */
  static RedisServer.Builder durable(RedisServer.Builder server) {
    return server.option("appendonly", "yes").option("appendfsync", "no");
  }

  /** A source that gives a sign of life each second. */
  static RedisServer.Builder source(RedisRelease release) {
    return RedisServer.builder(release).option("repl-ping-slave-period", "1");
  }

  /** What the source has, but for what belongs to jobs. */
  RedisState expected() {
    return RedisState.of(source).ignoring(RedisPair::isOfJobs);
  }

  /** What the target has, but for what belongs to jobs. */
  RedisState found() {
    return RedisState.of(target).ignoring(RedisPair::isOfJobs);
  }

  /** What differs between source and target, nobody writing to the source any more. */
  List<String> awaitEqual(Duration patience) throws InterruptedException {
    return awaitEqual(patience, key -> false);
  }

  /** The same, but for keys of the target of which that is true. */
  List<String> awaitEqual(Duration patience, Predicate<RedisState.Key> others)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      List<String> differences = differences(others);
      if (differences.isEmpty() || System.nanoTime() > deadline) {
        return differences;
      }
      Await.pause(200);
    }
  }

  private List<String> differences(Predicate<RedisState.Key> others) {
    try {
      return found().ignoring(others).differences(expected(), EXPIRY);
    } catch (RespClient.ErrorReply e) {
      // The job still writes, and what is read may have become something else.
      return List.of("A server does not answer: " + e.getMessage());
    }
  }

  /** Fails the test if one of them has ended by itself, with what it said last. */
  void requireRunning() {
    for (RedisServer server : List.of(source, target)) {
      if (!server.isRunning()) {
        throw new AssertionError("Server '" + server + "' has ended:\n" + server.logTail());
      }
    }
  }

  private static boolean isOfJobs(RedisState.Key key) {
    return key.name().startsWith("syncline:");
  }

  @Override
  public void close() {
    source.close();
    target.close();
  }

  @Override
  public String toString() {
    return source.release() + " to " + target.release();
  }
}
