package dev.syncline.redis.endtoend;

import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RespClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Threads that count in several ways at a source that is never struck, one by one and in
 * transactions, so that each command that is lost or done twice shows.
 */
final class Counters implements AutoCloseable {

  private static final int KEYS = 3;
  private static final int WRITERS = 2;

  private final boolean hasStreams;
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicLong rounds = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean stopped;

  /** Begins to count. */
  Counters(RedisServer source) {
    hasStreams = source.release().isFrom(5, 0);
    for (int i = 0; i < WRITERS; i++) {
      Thread thread = new Thread(() -> run(source), "counters-" + i);
      thread.start();
      threads.add(thread);
    }
  }

  private void run(RedisServer source) {
    try (RespClient client = source.connect()) {
      while (!stopped) {
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
    } catch (RuntimeException | InterruptedException e) {
      failure.set(e);
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
    stopped = true;
    for (Thread thread : threads) {
      thread.join();
    }
    Throwable cause = failure.get();
    if (cause != null) {
      throw new AssertionError("The counters have failed.", cause);
    }
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
    try {
      stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
