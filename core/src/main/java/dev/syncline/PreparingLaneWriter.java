package dev.syncline;

import dev.syncline.change.Change;
import java.util.List;

/**
 * A {@link LaneWriter} that can do for the next changes, while it still writes others, whatever
 * needs no connection: reducing them, making statements of them. The engine then writes through
 * {@link #prepare} alone.
 */
public interface PreparingLaneWriter<C extends Change> extends LaneWriter<C> {

  /**
   * Makes changes ready to be written. Called by one thread, which is another one than that of
   * {@link #write} and {@link #commit}, also while these work; must not wait for them.
   *
   * @return what {@link Prepared#write} is called on by the other thread, once and in the order of
   *     the calls
   * @throws ChangeRejectedException if the target would refuse a change for good
   */
  Prepared prepare(List<C> changes);

  /** Changes that are ready to be written. */
  interface Prepared {

    /** Does what {@link LaneWriter#write} does, with the same exceptions. */
    void write() throws InterruptedException;
  }
}
