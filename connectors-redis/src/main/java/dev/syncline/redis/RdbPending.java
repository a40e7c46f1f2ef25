package dev.syncline.redis;

import java.util.Arrays;

/** The pending entries of one group of a stream: when they were delivered, and how many times. */
final class RdbPending {

  private final RdbStreamId[] ids;
  private final long[] millis;
  private final long[] deliveries;

  /** Reads them; they come in the order of their ids. */
  RdbPending(RdbInput in) {
    int count = in.small();
    RdbStreamId[] read = new RdbStreamId[Math.min(count, 1024)];
    long[] times = new long[read.length];
    long[] numbers = new long[read.length];
    for (int i = 0; i < count; i++) {
      if (i == read.length) {
        int size = (int) Math.min(count, 2L * i);
        read = Arrays.copyOf(read, size);
        times = Arrays.copyOf(times, size);
        numbers = Arrays.copyOf(numbers, size);
      }
      read[i] = new RdbStreamId(in.bigLong(), in.bigLong());
      times[i] = in.littleLong();
      numbers[i] = in.length();
    }
    ids = read;
    millis = times;
    deliveries = numbers;
  }

  /** Where an entry is. */
  int indexOf(RdbInput in, RdbStreamId id) {
    int index = Arrays.binarySearch(ids, id);
    if (index < 0) {
      throw in.malformed("a consumer of a stream has a pending entry that its group has not");
    }
    return index;
  }

  RdbStreamId id(int index) {
    return ids[index];
  }

  /** When it was delivered last, in milliseconds since 1970. */
  long millis(int index) {
    return millis[index];
  }

  /** How many times it was delivered. */
  long deliveries(int index) {
    return deliveries[index];
  }

  /** Whether two were delivered at the same time and the same number of times. */
  boolean isAlike(int one, int other) {
    return millis[one] == millis[other] && deliveries[one] == deliveries[other];
  }
}
