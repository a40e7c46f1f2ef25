package dev.syncline.change;

import java.util.Set;

/**
 * Says of all keys that there may be which are meant. Immutable and thread-safe, with a {@code
 * toString} that describes it.
 */
public interface KeyScope {

  /**
   * The databases in which keys are meant; empty if that is each database there is, under its own
   * number.
   */
  Set<Integer> databases();

  /** Whether each key of a database is meant that is one of {@link #databases}. */
  boolean isWhole();

  /** Whether a key is meant. */
  boolean includes(int database, byte[] key);
}
