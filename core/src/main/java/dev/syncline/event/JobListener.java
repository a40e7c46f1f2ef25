package dev.syncline.event;

/**
 * Hears what happens to a job.
 *
 * <p>Called from the job's own threads and from the one that starts it, one event at a time, in
 * order. It should return soon: the job waits. What it throws is logged and does not stop the job.
 */
@FunctionalInterface
public interface JobListener {

  /** Something happened. */
  void on(JobEvent event);
}
