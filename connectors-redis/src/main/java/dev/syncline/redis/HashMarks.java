package dev.syncline.redis;

import org.jspecify.annotations.Nullable;

/**
 * Knows of which hashes there are some, by a memory of fixed size: exactly as long as there is room
 * for them, and of the others never too few. Not thread-safe.
 */
final class HashMarks {

  private static final int MOST_EXACT = 1 << 20;
  private static final int COUNTS = 1 << 22;

  /** A hash is at one of so many places. */
  private static final int PLACES = 8;

  private static final int MOST_COUNTED = 0xff;

  /** Hashes, each in one of its places; 0 is a free one. */
  private final long[] exact;

  /** How many of the other hashes share a number; each has two of these numbers. */
  private byte @Nullable [] counts;

  private final int numbers;

  HashMarks() {
    this(MOST_EXACT, COUNTS);
  }

  /** With room for so many, and so many numbers for those beyond; both powers of two. */
  HashMarks(int mostExact, int numbers) {
    this.exact = new long[mostExact];
    this.numbers = numbers;
  }

  private static long known(long hash) {
    return hash == 0 ? 1 : hash;
  }

  private int firstPlace(long hash) {
    return (int) hash & (exact.length - 1) & -PLACES;
  }

  private int place(long wanted, long hash) {
    int first = firstPlace(hash);
    for (int i = first; i < first + PLACES; i++) {
      if (exact[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  /** Whether there is one for certain. */
  boolean has(long hash) {
    return place(known(hash), known(hash)) >= 0;
  }

  /** Whether there may be one. */
  boolean mayHave(long hash) {
    byte[] known = counts;
    return has(hash) || (known != null && known[one(hash)] != 0 && known[other(hash)] != 0);
  }

  /** Adds one. */
  void add(long hash) {
    int free = has(hash) ? -1 : place(0, known(hash));
    if (free >= 0) {
      exact[free] = known(hash);
    } else {
      byte[] known = counts == null ? new byte[numbers] : counts;
      counts = known;
      count(known, one(hash), 1);
      count(known, other(hash), 1);
    }
  }

  /** Removes one of those that were added. */
  void remove(long hash) {
    int place = place(known(hash), known(hash));
    byte[] known = counts;
    if (place >= 0) {
      exact[place] = 0;
    } else if (known != null) {
      count(known, one(hash), -1);
      count(known, other(hash), -1);
    }
  }

  private int one(long hash) {
    return (int) (hash >>> 20) & (numbers - 1);
  }

  private int other(long hash) {
    return (int) (hash >>> 42) & (numbers - 1);
  }

  private static void count(byte[] counts, int at, int more) {
    // How many there are is forgotten where they are too many, and stays so.
    if ((counts[at] & 0xff) < MOST_COUNTED) {
      counts[at] += (byte) more;
    }
  }
}
