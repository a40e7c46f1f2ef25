package dev.syncline.redis.endtoend;

import dev.syncline.redis.endtoend.RandomKeys.Dump;
import dev.syncline.redis.endtoend.RandomKeys.LastEntry;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RespClient;
import dev.syncline.testkit.server.ServerException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Threads that write random units into a server until they are stopped, and go on after it was
 * killed. What the server refuses, because a key is of another type, is left out.
 */
final class RandomLoad implements AutoCloseable {

  /** A pause after each unit, so that other work has its turn. */
  private static final long PAUSE_MILLIS = 1;

  private final RedisServer server;
  private final RandomKeys keys;
  private final LoadThreads threads = new LoadThreads("random-load");
  private final AtomicLong units = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  /** Writes all that the server's release has. */
  RandomLoad(RedisServer server, int writers, long seed) {
    this(server, new RandomKeys(server.release(), Set.of()), writers, seed);
  }

  RandomLoad(RedisServer server, RandomKeys keys, int writers, long seed) {
    this.server = server;
    this.keys = keys;
    for (int i = 0; i < writers; i++) {
      long own = seed + i;
      threads.add(() -> run(new Random(own)));
    }
  }

  /** Executes so many units at once, before anything else. */
  RandomLoad fill(int count, Random random) {
    try (RespClient client = server.connect()) {
      Writer writer = new Writer(client, random);
      for (int i = 0; i < count; i++) {
        writer.write();
      }
    }
    return this;
  }

  RandomLoad start() {
    threads.start();
    return this;
  }

  private void run(Random random) throws InterruptedException {
    while (!threads.isStopped()) {
      try (RespClient client = server.connect()) {
        Writer writer = new Writer(client, random);
        while (!threads.isStopped()) {
          writer.write();
          Await.pause(PAUSE_MILLIS);
        }
      } catch (ServerException itIsAway) {
        Await.moment();
      }
    }
  }

  /** Lets the writers end; what they have written stays. */
  void stop() throws InterruptedException {
    threads.stop();
  }

  /** How many units were written. */
  long count() {
    return units.get();
  }

  /** How many commands the server has refused. */
  long refused() {
    return refused.get();
  }

  @Override
  public void close() {
    threads.close();
  }

  /** A connection that writes. */
  private final class Writer {

    private final RespClient client;
    private final Random random;
    private LastEntry last = new LastEntry("stream:0", "1-1");

    Writer(RespClient client, Random random) {
      this.client = client;
      this.random = random;
    }

    void write() {
      List<Object[]> unit = keys.unit(random, last);
      for (Object[] command : unit) {
        for (int i = 0; i < command.length; i++) {
          if (command[i] instanceof Dump dump) {
            command[i] = Objects.requireNonNullElse(execute("DUMP", dump.key()), "none");
          }
        }
      }
      if (unit.size() == 1) {
        execute(unit.get(0));
      } else {
        execute("MULTI");
        unit.forEach(this::execute);
        execute("EXEC");
      }
      units.incrementAndGet();
    }

    /** What the server says; null too if it refuses. */
    private @Nullable Object execute(Object... command) {
      try {
        @Nullable Object reply = client.command(command);
        if (command[0].equals("XADD") && reply instanceof byte[] id) {
          last = new LastEntry((String) command[1], new String(id, StandardCharsets.US_ASCII));
        }
        return reply;
      } catch (RespClient.ErrorReply itIsOfAnotherType) {
        refused.incrementAndGet();
        return null;
      }
    }
  }
}
