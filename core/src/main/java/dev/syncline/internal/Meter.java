package dev.syncline.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** Says how fast a number has been rising over the last seconds. Thread-safe. */
final class Meter {

  private static final long SPAN_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private record Sample(long nanos, long value) {}

  private final Deque<Sample> samples = new ArrayDeque<>();

  /** Notes the number; cheap enough to be called often. */
  synchronized void sample(long nanos, long value) {
    if (!samples.isEmpty() && nanos - samples.getLast().nanos() < STEP_NANOS) {
      return;
    }
    samples.addLast(new Sample(nanos, value));
    while (nanos - samples.getFirst().nanos() > SPAN_NANOS) {
      samples.removeFirst();
    }
  }

  /** The rise per second. */
  synchronized double perSecond(long nanos, long value) {
    if (samples.isEmpty() || nanos - samples.getLast().nanos() > SPAN_NANOS) {
      return 0;
    }
    Sample first = samples.getFirst();
    long span = nanos - first.nanos();
    return span < STEP_NANOS
        ? 0
        : (value - first.value()) * (double) TimeUnit.SECONDS.toNanos(1) / span;
  }
}
