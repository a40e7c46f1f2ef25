package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.TransientException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkersTest {

  private final Signal signal = new Signal();
  private final Workers workers = new Workers("job", Thread::new, signal);

  @AfterEach
  void close() {
    workers.close();
  }

  private Throwable failure() {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Await.until(
        "a failure",
        () -> {
          try {
            workers.check();
            return false;
          } catch (Exception | Error e) {
            failure.set(e);
            return true;
          }
        });
    return failure.get();
  }

  @Test
  void theFirstFailureIsTheOneThatCounts() throws InterruptedException {
    TransientException first = new TransientException("first");
    CountDownLatch failed = new CountDownLatch(1);
    workers.start("one", () -> throwIt(first));
    assertThat(failure()).isSameAs(first);

    workers.start(
        "two",
        () -> {
          failed.countDown();
          throw new IllegalStateException("second");
        });
    failed.await();
    Await.until("the second failure", () -> first.getSuppressed().length == 1);

    assertThat(failure()).isSameAs(first);
  }

  private static void throwIt(TransientException failure) {
    throw failure;
  }

  @Test
  void twoThreadsMayFailWithTheSameException() throws InterruptedException {
    TransientException shared = new TransientException("the connection that both use");
    AtomicInteger uncaught = new AtomicInteger();
    Workers counting =
        new Workers(
            "job",
            task -> {
              Thread thread = new Thread(task);
              thread.setUncaughtExceptionHandler((t, e) -> uncaught.incrementAndGet());
              return thread;
            },
            signal);

    counting.start("one", () -> throwIt(shared));
    counting.start("two", () -> throwIt(shared));
    counting.close();

    assertThat(uncaught).hasValue(0);
  }

  @Test
  void anErrorEndsTheRunToo() {
    AssertionError error = new AssertionError("a bug");

    workers.start(
        "one",
        () -> {
          throw error;
        });

    assertThat(failure()).isSameAs(error);
  }

  @Test
  void closesConnectionsThatComeTooLate() {
    AtomicInteger closed = new AtomicInteger();
    workers.own(closed::incrementAndGet);

    workers.close();
    workers.own(closed::incrementAndGet);
    workers.close();

    assertThat(closed).hasValue(2);
  }

  @Test
  void startsNothingOnceItIsClosed() {
    AtomicInteger started = new AtomicInteger();

    workers.close();
    workers.start("late", started::incrementAndGet);

    assertThat(started).hasValue(0);
  }

  @Test
  void endsTheRunOnceItIsStopped() {
    workers.stop();

    assertThatThrownBy(workers::check).isInstanceOf(InterruptedException.class);
  }

  @Test
  void oneConnectionThatHangsDoesNotKeepTheOthersOpen() throws InterruptedException {
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(2);
    workers.own(closed::countDown);
    workers.own(end::await);
    workers.own(closed::countDown);
    Thread closer = new Thread(workers::close);

    closer.start();

    assertThat(closed.await(5, TimeUnit.SECONDS)).isTrue();
    end.countDown();
    closer.join();
  }

  @Test
  void keepsTheInterruptionOfItsCaller() {
    CountDownLatch never = new CountDownLatch(1);
    workers.start("one", never::await);

    Thread.currentThread().interrupt();
    workers.close();

    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void needsThreads() {
    Workers without = new Workers("orders", task -> null, signal);

    assertThatThrownBy(() -> without.start("one", () -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The thread factory of job 'orders' gave no thread.");
  }

  @Test
  void aResourceThatIsDisownedIsForgotten() {
    AtomicInteger closed = new AtomicInteger();
    AutoCloseable kept = workers.own(closed::incrementAndGet);
    AutoCloseable forgotten = workers.own(() -> closed.addAndGet(10));

    workers.disown(forgotten);
    workers.close();

    assertThat(closed).hasValue(1);
    assertThat(kept).isNotNull();
  }

  /** A thread that it still has is interrupted at the end. */
  @Test
  void forgetsThreadsThatHaveEnded() throws InterruptedException {
    List<Thread> made = new ArrayList<>();
    AtomicInteger interrupted = new AtomicInteger();
    Workers many = new Workers("job", task -> counting(task, made, interrupted), signal);
    for (int i = 0; i < 5; i++) {
      many.start("role", () -> {});
      made.get(i).join();
    }

    many.close();

    assertThat(interrupted).hasValueLessThanOrEqualTo(1);
  }

  private static Thread counting(Runnable task, List<Thread> made, AtomicInteger interrupted) {
    Thread thread =
        new Thread(task) {
          @Override
          public void interrupt() {
            interrupted.incrementAndGet();
            super.interrupt();
          }
        };
    made.add(thread);
    return thread;
  }
}
