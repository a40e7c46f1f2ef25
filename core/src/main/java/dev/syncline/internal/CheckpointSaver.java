package dev.syncline.internal;

import dev.syncline.change.Position;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Saves the checkpoint in a thread of its own: a store may be slow, and changes must not wait for
 * it.
 */
final class CheckpointSaver {

  private final CheckpointKeeper keeper;
  private @Nullable Map<String, Position> next;
  private Map<String, Position> durable = Map.of();

  CheckpointSaver(CheckpointKeeper keeper) {
    this.keeper = keeper;
  }

  /**
   * Lets the checkpoint be saved as it is by now, or a later one.
   *
   * @param positions the positions in it
   */
  synchronized void save(Map<String, Position> positions) {
    next = positions;
    notifyAll();
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
