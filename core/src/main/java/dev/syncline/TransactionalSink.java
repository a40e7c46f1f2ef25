package dev.syncline;

import dev.syncline.change.Change;
import java.util.Map;

/**
 * A sink that stores a job's progress in the same transactions as its data, which makes the
 * guarantee {@link Guarantee#EXACTLY_ONCE}.
 */
public non-sealed interface TransactionalSink<C extends Change> extends Sink<C> {

  /**
   * Takes the target over for one run of a job: fences all earlier runs off, then reads what they
   * have committed. After it returned, no transaction of an earlier run commits any more.
   *
   * <p>The epoch is raised on all of the job's records in one transaction before anything is read.
   *
   * @param run the job, and the lowest epoch that it may get
   * @param firstPositions at the first start the positions to record, unless an earlier try has
   *     recorded some under the same job id; empty when records must be there already
   * @return the epoch that is in force from now on and the progress that was found
   * @throws ProgressLostException if the records are missing, or belong to another job of that name
   * @throws TransientException if another try may succeed, for example because an earlier run's
   *     transaction still holds a lock
   */
  TargetProgress takeOver(JobRun run, Map<String, String> firstPositions);

  /**
   * Opens the writer of a lane. The caller closes it.
   *
   * @param run the run with the epoch that {@link #takeOver} returned
   * @param lane the number of the lane, from 0
   * @throws TransientException if opening it again may succeed
   */
  LaneWriter<C> openLane(JobRun run, int lane);
}
