package dev.syncline.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Waits for conditions that come true elsewhere: in a job, in a server, in another process. */
public final class Await {

  private static final long MOMENT_MILLIS = 20;

  private Await() {}

  /**
   * Looks again and again until a condition is true.
   *
   * @param what what the condition is, for the message
   * @throws AssertionError if it does not come true in time
   * @throws Exception what the condition throws
   */
  public static void until(String what, Duration patience, Callable<Boolean> condition)
      throws Exception {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("Within " + patience + " this did not come true: " + what);
      }
      moment();
    }
  }

  /** The time between two looks. */
  public static void moment() throws InterruptedException {
    pause(MOMENT_MILLIS);
  }

  /** A pause that is part of a test's plan, such as the time before a kill. */
  public static void pause(long millis) throws InterruptedException {
    if (new Semaphore(0).tryAcquire(millis, TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("A semaphore without permits gave one.");
    }
  }
}
