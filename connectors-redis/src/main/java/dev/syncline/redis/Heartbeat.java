package dev.syncline.redis;

import dev.syncline.SyncException;
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
 * The target never gets it. Owned by the thread that reads.
 */
final class Heartbeat {

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

  private final RespConnection source;
  private final byte[] key;
  private final int database;
  private final Clock clock;
  private long writtenAt = System.nanoTime() - PERIOD_NANOS;
  private final boolean proves;
  private final Map<Long, Long> offsets = new HashMap<>();
  private boolean refused;
  private boolean missing;
  private long come;

  /**
   * The heartbeat of a stream.
   *
   * @param proves whether to ask the source which offset each one has
   */
  Heartbeat(RespConnection source, StreamScope scope, Clock clock, boolean proves) {
    this.source = source;
    this.proves = proves;
    this.key = scope.heartbeat();
    this.database = scope.heartbeatDatabase();
    this.clock = clock;
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

  /**
   * Writes it if a second has passed.
   *
   * @throws SyncException if the source does not take it although it must be known
   */
  void beat() {
    long now = System.nanoTime();
    if (refused || now - writtenAt < PERIOD_NANOS) {
      return;
    }
    writtenAt = now;
    try {
      source.select(database);
      write(clock.millis());
      missing = false;
    } catch (RedisReplyException e) {
      if (RedisErrors.isPassing(e) && !e.is("READONLY")) {
        // A source that is full is followed all the same.
        missing = true;
        return;
      }
      if (proves) {
        throw RedisErrors.refused(source.address(), "the heartbeat, which it must be given", e);
      }
      refused = true;
      LOG.warn(
          "Source '{}' refuses the heartbeat key '{}', so delays are known less exactly: {}. Allow"
              + " it, or switch it off (heartbeat).",
          source.address(),
          new String(key, StandardCharsets.UTF_8),
          e.getMessage());
    }
  }

  private void write(long time) throws RedisReplyException {
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
        .ifPresent(offset -> offsets.put(time, offset));
  }

  /**
   * Notes that a heartbeat has come in the stream.
   *
   * @return the offset of the source behind it, if that was asked for
   */
  Optional<Long> come(long written) {
    come = Math.max(come, written);
    return Optional.ofNullable(offsets.remove(written));
  }

  /**
   * Whether one has come of late, or none is written: what the stream brings at some time was
   * carried out just before.
   */
  boolean hasCome(long millis) {
    return refused || missing || millis - come <= FRESH_MILLIS;
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
