package dev.syncline.redis;

import dev.syncline.SyncException;
import dev.syncline.TransientException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A key that is written to the source once a second, to see how long its stream takes to get here.
 * The target never gets it. Has a connection and a thread of its own: a source that takes no writes
 * for now, as while it shuts down, answers only when it takes them again.
 */
final class Heartbeat implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

  /** What the names of all such keys begin with, those of other jobs as well. */
  static final String PREFIX = "syncline:heartbeat:";

  private static final byte[] PREFIX_BYTES = PREFIX.getBytes(StandardCharsets.US_ASCII);
  private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long KEPT_MILLIS = TimeUnit.HOURS.toMillis(1);

  /** A heartbeat that is older than this when the next one comes was on its way for too long. */
  private static final long FRESH_MILLIS = 2_000;

  private static final Set<String> NAMES =
      Set.of("SET", "SETEX", "PSETEX", "EXPIRE", "PEXPIRE", "EXPIREAT", "PEXPIREAT");

  private final RedisAddress address;
  private final RedisLogin login;
  private final byte[] key;
  private final int database;
  private final Clock clock;
  private final boolean proves;
  private final Map<Long, Long> offsets = new HashMap<>();
  private volatile boolean refused;
  private volatile boolean missing;
  private @Nullable RespConnection connection;
  private boolean closed;

  /** The time in the one that the source has not answered yet. */
  private long asked;

  private @Nullable RuntimeException failure;

  /** Of the last one that has come; known to the thread that reads. */
  private long come;

  /**
   * The heartbeat of a stream.
   *
   * @param address the server that has the stream
   * @param proves whether to ask it which offset each one has
   */
  Heartbeat(RedisAddress address, RedisSourceSettings settings, StreamScope scope, boolean proves) {
    this.address = address;
    this.login = settings.login();
    this.proves = proves;
    this.key = scope.heartbeat();
    this.database = scope.heartbeatDatabase();
    this.clock = settings.clock();
  }

  /** Whether a name is that of some job's heartbeat. */
  static boolean isName(byte[] key) {
    return BuildNames.startsWith(key, PREFIX_BYTES);
  }

  /** Whether a command is about heartbeats of some job and about nothing else. */
  static boolean isOf(byte[][] command) {
    if (command.length < 2 || !isName(command[1])) {
      return false;
    }
    String name = new String(command[0], StandardCharsets.US_ASCII).toUpperCase(Locale.ROOT);
    return NAMES.contains(name)
        || (command.length == 2 && (name.equals("DEL") || name.equals("UNLINK")));
  }

  /** Writes it each second until it is closed or fails; whoever checks is told with what. */
  @SuppressWarnings("CatchingUnchecked") // handed to the thread that reads
  void run() {
    try (RespConnection source = RespConnection.open(address, login)) {
      own(source);
      long time = begin();
      while (time > 0) {
        beat(source, time);
        awaitNext();
        time = begin();
      }
    } catch (RuntimeException e) {
      fail(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(new TransientException("The heartbeat of '" + address + "' was interrupted.", e));
    } catch (Error e) {
      fail(new SyncException("The heartbeat of '" + address + "' has failed: " + e, e));
      throw e;
    }
  }

  private synchronized void own(RespConnection source) {
    connection = source;
  }

  private synchronized void fail(RuntimeException cause) {
    failure = cause;
    notifyAll();
  }

  /**
   * Fails as writing it has failed.
   *
   * @throws SyncException if the source does not take it although it must be known
   * @throws TransientException if trying again may succeed
   */
  synchronized void check() {
    if (failure != null) {
      throw failure;
    }
  }

  /** The time in the next one; 0 if there is to be none. */
  private synchronized long begin() {
    asked = closed || refused ? 0 : clock.millis();
    return asked;
  }

  private synchronized void awaitNext() throws InterruptedException {
    asked = 0;
    notifyAll();
    long deadline = System.nanoTime() + PERIOD_NANOS;
    long left = PERIOD_NANOS;
    while (!closed && left > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = deadline - System.nanoTime();
    }
  }

  private void beat(RespConnection source, long time) {
    try {
      source.select(database);
      write(source, time);
      missing = false;
    } catch (RedisReplyException e) {
      if (RedisErrors.isPassing(e) && !e.is("READONLY")) {
        // A source that is full is followed all the same.
        missing = true;
        return;
      }
      if (proves) {
        throw RedisErrors.refused(address, "the heartbeat, which it must be given", e);
      }
      refused = true;
      LOG.warn(
          "Source '{}' refuses the heartbeat key '{}', so delays are known less exactly: {}. Allow"
              + " it, or build the source withoutHeartbeat().",
          address,
          new String(key, StandardCharsets.UTF_8),
          e.getMessage());
    }
  }

  private void write(RespConnection source, long time) throws RedisReplyException {
    Object[] set = {"SET", key, Long.toString(time), "PX", Long.toString(KEPT_MILLIS)};
    if (!proves) {
      Object unused = source.ask(set);
      return;
    }
    // Nothing comes in between, so the offset is that of the end of SET.
    source.send(new RespWriter().add("MULTI").add(set).add("INFO", "replication").add("EXEC"));
    List<@Nullable Object> replies = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      replies.add(source.read());
    }
    if (replies.get(3) instanceof List<?> results) {
      replies.addAll(results);
    }
    for (Object reply : replies) {
      if (reply instanceof RedisReplyException error) {
        throw error;
      }
    }
    RedisInfo.parse(RespConnection.textOf(replies.get(replies.size() - 1)))
        .number("master_repl_offset")
        .ifPresent(offset -> note(time, offset));
  }

  private synchronized void note(long time, long offset) {
    offsets.put(time, offset);
  }

  /**
   * Notes that a heartbeat has come in the stream.
   *
   * @return the offset of the source behind it, if that was asked for
   * @throws InterruptedException if the thread was interrupted
   */
  synchronized Optional<Long> come(long written) throws InterruptedException {
    come = Math.max(come, written);
    while (proves && asked == written && failure == null && !closed) {
      // The answer is on its way, on another connection.
      wait();
    }
    return Optional.ofNullable(offsets.remove(written));
  }

  /**
   * Whether one has come of late, or none is written: what the stream brings at some time was
   * carried out just before.
   */
  boolean hasCome(long millis) {
    return refused || missing || millis - come <= FRESH_MILLIS;
  }

  /** Ends it, from any thread. */
  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
    if (connection != null) {
      connection.close();
    }
  }

  /** The time in a command of the stream that writes this heartbeat; empty for other commands. */
  Optional<Long> timeIn(byte[][] arguments) {
    return timeIn(arguments, key);
  }

  static Optional<Long> timeIn(byte[][] arguments, byte[] key) {
    String name = new String(arguments[0], StandardCharsets.US_ASCII).toUpperCase(Locale.ROOT);
    // SET key value …, or SETEX and PSETEX key time value.
    int place = name.equals("SET") ? 2 : name.endsWith("SETEX") ? 3 : Integer.MAX_VALUE;
    if (arguments.length <= place || !Arrays.equals(arguments[1], key)) {
      return Optional.empty();
    }
    String time = new String(arguments[place], StandardCharsets.US_ASCII);
    // Somebody else may have written it.
    return time.matches("\\d{1,18}") ? Optional.of(Long.parseLong(time)) : Optional.empty();
  }
}
