package dev.syncline.redis;

/**
 * Times at which keys expire. A target expires keys by its own clock, and a key that the source has
 * renewed in time may be gone there before the renewal comes. So whatever expires while the stream
 * is behind is <em>held</em>: it gets a time so far ahead that it cannot be meant, until it is
 * known what becomes of it.
 */
final class Expiry {

  /** What is added to the time of a key that is held: 2^40 milliseconds, about 35 years. */
  static final long HOLD = 1L << 40;

  private Expiry() {}

  /** A time, far ahead if the key is held. */
  static long at(long millis, boolean held) {
    return held ? Math.addExact(millis, HOLD) : millis;
  }
}
