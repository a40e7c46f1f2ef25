package dev.syncline;

import dev.syncline.change.KeyChange;
import dev.syncline.change.Position;
import java.util.Map;

/**
 * A source of keys. Its streams begin with a copy of all existing keys, and may do so again when
 * the source no longer has what a stream goes on with: there is no other way to read existing keys.
 */
public interface KeySource extends Source<KeyChange> {

  /**
   * Whether a target that stands at a position of one of its streams has all keys, with their
   * expiry, as the source had them at that position. Where it has not, a copy is still to come or
   * to be finished.
   */
  boolean isCopied(Position position);

  /**
   * What the source holds, asked before a job starts.
   *
   * @throws TransientException if asking again may succeed
   */
  Keyspace keyspace();

  /**
   * What a store of keys holds.
   *
   * @param product the product and its version, such as {@code Redis 7.0.15}
   * @param compatible the version of Redis that it is compatible with
   * @param bytes the memory that its data takes
   * @param keys how many keys each database has; those without keys may be missing
   */
  record Keyspace(String product, String compatible, long bytes, Map<Integer, Long> keys) {

    /** Copies the map. */
    public Keyspace {
      keys = Map.copyOf(keys);
    }
  }
}
