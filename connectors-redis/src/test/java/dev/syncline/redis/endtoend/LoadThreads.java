package dev.syncline.redis.endtoend;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Threads that write into a source until they are stopped. What they fail with fails the test. */
final class LoadThreads implements AutoCloseable {

  /** What a thread does until {@link #isStopped}. */
  interface Work {
    void run() throws InterruptedException;
  }

  private final String name;
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean stopped;

  LoadThreads(String name) {
    this.name = name;
  }

  /** Adds a thread, which is not started yet. */
  void add(Work work) {
    threads.add(new Thread(() -> run(work), name + "-" + threads.size()));
  }

  private void run(Work work) {
    try {
      work.run();
    } catch (RuntimeException | InterruptedException e) {
      failure.set(e);
    }
  }

  void start() {
    threads.forEach(Thread::start);
  }

  boolean isStopped() {
    return stopped;
  }

  /** Lets them end; what they have written stays. */
  void stop() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join();
    }
    Throwable cause = failure.get();
    if (cause != null) {
      throw new AssertionError("The thread '" + name + "' has failed.", cause);
    }
  }

  @Override
  public void close() {
    try {
      stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
