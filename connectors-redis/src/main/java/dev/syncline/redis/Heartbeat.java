package dev.syncline.redis;

import dev.syncline.TransientException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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

  private final RespConnection source;
  private final byte[] key;
  private final int database;
  private final Clock clock;
  private long writtenAt = System.nanoTime() - PERIOD_NANOS;
  private boolean refused;

  /** The heartbeat of a stream. */
  Heartbeat(RespConnection source, StreamScope scope, Clock clock) {
    this.source = source;
    this.key = scope.heartbeat();
    this.database = scope.heartbeatDatabase();
    this.clock = clock;
  }

  /** Whether a name is that of some job's heartbeat. */
  static boolean isName(byte[] key) {
    return key.length > PREFIX_BYTES.length
        && Arrays.equals(key, 0, PREFIX_BYTES.length, PREFIX_BYTES, 0, PREFIX_BYTES.length);
  }

  /** Writes it if a second has passed. */
  void beat() {
    long now = System.nanoTime();
    if (refused || now - writtenAt < PERIOD_NANOS) {
      return;
    }
    writtenAt = now;
    try {
      source.select(database);
      Object unused =
          source.ask("SET", key, Long.toString(clock.millis()), "PX", Long.toString(KEPT_MILLIS));
    } catch (RedisReplyException e) {
      if (RedisErrors.isPassing(e) && !e.is("READONLY")) {
        throw new TransientException(
            "Server '%s' refuses the heartbeat: %s".formatted(source.address(), e.getMessage()), e);
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

  /** The time in a command of the stream that writes this heartbeat; empty for other commands. */
  Optional<Long> timeIn(byte[][] arguments) {
    if (arguments.length < 3 || !Arrays.equals(arguments[1], key)) {
      return Optional.empty();
    }
    // SET key value …, or SETEX and PSETEX key time value.
    for (int i = 2; i < Math.min(4, arguments.length); i++) {
      byte[] argument = arguments[i];
      if (argument.length == 13) {
        try {
          return Optional.of(Long.parseLong(new String(argument, StandardCharsets.US_ASCII)));
        } catch (NumberFormatException e) {
          // Somebody else has written it.
        }
      }
    }
    return Optional.empty();
  }
}
