package dev.syncline.change;

import java.util.Objects;

/**
 * A key of a copy with its whole value, which replaces whatever the target has under that key.
 *
 * @param database the number of the database
 * @param key the name of the key
 * @param value the value
 * @param expiresAt when the key expires, in milliseconds since 1970 by the source's clock; {@link
 *     #NEVER} if it does not
 */
public record KeyValue(int database, byte[] key, StoredValue value, long expiresAt)
    implements KeyChange {

  /** Says that a key does not expire. */
  public static final long NEVER = -1;

  /**
   * Checks that nothing is missing.
   *
   * @throws IllegalArgumentException if a number is negative that cannot be
   */
  public KeyValue {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
    if (database < 0 || expiresAt < NEVER) {
      throw new IllegalArgumentException(
          "There is no database %d and no expiry at %d.".formatted(database, expiresAt));
    }
  }

  /** This value in another database. */
  public KeyValue in(int other) {
    return new KeyValue(other, key, value, expiresAt);
  }
}
