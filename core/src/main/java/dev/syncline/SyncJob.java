package dev.syncline;

import dev.syncline.change.Change;
import java.time.Duration;

/**
 * A job that brings one data store's structure and data to another and then follows the changes.
 *
 * <p>Made by {@link #from}; each job object runs in this process, with threads of its own that
 * begin at {@link #start} and end at {@link #close}. What it needs to go on is in its {@link
 * CheckpointStore}: a new job object of the same name and store goes on where the old one ended,
 * however that one ended. Thread-safe.
 */
public interface SyncJob<C extends Change> extends AutoCloseable {

  /** Begins to describe a job that reads from a source. */
  static <C extends Change> SyncJobBuilder<C> from(Source<C> source) {
    return new SyncJobBuilder<>(source);
  }

  /** The name of the job. */
  String name();

  /**
   * Looks for reasons not to start. Changes nothing at either end, and not the state of the job.
   * Blocks while it asks source and target. May be called at any time.
   *
   * @return everything that was found
   * @throws TransientException if the checkpoint could not be loaded, and trying again may succeed
   * @throws SyncException if the stored checkpoint is damaged
   */
  PrecheckReport precheck();

  /**
   * Runs the pre-check and, if it passes, starts the threads of the job. Blocks during the
   * pre-check only.
   *
   * @throws PrecheckFailedException if something must be mended or acknowledged first; call again
   *     when it is
   * @throws OwnershipLostException if another instance of the job changed the checkpoint meanwhile
   * @throws TransientException if the checkpoint could not be loaded, and trying again may succeed
   * @throws SyncException if the stored checkpoint is damaged
   * @throws IllegalStateException if the job is running or closed
   */
  void start();

  /**
   * Waits until all existing rows are at the target and the job follows the source.
   *
   * @param timeout how long to wait
   * @return whether it does; false if the time passed before
   * @throws SyncException if the job fails meanwhile or is closed, with the failure as its cause
   * @throws InterruptedException if the thread was interrupted
   */
  boolean awaitSynchronizing(Duration timeout) throws InterruptedException;

  /** How the job stands at this moment. Never blocks on source or target. */
  JobStatus status();

  /**
   * Stops the job, in the middle of whatever it does, and waits until its threads have ended, at
   * most 10 seconds. What is committed at the target stays; a new job object goes on from there.
   * May be called twice and from any thread.
   */
  @Override
  void close();
}
