package dev.syncline.redis;

/**
 * When the source carried out a command, which times that are relative to it depend on.
 *
 * @param executedAtMillis milliseconds since 1970 by the source's clock; while the reader is behind
 *     a time not before it
 * @param held whether keys must not expire at the target for now: the reader is behind, and the
 *     source may have renewed them since
 */
record Moment(long executedAtMillis, boolean held) {

  /** What a held expiry is later than the true one: 35 years. */
  static final long HOLD = 1L << 40;
}
