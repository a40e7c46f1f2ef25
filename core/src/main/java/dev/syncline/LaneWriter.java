package dev.syncline;

import dev.syncline.change.Change;
import java.util.List;
import java.util.Map;

/**
 * Writes a lane's changes in transactions that also move the lane's position. Owns its connection,
 * is used by one thread (but for {@link #close}) and is thrown away after any exception.
 */
public interface LaneWriter<C extends Change> extends AutoCloseable {

  /**
   * Writes changes in their order into the open transaction; begins one if none is open.
   *
   * @throws TransientException if writing the same transaction with a new writer may succeed
   * @throws OwnershipLostException if a later run has taken over
   * @throws ChangeRejectedException if the target refuses a change for good
   * @throws InterruptedException if the thread was interrupted
   */
  void write(List<C> changes) throws InterruptedException;

  /**
   * Commits what was written since the last commit together with the positions.
   *
   * @param positions the printed position of each stream; a stream that is not named stays
   * @throws TransientException if the outcome is unknown or the commit failed; the engine takes
   *     over anew and reads what was committed
   * @throws OwnershipLostException if a later run has taken over
   * @throws InterruptedException if the thread was interrupted
   */
  void commit(Map<String, String> positions) throws InterruptedException;

  /** Ends the connection without a commit, from any thread, in bounded time. */
  @Override
  void close();
}
