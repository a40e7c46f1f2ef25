package dev.syncline.testkit.engine;

import dev.syncline.JobState;
import dev.syncline.TransientException;
import dev.syncline.change.ChangeBatch;
import dev.syncline.event.JobEvent;
import dev.syncline.event.JobListener;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
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
  private final AtomicLong pulled = new AtomicLong();
  private final AtomicInteger struck = new AtomicInteger();
  private volatile boolean armed;
  private final LongPredicate before;
  private final LongPredicate after;
  private final Consumer<String> hook;
  private final boolean fatal;

  private Faults(LongPredicate before, LongPredicate after, Consumer<String> hook, boolean fatal) {
    this.before = before;
    this.after = after;
    this.hook = hook;
    this.fatal = fatal;
  }

  private Faults(LongPredicate before, LongPredicate after) {
    this(before, after, what -> {}, false);
  }

  /** None; something else is done at each call and each close, by their names. */
  static Faults hooked(Consumer<String> hook) {
    return new Faults(call -> false, call -> false, hook, false);
  }

  /** The same faults, but not of a kind that a job tries again after. */
  Faults fatal() {
    return new Faults(before, after, hook, true);
  }

  /** One call breaks, counted from 1. */
  static Faults at(long number, Moment moment) {
    LongPredicate it = call -> call == number;
    LongPredicate never = call -> false;
    return moment == Moment.BEFORE ? new Faults(it, never) : new Faults(never, it);
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

  /** A reader has handed on changes. */
  void pulled(ChangeBatch<?> batch) {
    batch.parts().forEach(part -> pulled.addAndGet(part.changes().size()));
  }

  /** How many changes readers have handed on. */
  long pulled() {
    return pulled.get();
  }

  int struck() {
    return struck.get();
  }

  <T, E extends Exception> T call(String what, Work<T, E> work) throws E {
    long number = armed ? calls.incrementAndGet() : 0;
    note(what);
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

  /** Something happens at which no connection breaks. */
  void note(String what) {
    if (armed) {
      hook.accept(what);
    }
  }

  private void strike(LongPredicate which, long number, String what) {
    if (number > 0 && which.test(number)) {
      struck.incrementAndGet();
      String message = "The connection broke at call " + number + ": " + what + ".";
      throw fatal ? new IllegalStateException(message) : new TransientException(message);
    }
  }
}
