package dev.syncline.testkit;

import dev.syncline.TableChangedException;
import dev.syncline.TransientException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Holds users of readers and writers to the rules: one thread at a time, nothing after an
 * exception. Thread-safe.
 */
final class OneUser {

  private final String what;
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile boolean broken;
  private volatile boolean closed;

  /** One call of a reader's or writer's method. */
  @FunctionalInterface
  interface Work<T, E extends Exception> {
    T run() throws E;
  }

  /** One call that has no result. */
  @FunctionalInterface
  interface Action<E extends Exception> {
    void run() throws E;
  }

  OneUser(String what) {
    this.what = what;
  }

  <T, E extends Exception> T call(Work<T, E> work) throws E {
    if (!busy.compareAndSet(false, true)) {
      throw new IllegalStateException(what + " is used by two threads at once.");
    }
    try {
      if (broken) {
        throw new IllegalStateException(what + " was used again after an exception.");
      }
      checkOpen();
      broken = true;
      T result = work.run();
      broken = false;
      return result;
    } catch (TableChangedException e) {
      broken = false;
      throw e;
    } finally {
      busy.set(false);
    }
  }

  <E extends Exception> void run(Action<E> action) throws E {
    call(
        () -> {
          action.run();
          return true;
        });
  }

  void checkOpen() {
    if (closed) {
      throw new TransientException(what + " was closed.");
    }
  }

  boolean isClosed() {
    return closed;
  }

  /** Marks it closed; true if it was open. */
  synchronized boolean close() {
    boolean wasOpen = !closed;
    closed = true;
    return wasOpen;
  }
}
