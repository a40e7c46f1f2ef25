package dev.syncline.examples.demo;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A wait between two looks. */
final class Pause {

  private Pause() {}

  static void of(Duration time) throws InterruptedException {
    boolean never = new Semaphore(0).tryAcquire(time.toMillis(), TimeUnit.MILLISECONDS);
    if (never) {
      throw new IllegalStateException("A semaphore without permits gave one.");
    }
  }
}
