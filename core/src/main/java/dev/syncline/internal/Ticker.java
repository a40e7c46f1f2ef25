package dev.syncline.internal;

import java.time.Duration;

/** A clock for durations that no change of the wall clock moves. */
@FunctionalInterface
interface Ticker {

  /** What a deadline can lie ahead without an overflow. */
  Duration LONGEST = Duration.ofDays(100 * 365);

  /** Nanoseconds since some fixed moment. */
  long nanos();

  /** A duration in nanoseconds; centuries for what does not fit. */
  static long inNanos(Duration duration) {
    return duration.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : duration.toNanos();
  }
}
