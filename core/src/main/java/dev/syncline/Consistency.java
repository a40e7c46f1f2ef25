package dev.syncline;

/** In which units what is followed becomes visible at the target. */
public enum Consistency {
  /**
   * One writer commits whole source transactions in the source's order. Once the job is {@link
   * JobState#SYNCHRONIZING}, a reader of the target never sees half a transaction.
   */
  TRANSACTIONAL,
  /**
   * Several writers side by side, see {@link JobLimits#lanes}. The changes of one key, and changes
   * that a unique value passes between, keep their order; apart from that a reader of the target
   * may see a part of a transaction before the rest of it, and a child row before its parent. Each
   * change takes effect exactly once as with {@link #TRANSACTIONAL}. {@link JobStatus#positions}
   * are those that all lanes have reached, and are up to 10 seconds old. Needs a {@link
   * ParallelSink}.
   */
  PER_KEY
}
