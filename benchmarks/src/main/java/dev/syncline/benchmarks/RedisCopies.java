package dev.syncline.benchmarks;

import static dev.syncline.Initialization.DATA;

import dev.syncline.KeySelection;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.change.KeyChange;
import dev.syncline.redis.RedisSink;
import dev.syncline.redis.RedisSource;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RespClient;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** What the benchmarks of Redis share: servers, keys, and the job that copies and follows them. */
final class RedisCopies {

  static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final int IN_PIPELINE = 1_000;
  private static final int PIPELINES = 3;
  private static final long LOOK_NANOS = 2_000_000;
  private static final String VALUE = "a value of twenty b.";

  private RedisCopies() {}

  /** A server that keeps nothing on disk, and whose limits for replicas are not met. */
  static RedisServer server(String name) {
    return RedisServer.builder(RedisRelease.REDIS_7_0)
        .name(name)
        .option("repl-backlog-size", "512mb")
        .option("client-output-buffer-limit", "replica", "2gb", "0", "0")
        .option("repl-diskless-sync", "yes")
        .option("repl-diskless-sync-delay", "0")
        .start();
  }

  /** A job that copies everything. */
  static SyncJob<KeyChange> job(String name, RedisServer source, RedisServer target) {
    return SyncJob.from(RedisSource.builder().host(source.host()).port(source.port()).build())
        .to(RedisSink.builder().host(target.host()).port(target.port()).build())
        .named(name)
        .select(KeySelection.all())
        .initialize(DATA)
        .checkpoints(new MemoryCheckpointStore())
        .build();
  }

  /** Sends that many SETs of different keys, and waits for all answers. */
  static void fill(RedisServer server, int keys) throws IOException {
    try (Socket socket = new Socket(server.host(), server.port())) {
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      int pending = 0;
      for (int next = 0; next < keys; next += IN_PIPELINE) {
        StringBuilder commands = new StringBuilder();
        for (int i = next; i < next + IN_PIPELINE; i++) {
          String key = "key:" + i;
          commands
              .append("*3\r\n$3\r\nSET\r\n$")
              .append(key.length())
              .append("\r\n")
              .append(key)
              .append("\r\n$")
              .append(VALUE.length())
              .append("\r\n")
              .append(VALUE)
              .append("\r\n");
        }
        out.write(commands.toString().getBytes(StandardCharsets.US_ASCII));
        if (++pending == PIPELINES) {
          readAnswers(in);
          pending--;
        }
      }
      while (pending-- > 0) {
        readAnswers(in);
      }
    }
  }

  private static void readAnswers(InputStream in) throws IOException {
    int answers = 0;
    while (answers < IN_PIPELINE) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("The server has ended the connection.");
      }
      if (next == '-') {
        throw new IOException("The server refuses a SET.");
      }
      answers += next == '\n' ? 1 : 0;
    }
  }

  static void await(BooleanSupplier condition) throws InterruptedException {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new IllegalStateException("It has not come in " + PATIENCE + ".");
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /** The heartbeat's key is at the source, and at its replicas. */
  static void checkSize(String who, RedisServer source, RedisServer target) {
    long there = keys(target);
    long here = keys(source);
    if (there != here) {
      throw new IllegalStateException(
          "%s: the target has %d keys instead of %d.".formatted(who, there, here));
    }
  }

  private static long keys(RedisServer server) {
    try (RespClient client = server.connect()) {
      String heartbeat = client.texts("KEYS", "syncline:heartbeat:*").toString();
      if (!(client.command("DBSIZE") instanceof Long keys)) {
        throw new IllegalStateException("A server does not answer DBSIZE with a number.");
      }
      return heartbeat.equals("[]") ? keys : keys - heartbeat.split(",", -1).length;
    }
  }

  /** Whether a replica has copied all and follows. */
  static boolean isLinked(RedisServer replica) {
    return "up".equals(replica.info("replication").get("master_link_status"));
  }
}
