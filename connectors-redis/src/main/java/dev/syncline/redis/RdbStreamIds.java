package dev.syncline.redis;

import java.util.Arrays;

/**
 * Which entries a stream has, as runs without a gap: a gap is where an entry is marked as deleted,
 * or where one packed list ends. Takes 32 bytes for a run, of which a stream has about one in 2 to
 * 4 KiB.
 */
final class RdbStreamIds {

  private static final int FIELDS = 4;

  /** For each run the id it begins and the id it ends with. */
  private long[] runs = new long[16 * FIELDS];

  private int count;
  private long entries;
  private boolean open;

  /** Adds an entry, which is behind all others. */
  void add(RdbStreamId id) {
    if (!open) {
      if (count * FIELDS == runs.length) {
        runs = Arrays.copyOf(runs, 2 * runs.length);
      }
      runs[count * FIELDS] = id.millis();
      runs[count * FIELDS + 1] = id.number();
      count++;
      open = true;
    }
    runs[count * FIELDS - 2] = id.millis();
    runs[count * FIELDS - 1] = id.number();
    entries++;
  }

  /** Says that there may be a gap. */
  void gap() {
    open = false;
  }

  /** How many entries there are. */
  long size() {
    return entries;
  }

  /** The first one. */
  RdbStreamId first() {
    return at(0, 0);
  }

  /** Whether there is an entry with an id that there has been. */
  boolean contains(RdbStreamId id) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (id.compareTo(at(middle, 0)) < 0) {
        high = middle - 1;
      } else if (id.compareTo(at(middle, 2)) > 0) {
        low = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }

  private RdbStreamId at(int run, int field) {
    return new RdbStreamId(runs[run * FIELDS + field], runs[run * FIELDS + field + 1]);
  }
}
