package dev.syncline.redis;

/** Prints names of keys, which are any bytes, for messages. */
final class KeyText {

  private static final int LONGEST = 200;

  private KeyText() {}

  /** Printable ASCII as it is, other bytes as {@code \xff}; what is very long is cut. */
  static String of(byte[] key) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(key.length, LONGEST); i++) {
      if (key[i] >= ' ' && key[i] <= '~' && key[i] != '\\') {
        text.append((char) key[i]);
      } else {
        text.append("\\x%02x".formatted(key[i]));
      }
    }
    return key.length > LONGEST ? text + "... (%d bytes)".formatted(key.length) : text.toString();
  }

  /** A key that is printed already, and its database. */
  static String place(int database, String key) {
    return "database %d, '%s'".formatted(database, key);
  }
}
