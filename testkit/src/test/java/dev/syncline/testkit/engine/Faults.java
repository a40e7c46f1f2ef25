package dev.syncline.testkit.engine;

import dev.syncline.JobState;
import dev.syncline.TransientException;
import dev.syncline.event.JobEvent;
import dev.syncline.event.JobListener;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;

/**
 * Decides at which calls of source and sink a connection breaks. Thread-safe. As a listener of the
 * job it begins behind the pre-check, whose failures are the caller's.
 */
final class Faults implements JobListener {

  /** Whether the call that breaks has taken effect. */
  enum Moment {
    BEFORE,
    AFTER
  }

  /** One call. */
  @FunctionalInterface
  interface Work<T, E extends Exception> {
    T run() throws E;
  }

  /** One call without a result. */
  @FunctionalInterface
  interface Action<E extends Exception> {
    void run() throws E;
  }

  private final AtomicLong calls = new AtomicLong();
  private final AtomicInteger struck = new AtomicInteger();
  private volatile boolean armed;
  private final LongPredicate before;
  private final LongPredicate after;

  private Faults(LongPredicate before, LongPredicate after) {
    this.before = before;
    this.after = after;
  }

  static Faults none() {
    return new Faults(call -> false, call -> false);
  }

  /** One call breaks, counted from 1. */
  static Faults at(long number, Moment moment) {
    LongPredicate it = call -> call == number;
    LongPredicate never = call -> false;
    return moment == Moment.BEFORE ? new Faults(it, never) : new Faults(never, it);
  }

  /** Every call breaks. */
  static Faults always() {
    return new Faults(call -> true, call -> false);
  }

  /** One call in so many breaks, but no more than some in all. */
  static Faults sometimes(Random random, int oneIn, int atMost) {
    AtomicInteger left = new AtomicInteger(atMost);
    LongPredicate chance =
        call -> {
          synchronized (random) {
            return left.get() > 0 && random.nextInt(2 * oneIn) == 0 && left.getAndDecrement() > 0;
          }
        };
    return new Faults(chance, chance);
  }

  @Override
  public void on(JobEvent event) {
    if (event instanceof JobEvent.StateChanged changed) {
      armed |= changed.to() == JobState.INITIALIZING;
    }
  }

  int struck() {
    return struck.get();
  }

  <T, E extends Exception> T call(String what, Work<T, E> work) throws E {
    long number = armed ? calls.incrementAndGet() : 0;
    strike(before, number, what);
    T result = work.run();
    strike(after, number, what);
    return result;
  }

  <E extends Exception> void run(String what, Action<E> action) throws E {
    call(
        what,
        () -> {
          action.run();
          return true;
        });
  }

  private void strike(LongPredicate which, long number, String what) {
    if (number > 0 && which.test(number)) {
      struck.incrementAndGet();
      throw new TransientException("The connection broke at call " + number + ": " + what + ".");
    }
  }
}
