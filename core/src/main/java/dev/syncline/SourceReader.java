package dev.syncline;

import dev.syncline.change.Change;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.Position;
import java.time.Duration;

/**
 * Follows one stream. Owns its connection, is used by one thread (but for {@link #close}) and is
 * thrown away after any exception.
 */
public interface SourceReader<C extends Change> extends AutoCloseable {

  /**
   * Waits for changes and hands them on: as many as there are, up to a limit of the reader's own,
   * as soon as there is one.
   *
   * @param maxWait how long to wait for the first one
   * @return the changes; without parts if the time passed without any
   * @throws TransientException if reading on from the last position with a new reader may succeed
   * @throws TransactionCutException if a transaction whose first parts were handed on has been
   *     rolled back; a reader that is opened later leaves it out
   * @throws UnsupportedChangeException if the log holds what must not be guessed
   * @throws PositionLostException if the source no longer has the log
   * @throws InterruptedException if the thread was interrupted
   */
  ChangeBatch<C> poll(Duration maxWait) throws InterruptedException;

  /**
   * Tells the source that everything before a position is safe at the target. The engine calls it
   * at least every second from the thread that polls, also while it cannot take more changes, so
   * that it serves as sign of life.
   */
  void acknowledge(Position position);

  /**
   * Tells that everything up to a position is at the target, although perhaps not in the checkpoint
   * yet. Called soon after it is, by the thread that polls. By default nothing comes of it.
   */
  default void written(Position position) {}

  /**
   * Whether the source waits to be told that what was handed on is safe. The engine then saves that
   * at once, and tells it. Asked behind each {@link #poll}, by the thread that polls. By default it
   * does not wait.
   */
  default boolean awaitsAcknowledgement() {
    return false;
  }

  /** Ends the connection, from any thread, in bounded time, also under a {@link #poll}. */
  @Override
  void close();
}
