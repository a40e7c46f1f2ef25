package dev.syncline.mysql;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Hands events from the thread that receives them to the one that reads them. Thread-safe.
 *
 * <p>The receiver waits while the queue is full, so that the server has to wait too. An event that
 * is larger than the queue is taken when the queue is empty. Events that were taken count until the
 * next ones are asked for: until then they are in memory all the same.
 */
final class EventQueue {
  static final int MAX_EVENTS = 8_192;
  private static final int MAX_TAKEN = 512;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<RawEvent> events = new ArrayDeque<>();
  private final long maxBytes;
  private long bytes;
  private long taken;
  private boolean closed;
  private @Nullable Throwable failure;

  EventQueue(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Adds an event, after waiting for room. Does nothing once the queue is closed or has failed. */
  void put(RawEvent event) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed && failure == null && isFullFor(event.bytes().length)) {
        changed.await();
      }
      if (!closed && failure == null) {
        events.add(event);
        bytes += event.bytes().length;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits for room for an event of some length. Only the receiver adds events. */
  void awaitRoom(long length) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed && failure == null && isFullFor(length)) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isFullFor(long length) {
    long held = bytes + taken;
    return held > 0 && (events.size() >= MAX_EVENTS || held + length > maxBytes);
  }

  /** Says why no more events come. The first reason stays. */
  void fail(Throwable reason) {
    lock.lock();
    try {
      if (failure == null) {
        failure = reason;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Frees whoever waits; events that are left are lost. */
  void close() {
    lock.lock();
    try {
      closed = true;
      events.clear();
      bytes = 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes the next events, all at once up to a limit, after waiting for the first one.
   *
   * @return the events in order; empty if the time has passed, the queue is closed, or no more come
   */
  List<RawEvent> take(long maxNanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      release();
      long left = maxNanos;
      while (events.isEmpty() && !closed && failure == null && left > 0) {
        left = changed.awaitNanos(left);
      }
      List<RawEvent> some = new ArrayList<>();
      RawEvent next = events.poll();
      while (next != null) {
        some.add(next);
        bytes -= next.bytes().length;
        taken += next.bytes().length;
        next = some.size() < MAX_TAKEN ? events.poll() : null;
      }
      if (!some.isEmpty()) {
        changed.signalAll();
      }
      return some;
    } finally {
      lock.unlock();
    }
  }

  /** Whoever asks for more has no use for what it was given before. */
  private void release() {
    if (taken > 0) {
      taken = 0;
      changed.signalAll();
    }
  }

  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Why no more events come, once all that came have been taken; null as long as they may come. */
  @Nullable Throwable failure() {
    lock.lock();
    try {
      return events.isEmpty() ? failure : null;
    } finally {
      lock.unlock();
    }
  }
}
