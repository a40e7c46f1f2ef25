package dev.syncline.benchmarks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Counts changes and notes when the first, the last of the first kind and the last of all came.
 * Counted by one thread, awaited by another.
 */
final class Progress {

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

  void add(long changes) {
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

  void await() throws InterruptedException {
    if (!complete.await(20, TimeUnit.MINUTES)) {
      throw new IllegalStateException("Only " + count + " of " + all + " changes in 20 minutes.");
    }
    if (count != all) {
      throw new IllegalStateException("Came " + count + " changes, wanted " + all + ".");
    }
  }

  /** Changes per second of large transactions. */
  double bulkRate() {
    return rate(bulk, first, bulkDone);
  }

  /** Changes per second of small transactions. */
  double smallRate() {
    return rate(all - bulk, bulkDone, last);
  }

  /** Changes per second of all. */
  double rate() {
    return rate(all, first, last);
  }

  private static double rate(long changes, long from, long to) {
    return changes * 1e9 / Math.max(1, to - from);
  }
}
