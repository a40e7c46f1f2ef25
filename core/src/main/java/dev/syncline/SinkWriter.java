package dev.syncline;

import dev.syncline.change.Change;
import dev.syncline.change.ChangeBatch;

/**
 * Writes changes. Owns its connection, is used by one thread (but for {@link #close}) and is thrown
 * away after any exception.
 */
public interface SinkWriter<C extends Change> extends AutoCloseable {

  /**
   * Writes changes in their order and returns when they are durable. The same changes may come
   * again after a failure, so writing must be idempotent where it can be: the last write of a key
   * wins, deleting a missing row is no error.
   *
   * @throws TransientException if writing the same changes with a new writer may succeed
   * @throws ChangeRejectedException if the target refuses a change for good
   * @throws InterruptedException if the thread was interrupted
   */
  void write(ChangeBatch<C> batch) throws InterruptedException;

  /** Ends the connection, from any thread, in bounded time, also under a {@link #write}. */
  @Override
  void close();
}
