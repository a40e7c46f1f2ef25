package dev.syncline.redis;

import dev.syncline.TransientException;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.KeyChange;
import dev.syncline.redis.RedisPosition.Following;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the next reader begin with a copy, since keys in doubt cannot be read again: hands on a
 * position behind which no server can go on, and fails as soon as the target is known to have it.
 * Owned by the thread that reads.
 */
final class CopyDemand {

  private static final Logger LOG = LoggerFactory.getLogger(CopyDemand.class);

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final StreamScope scope;
  private final RedisAddress source;
  private @Nullable RedisPosition last;

  CopyDemand(StreamScope scope, RedisAddress source) {
    this.scope = scope;
    this.source = source;
  }

  /**
   * The position, and then nothing any more.
   *
   * @param stands where the reader has come to
   */
  ChangeBatch<KeyChange> poll(String why, RedisPosition stands, Duration maxWait) {
    if (last != null) {
      LockSupport.parkNanos(Math.min(maxWait.toNanos(), PAUSE_NANOS));
      return ChangeBatch.empty();
    }
    LOG.warn(
        "Keys that source '{}' has renewed while job '{}' was late or away may be gone at the"
            + " target, and cannot be read again: {}. The job copies all keys once more.",
        source,
        scope.job(),
        why);
    Following place = (Following) stands.place();
    last =
        new RedisPosition(
            stands.attempt(),
            new Following(Following.NO_HISTORY, place.offset() + 1, place.database(), false));
    return new ChangeBatch<>(List.of(), Optional.of(last));
  }

  /** Whether the position was handed on, so that nothing may come behind it. */
  boolean isMade() {
    return last != null;
  }

  /**
   * Notes that everything up to a position is safe.
   *
   * @throws TransientException if that is the one that was handed on last
   */
  void acknowledged(RedisPosition position) {
    if (last != null && position.compareTo(last) >= 0) {
      throw new TransientException(
          "Source '%s' is to copy all keys of job '%s' once more.".formatted(source, scope.job()));
    }
  }
}
