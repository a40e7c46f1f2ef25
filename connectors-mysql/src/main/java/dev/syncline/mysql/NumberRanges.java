package dev.syncline.mysql;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A set of positive numbers, held as ranges. Immutable. */
final class NumberRanges {

  /** First and last numbers in turn, ascending, with at least one number missing in between. */
  private final long[] bounds;

  private NumberRanges(long[] bounds) {
    this.bounds = bounds;
  }

  /**
   * The numbers of one range.
   *
   * @throws IllegalArgumentException if the range does not begin at 1 or later, or ends before it
   *     begins, or ends at the largest number there is
   */
  static NumberRanges of(long first, long last) {
    if (first < 1 || last < first || last == Long.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a range must begin at 1 or later and not end before it begins, unlike "
              + first
              + "-"
              + last);
    }
    return new NumberRanges(new long[] {first, last});
  }

  boolean isEmpty() {
    return bounds.length == 0;
  }

  long size() {
    long size = 0;
    for (int i = 0; i < bounds.length; i += 2) {
      size += bounds[i + 1] - bounds[i] + 1;
    }
    return size;
  }

  boolean contains(long number) {
    return containsRange(number, number);
  }

  boolean containsAll(NumberRanges other) {
    for (int i = 0; i < other.bounds.length; i += 2) {
      if (!containsRange(other.bounds[i], other.bounds[i + 1])) {
        return false;
      }
    }
    return true;
  }

  private boolean containsRange(long first, long last) {
    int found = Arrays.binarySearch(bounds, first);
    int begin = found >= 0 ? found & ~1 : (-found - 2) & ~1;
    return begin >= 0 && bounds[begin] <= first && last <= bounds[begin + 1];
  }

  NumberRanges plus(NumberRanges other) {
    long[] merged = new long[bounds.length + other.bounds.length];
    int length = 0;
    int left = 0;
    int right = 0;
    while (left < bounds.length || right < other.bounds.length) {
      boolean takeLeft =
          right == other.bounds.length
              || (left < bounds.length && bounds[left] <= other.bounds[right]);
      long first = takeLeft ? bounds[left] : other.bounds[right];
      long last = takeLeft ? bounds[left + 1] : other.bounds[right + 1];
      left += takeLeft ? 2 : 0;
      right += takeLeft ? 0 : 2;
      if (length > 0 && first <= merged[length - 1] + 1) {
        merged[length - 1] = Math.max(merged[length - 1], last);
      } else {
        merged[length++] = first;
        merged[length++] = last;
      }
    }
    return new NumberRanges(Arrays.copyOf(merged, length));
  }

  NumberRanges minus(NumberRanges other) {
    long[] rest = new long[bounds.length + other.bounds.length];
    int length = 0;
    for (int i = 0; i < bounds.length; i += 2) {
      long first = bounds[i];
      long last = bounds[i + 1];
      for (int j = 0; j < other.bounds.length && first <= last; j += 2) {
        if (other.bounds[j + 1] < first || other.bounds[j] > last) {
          continue;
        }
        if (other.bounds[j] > first) {
          rest[length++] = first;
          rest[length++] = other.bounds[j] - 1;
        }
        first = other.bounds[j + 1] + 1;
      }
      if (first <= last) {
        rest[length++] = first;
        rest[length++] = last;
      }
    }
    return new NumberRanges(Arrays.copyOf(rest, length));
  }

  /** About how many bytes of heap the bounds take. */
  long approximateBytes() {
    return (long) Long.BYTES * bounds.length;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NumberRanges ranges && Arrays.equals(bounds, ranges.bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }

  /** The ranges as {@code 1-5:7:9-12}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < bounds.length; i += 2) {
      text.append(i == 0 ? "" : ":").append(bounds[i]);
      if (bounds[i + 1] > bounds[i]) {
        text.append('-').append(bounds[i + 1]);
      }
    }
    return text.toString();
  }
}
