package dev.syncline.benchmarks;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Counts changes and notes when the first, the last of the first kind and the last of all came.
 * Thread-safe.
 */
final class Progress {

  private static final Duration QUIET = Duration.ofSeconds(1);

  private final long bulk;
  private final long all;
  private final CountDownLatch complete = new CountDownLatch(1);
  private long count;
  private long first;
  private long bulkDone;
  private long last;

  /**
   * Waits for changes.
   *
   * @param bulk how many come from large transactions, at first
   * @param small how many come from small transactions, after them
   */
  Progress(long bulk, long small) {
    this.bulk = bulk;
    this.all = bulk + small;
  }

  synchronized void add(long changes) {
    long now = System.nanoTime();
    if (count == 0) {
      first = now;
    }
    boolean inBulk = count < bulk;
    count += changes;
    if (inBulk && count >= bulk) {
      bulkDone = now;
    }
    if (count >= all && complete.getCount() > 0) {
      last = now;
      complete.countDown();
    }
  }

  /** Waits until all have come, and checks that no more come. */
  void await() throws InterruptedException {
    boolean enough = complete.await(20, TimeUnit.MINUTES);
    LockSupport.parkNanos(QUIET.toNanos());
    if (!enough || count() != all) {
      throw new IllegalStateException("Came " + count() + " changes, wanted " + all + ".");
    }
  }

  private synchronized long count() {
    return count;
  }

  /** Changes per second of large transactions. */
  synchronized double bulkRate() {
    return rate(bulk, first, bulkDone);
  }

  /** Changes per second of small transactions. */
  synchronized double smallRate() {
    return rate(all - bulk, bulkDone, last);
  }

  /** Changes per second of all. */
  synchronized double rate() {
    return rate(all, first, last);
  }

  private static double rate(long changes, long from, long to) {
    return changes * 1e9 / Math.max(1, to - from);
  }
}
