package dev.syncline.redis.endtoend;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Waits for conditions. */
final class Await {

  private Await() {}

  static void until(String what, Duration patience, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("Within " + patience + " this did not come true: " + what);
      }
      moment();
    }
  }

  /** The time between two looks. */
  static void moment() throws InterruptedException {
    pause(20);
  }

  /** A pause that is part of a test's plan, such as the time before a kill. */
  static void pause(long millis) throws InterruptedException {
    if (new Semaphore(0).tryAcquire(millis, TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("A semaphore without permits gave one.");
    }
  }
}
