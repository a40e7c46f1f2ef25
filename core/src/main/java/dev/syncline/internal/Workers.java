package dev.syncline.internal;

import dev.syncline.TransientException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of one run and the connections that they use. The first failure of any of them ends
 * the run; {@link #close} ends all of them in bounded time.
 */
final class Workers implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(8);

  private final String job;
  private final ThreadFactory factory;
  private final Signal signal;
  private final List<Thread> threads = new ArrayList<>();
  private final List<AutoCloseable> resources = new ArrayList<>();
  private boolean closing;
  private @Nullable Throwable failure;

  /** What a thread does. */
  @FunctionalInterface
  interface Task {
    void run() throws Exception;
  }

  Workers(String job, ThreadFactory factory, Signal signal) {
    this.job = job;
    this.factory = factory;
    this.signal = signal;
  }

  /** Starts a thread for a role. */
  void start(String role, Task task) {
    Thread thread = newThread(role, () -> guard(task));
    synchronized (this) {
      if (closing) {
        return;
      }
      // A run may last for years, and start a thread for each change of tables.
      threads.removeIf(known -> known.getState() == Thread.State.TERMINATED);
      threads.add(thread);
      thread.start();
    }
  }

  private Thread newThread(String role, Runnable task) {
    Thread thread = factory.newThread(task);
    if (thread == null) {
      throw new IllegalStateException("The thread factory of job '" + job + "' gave no thread.");
    }
    thread.setName("syncline-" + job + "-" + role);
    return thread;
  }

  @SuppressWarnings("CatchingUnchecked") // any failure of a role must end the run
  private void guard(Task task) {
    try {
      task.run();
      signal.raise();
    } catch (Throwable e) {
      fail(e);
    }
  }

  private void fail(Throwable e) {
    synchronized (this) {
      if (closing) {
        LOG.debug("A thread of job '{}' ended while it was stopped.", job, e);
        return;
      }
      if (failure == null) {
        failure = e;
      } else if (failure != e) {
        failure.addSuppressed(e);
      }
    }
    signal.raise();
  }

  /** Remembers a connection to be closed; closes it at once if the run is already ending. */
  <R extends AutoCloseable> R own(R resource) {
    boolean late;
    synchronized (this) {
      late = closing;
      if (!late) {
        resources.add(resource);
      }
    }
    if (late) {
      closeQuietly(resource);
    }
    return resource;
  }

  /** Forgets a connection that its user has closed. */
  synchronized void disown(AutoCloseable resource) {
    resources.remove(resource);
  }

  /** Throws the first failure, if there is one, or that the run is ending. */
  synchronized void check() throws Exception {
    if (closing) {
      throw new InterruptedException("The run was closed.");
    }
    if (failure instanceof Exception exception) {
      throw exception;
    }
    if (failure instanceof Error error) {
      throw error;
    }
  }

  /** Throws the first failure if it is one that trying again does not cure. */
  synchronized void checkForGood() throws Exception {
    if (!(failure instanceof TransientException)) {
      check();
    }
  }

  /** Lets the run end without waiting for it. */
  synchronized void stop() {
    closing = true;
    signal.raise();
  }

  /**
   * Closes all connections, side by side so that one that hangs does not keep the others open, and
   * waits until the threads have ended, or 8 seconds have passed.
   */
  @Override
  public void close() {
    List<AutoCloseable> open;
    List<Thread> running;
    synchronized (this) {
      stop();
      open = new ArrayList<>(resources);
      running = new ArrayList<>(threads);
      resources.clear();
    }
    running.forEach(Thread::interrupt);
    open.forEach(resource -> running.add(closer(resource)));
    long deadline = System.nanoTime() + CLOSE_NANOS;
    boolean interrupted = false;
    for (Thread thread : running) {
      interrupted |= joinUntil(thread, deadline);
      if (thread.isAlive()) {
        LOG.warn(
            "Thread '{}' did not end within 8 seconds; it is at {}.",
            thread.getName(),
            thread.getStackTrace());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private Thread closer(AutoCloseable resource) {
    Thread thread = newThread("closer", () -> closeQuietly(resource));
    thread.start();
    return thread;
  }

  /** Waits for a thread although the waiting one is interrupted; says whether it was. */
  private static boolean joinUntil(Thread thread, long deadline) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        break;
      }
      try {
        thread.join(left);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    return interrupted;
  }

  void closeQuietly(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      LOG.debug("Closing {} for job '{}' failed.", resource.getClass().getSimpleName(), job, e);
    }
  }
}
