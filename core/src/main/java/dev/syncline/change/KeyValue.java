package dev.syncline.change;

import java.util.Objects;

/**
 * A key of a copy with its whole value, which replaces whatever the target has under that key.
 * Immutable.
 */
public final class KeyValue implements KeyChange {

  /** Says that a key does not expire. */
  public static final long NEVER = -1;

  private final int database;
  private final byte[] key;
  private final StoredValue value;
  private final long expiresAt;

  /**
   * A key and its value.
   *
   * @param database the number of the database
   * @param key the name of the key; not copied
   * @param expiresAt when the key expires, in milliseconds since 1970 by the source's clock; {@link
   *     #NEVER} if it does not
   * @throws IllegalArgumentException if a number is negative that cannot be
   */
  public KeyValue(int database, byte[] key, StoredValue value, long expiresAt) {
    this.database = database;
    this.key = Objects.requireNonNull(key, "key");
    this.value = Objects.requireNonNull(value, "value");
    this.expiresAt = expiresAt;
    if (database < 0 || expiresAt < NEVER) {
      throw new IllegalArgumentException(
          "There is no database %d and no expiry at %d.".formatted(database, expiresAt));
    }
  }

  /** The number of the database. */
  public int database() {
    return database;
  }

  /** The name of the key. Must not be changed. */
  public byte[] key() {
    return key;
  }

  /** The value. */
  public StoredValue value() {
    return value;
  }

  /** When the key expires, in milliseconds since 1970 by the source's clock; or {@link #NEVER}. */
  public long expiresAt() {
    return expiresAt;
  }

  /** This value in another database. */
  public KeyValue in(int other) {
    return new KeyValue(other, key, value, expiresAt);
  }

  /** Does not print the value. */
  @Override
  public String toString() {
    return "KeyValue[database %d, %s]".formatted(database, value);
  }
}
