package dev.syncline.internal;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Wakes the one thread that waits when there may be something to do. */
final class Signal {

  private final Semaphore news = new Semaphore(0);

  void raise() {
    if (news.availablePermits() == 0) {
      news.release();
    }
  }

  /** Waits until the signal is raised, was raised since the last wait, or the time has passed. */
  void await(long millis) throws InterruptedException {
    if (news.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
      news.drainPermits();
    }
  }
}
