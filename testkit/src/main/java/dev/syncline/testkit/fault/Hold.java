package dev.syncline.testkit.fault;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Stops the thread that passes a fault point, as a pause of the whole process would: it does not
 * notice interrupts meanwhile. Released by {@link #release}, or after {@value #MOST_MINUTES}
 * minutes. Thread-safe.
 */
public final class Hold {

  static final long MOST_MINUTES = 10;

  private final FaultPoint point;
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  Hold(FaultPoint point) {
    this.point = point;
  }

  /**
   * Waits until a thread has come to the point and stopped.
   *
   * @throws AssertionError if none comes in time
   */
  public void awaitReached(Duration limit) throws InterruptedException {
    if (!reached.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new AssertionError("Within " + limit + " nobody came to " + point + ".");
    }
  }

  /** Lets the thread go on. */
  public void release() {
    released.countDown();
  }

  void await() {
    reached.countDown();
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(MOST_MINUTES);
    boolean interrupted = false;
    boolean over = false;
    while (!over) {
      try {
        over = released.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        over |= System.nanoTime() >= deadline;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
