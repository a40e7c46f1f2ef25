package dev.syncline;

import java.util.Objects;

/**
 * One run of a job in one process, as its records at the target know it.
 *
 * @param job the name of the job
 * @param jobId the id that the job got at its first start
 * @param epoch the number of the run, rising from 1; a run with a lower epoch must not write
 */
public record JobRun(String job, String jobId, long epoch) {

  /** Checks that nothing is missing. */
  public JobRun {
    Objects.requireNonNull(job, "job");
    Objects.requireNonNull(jobId, "jobId");
  }

  /** The same job under another epoch. */
  public JobRun withEpoch(long other) {
    return new JobRun(job, jobId, other);
  }
}
