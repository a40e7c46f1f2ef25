package dev.syncline.redis;

import java.util.Arrays;

/**
 * When which part of a stream was received, to a tenth of a second: one thread notes, another asks
 * in the order of the stream.
 */
final class ReceiveTimes {

  private static final long EXACT_MILLIS = 100;

  private long[] ends = new long[64];
  private long[] times = new long[64];
  private int first;
  private int next;
  private long known;

  /** Notes that the stream up to an offset was received by a time. */
  synchronized void note(long end, long millis) {
    int last = next - 1;
    if (last > first && millis - times[last] < EXACT_MILLIS) {
      ends[last] = end;
      return;
    }
    if (next == ends.length) {
      compact();
    }
    ends[next] = end;
    times[next++] = millis;
  }

  private void compact() {
    int count = next - first;
    int size = count > ends.length / 2 ? ends.length * 2 : ends.length;
    long[] newEnds = Arrays.copyOf(Arrays.copyOfRange(ends, first, next), size);
    times = Arrays.copyOf(Arrays.copyOfRange(times, first, next), size);
    ends = newEnds;
    first = 0;
    next = count;
  }

  /** When what ends at an offset was received. Never asked for an earlier one later. */
  synchronized long at(long end) {
    while (first < next) {
      known = times[first];
      if (end <= ends[first]) {
        break;
      }
      first++;
    }
    return known;
  }
}
