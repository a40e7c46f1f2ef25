package dev.syncline.internal;

import dev.syncline.SourceReader;
import dev.syncline.TransientException;
import dev.syncline.change.Change;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.Position;
import dev.syncline.change.TransactionPart;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Pulls batches from a reader into a bounded queue and gives the source its signs of life, also
 * while the queue is full. A source that has ended may not have what it has sent when it comes
 * back, so all of it is made safe before the failure of the reader is told, unless that takes too
 * long, or it ends within a transaction.
 *
 * <p>A batch counts until the next one is asked for, since it is in memory until then, and none is
 * pulled while the queue is full: so it holds as much as it may, and one batch of any size.
 */
final class StreamPump<C extends Change> {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration HURRIED_POLL = Duration.ofMillis(50);
  private static final long FULL_WAIT_MILLIS = 500;
  private static final long ACKNOWLEDGE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** How long a reader that has failed waits for what it has handed on. */
  static final long SAFE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final SourceReader<C> reader;
  private final long queueBytes;
  private final Signal signal;
  private final Deque<ChangeBatch<C>> queue = new ArrayDeque<>();
  private long queuedBytes;
  private long bytesAtHand;
  private @Nullable Position durable;
  private volatile @Nullable Position written;
  private @Nullable Position toldWritten;
  private volatile boolean polled;
  private volatile boolean hurried;
  private boolean followed;
  private boolean inTransaction;
  private @Nullable Position handedOn;
  private @Nullable Position acknowledged;
  private long acknowledgedAt = System.nanoTime();

  StreamPump(SourceReader<C> reader, long queueBytes, Signal signal) {
    this.reader = reader;
    this.queueBytes = queueBytes;
    this.signal = signal;
  }

  /** Pulls until the thread is interrupted. */
  void run() throws InterruptedException {
    try {
      pullAll();
    } catch (TransientException e) {
      awaitSafe();
      throw e;
    }
  }

  private void pullAll() throws InterruptedException {
    while (true) {
      while (!hasRoom()) {
        tellWritten();
        acknowledge();
      }
      tellWritten();
      pull();
    }
  }

  /** A method of its own, so that no batch is held while the next one is awaited. */
  private void pull() throws InterruptedException {
    ChangeBatch<C> batch = reader.poll(hurried ? HURRIED_POLL : POLL);
    polled = true;
    hurried = reader.awaitsAcknowledgement();
    acknowledge();
    boolean isNews = !batch.parts().isEmpty() || batch.position().isPresent();
    if (isNews) {
      add(batch);
    }
    if (isNews || hurried) {
      signal.raise();
    }
  }

  /** Whether the source has answered, or has been silent for a while. */
  boolean hasPolled() {
    return polled;
  }

  /** Whether what was handed on is to be made safe at once. */
  boolean isHurried() {
    return hurried;
  }

  /**
   * Waits, for some time, until all that was handed on is safe; not if nobody follows it, nor for
   * the end of a transaction.
   */
  private synchronized void awaitSafe() throws InterruptedException {
    hurried = true;
    signal.raise();
    long deadline = System.nanoTime() + SAFE_NANOS;
    while (followed && !inTransaction && !isSafe() && System.nanoTime() < deadline) {
      wait(FULL_WAIT_MILLIS);
    }
  }

  private boolean isSafe() {
    return handedOn == null || (durable != null && durable.covers(handedOn));
  }

  /** Waits for room for some time. */
  private synchronized boolean hasRoom() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FULL_WAIT_MILLIS);
    while (queuedBytes + bytesAtHand >= queueBytes) {
      if (System.nanoTime() >= deadline) {
        return false;
      }
      wait(FULL_WAIT_MILLIS);
    }
    return true;
  }

  private synchronized void add(ChangeBatch<C> batch) {
    // A position alone replaces the one before, so that they do not pile up behind a slow target.
    ChangeBatch<C> last = batch.parts().isEmpty() ? queue.pollLast() : null;
    queue.addLast(last == null ? batch : new ChangeBatch<>(last.parts(), batch.position()));
    queuedBytes += batch.bytes();
    for (TransactionPart<C> part : batch.parts()) {
      inTransaction = !part.isLast();
      part.end().ifPresent(end -> handedOn = end);
    }
    batch.position().ifPresent(position -> handedOn = position);
  }

  private void tellWritten() {
    Position now = written;
    if (now != null && !now.equals(toldWritten)) {
      toldWritten = now;
      reader.written(now);
    }
  }

  private void acknowledge() {
    long now = System.nanoTime();
    Position safe;
    synchronized (this) {
      safe = durable;
    }
    if (safe == null) {
      return;
    }
    boolean isNews = hurried && !safe.equals(acknowledged);
    if (isNews || now - acknowledgedAt >= ACKNOWLEDGE_NANOS) {
      acknowledgedAt = now;
      acknowledged = safe;
      reader.acknowledge(safe);
    }
  }

  /** The next batch, or null if none waits. The one before must not be held any more. */
  synchronized @Nullable ChangeBatch<C> next() {
    followed = true;
    ChangeBatch<C> batch = queue.pollFirst();
    long bytes = batch == null ? 0 : batch.bytes();
    queuedBytes -= bytes;
    if (bytesAtHand != bytes || batch != null) {
      notifyAll();
    }
    bytesAtHand = bytes;
    return batch;
  }

  /** Says up to where everything is at the target. */
  void written(Position position) {
    written = position;
  }

  /** Says up to where everything is safe at the target and in the checkpoint. */
  synchronized void durable(Position position) {
    durable = position;
    notifyAll();
  }
}
