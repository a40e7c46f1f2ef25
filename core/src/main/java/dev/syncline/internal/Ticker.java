package dev.syncline.internal;

/** A clock for durations that no change of the wall clock moves. */
@FunctionalInterface
interface Ticker {

  /** Nanoseconds since some fixed moment. */
  long nanos();
}
