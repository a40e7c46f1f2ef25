package dev.syncline.redis.endtoend;

import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RespClient;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Threads that count in several ways at a source that is never struck, one by one and in
 * transactions, so that each command that is lost or done twice shows.
 */
final class Counters implements AutoCloseable {

  private static final int KEYS = 3;
  private static final int WRITERS = 2;

  private final boolean hasStreams;
  private final LoadThreads threads = new LoadThreads("counters");
  private final AtomicLong rounds = new AtomicLong();

  /** Begins to count. */
  Counters(RedisServer source) {
    hasStreams = source.release().isFrom(5, 0);
    for (int i = 0; i < WRITERS; i++) {
      threads.add(() -> run(source));
    }
    threads.start();
  }

  private void run(RedisServer source) throws InterruptedException {
    try (RespClient client = source.connect()) {
      while (!threads.isStopped()) {
        long round = rounds.getAndIncrement();
        boolean unit = round % 3 == 0;
        if (unit) {
          client.command("MULTI");
        }
        count(client, (int) (round % KEYS));
        if (unit) {
          client.command("EXEC");
        }
        Await.pause(1);
      }
    }
  }

  private void count(RespClient client, int key) {
    client.command("INCR", "incr:" + key);
    client.command("APPEND", "append:" + key, "x");
    client.command("RPUSH", "list:" + key, "x");
    client.command("HINCRBY", "hash", "field" + key, 1);
    client.command("ZINCRBY", "zset", 1, "member" + key);
    if (hasStreams) {
      client.command("XADD", "stream:" + key, "*", "f", "v");
    }
  }

  /** Stops counting. */
  void stop() throws InterruptedException {
    threads.stop();
  }

  /** What each way of counting must have come to. */
  List<Long> totals() {
    long total = rounds.get();
    return List.of(total, total, total, hasStreams ? total : 0);
  }

  /** What the ways have come to at a server. */
  List<Long> totalsAt(RedisServer server) {
    long counted = 0;
    long appended = 0;
    long pushed = 0;
    long added = 0;
    try (RespClient client = server.connect()) {
      for (int key = 0; key < KEYS; key++) {
        counted += Long.parseLong(client.text("GET", "incr:" + key));
        appended += (Long) client.command("STRLEN", "append:" + key);
        pushed += (Long) client.command("LLEN", "list:" + key);
        added += hasStreams ? (Long) client.command("XLEN", "stream:" + key) : 0;
      }
    }
    return List.of(counted, appended, pushed, added);
  }

  @Override
  public void close() {
    threads.close();
  }
}
