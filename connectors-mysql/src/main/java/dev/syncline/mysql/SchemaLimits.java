package dev.syncline.mysql;

import java.time.Duration;

/**
 * How long statements that change objects of the target, and those who find them running, wait.
 *
 * @param lockWait for other sessions that hold an object
 * @param look for a statement of an earlier run, at one time; the job tries again later
 * @param orphan how long such a statement may run before it is ended; what it has done so far is
 *     lost then
 * @param end until a session that was ended is gone
 * @param life between two looks for the session that runs the job's own statement, which also keep
 *     the target locked: less than {@link SinkSession#IDLE_LIMIT}
 */
record SchemaLimits(
    Duration lockWait, Duration look, Duration orphan, Duration end, Duration life) {

  static final SchemaLimits DEFAULT =
      new SchemaLimits(
          Duration.ofMinutes(1),
          Duration.ofSeconds(5),
          Duration.ofHours(12),
          Duration.ofSeconds(30),
          SinkSession.IDLE_LIMIT.dividedBy(6));
}
