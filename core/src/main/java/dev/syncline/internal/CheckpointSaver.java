package dev.syncline.internal;

import dev.syncline.change.Position;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Saves the checkpoint in a thread of its own: a store may be slow, and changes must not wait for
 * it.
 */
final class CheckpointSaver {

  /** How long a store may take before it is spoken of. */
  static final long LATE_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** A store that takes the whole text each time is not to take more of it than this. */
  static final long CHARACTERS_PER_SECOND = 1 << 20;

  private final CheckpointKeeper keeper;
  private @Nullable Map<String, Position> next;
  private OptionalLong waitsSince = OptionalLong.empty();
  private Map<String, Position> durable = Map.of();

  CheckpointSaver(CheckpointKeeper keeper) {
    this.keeper = keeper;
  }

  /**
   * How long to wait from one save to the next: longer for checkpoints of many tables.
   *
   * @param wanted how long in any case
   */
  long pause(Duration wanted) {
    long nanos = TimeUnit.SECONDS.toNanos(keeper.savedCharacters()) / CHARACTERS_PER_SECOND;
    return Math.max(Ticker.inNanos(wanted), nanos);
  }

  /**
   * Lets the checkpoint be saved as it is by now, or a later one.
   *
   * @param positions the positions in it
   * @param now the time
   */
  synchronized void save(Map<String, Position> positions, long now) {
    next = positions;
    if (waitsSince.isEmpty()) {
      waitsSince = OptionalLong.of(now);
    }
    notifyAll();
  }

  /** Whether nothing has been saved for a long time although it was to be; once for each. */
  synchronized boolean isLate(long now) {
    boolean late = waitsSince.isPresent() && now - waitsSince.getAsLong() >= LATE_NANOS;
    if (late) {
      waitsSince = OptionalLong.of(now);
    }
    return late;
  }

  /** The positions of the last checkpoint that is saved; empty before the first one. */
  synchronized Map<String, Position> durable() {
    return durable;
  }

  /** Saves until the thread is interrupted. */
  void run() throws InterruptedException {
    while (true) {
      Map<String, Position> positions = take();
      keeper.save();
      synchronized (this) {
        durable = positions;
        waitsSince = OptionalLong.empty();
      }
    }
  }

  private synchronized Map<String, Position> take() throws InterruptedException {
    Map<String, Position> taken = next;
    while (taken == null) {
      wait();
      taken = next;
    }
    next = null;
    return taken;
  }
}
