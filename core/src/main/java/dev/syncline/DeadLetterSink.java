package dev.syncline;

/**
 * Keeps changes on which a transform has failed, for people to look at. The job goes on without
 * them.
 *
 * <p>Thread-safe: called from the job's thread, and from several more during a snapshot. The job
 * waits meanwhile.
 */
@FunctionalInterface
public interface DeadLetterSink {

  /**
   * Keeps a letter and returns when it is durable: the job will not bring the change to the target.
   *
   * <p>The same change may come again after a restart, since the job goes on from its last
   * checkpoint. {@link DeadLetter#place} and the key of the row tell whether it was there before.
   *
   * @throws TransientException if the letter is not kept, and trying again later may succeed; the
   *     job starts again from its checkpoint
   * @throws RuntimeException if it cannot be kept; the job stops in front of the change
   */
  void keep(DeadLetter letter);
}
