package dev.syncline.redis;

/** The id of an entry of a stream: a time in milliseconds and a number, both without sign. */
record RdbStreamId(long millis, long number) implements Comparable<RdbStreamId> {

  static final RdbStreamId ZERO = new RdbStreamId(0, 0);

  @Override
  public int compareTo(RdbStreamId other) {
    int byTime = Long.compareUnsigned(millis, other.millis);
    return byTime != 0 ? byTime : Long.compareUnsigned(number, other.number);
  }

  /** As commands write it. */
  @Override
  public String toString() {
    return Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(number);
  }
}
