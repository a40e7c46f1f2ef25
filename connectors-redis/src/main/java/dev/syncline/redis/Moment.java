package dev.syncline.redis;

import java.util.concurrent.TimeUnit;

/**
 * When the source carried out a command, which times that are relative to it depend on.
 *
 * @param executedAtMillis milliseconds since 1970 by the source's clock; while the reader is behind
 *     a time not before it
 * @param held whether keys must not expire at the target for now ({@link Expiry}): the reader is
 *     behind, and the source may have renewed them since
 */
record Moment(long executedAtMillis, boolean held) {

  /**
   * When a key is to expire at the target that expires at the source at a time. What cannot be held
   * is so far ahead that it need not be.
   */
  long deadline(long millis) {
    return millis > Long.MAX_VALUE - Expiry.HOLD ? millis : Expiry.at(millis, held);
  }

  /** The same for a key that expires so long after this moment. */
  long deadlineAfter(long amount, TimeUnit unit) {
    long millis = unit.toMillis(amount);
    boolean tooFar = millis > Long.MAX_VALUE - executedAtMillis;
    return deadline(tooFar ? Long.MAX_VALUE : executedAtMillis + millis);
  }
}
