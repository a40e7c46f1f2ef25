package dev.syncline.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * Names of the keys that are built before they replace others: in the same slot of a cluster as
 * those.
 */
final class RdbTemporaryName {

  /** What all of them begin with. */
  static final String PREFIX = "syncline:copy:";

  private static final int SLOTS = 1 << 14;
  private static final int POLYNOMIAL = 0x1021;

  private RdbTemporaryName() {}

  /** The name under which a key is built. */
  static byte[] of(byte[] key) {
    int slot = slot(key);
    for (int number = 0; ; number++) {
      byte[] name = (PREFIX + number).getBytes(US_ASCII);
      if (slot(name) == slot) {
        return name;
      }
    }
  }

  static int slot(byte[] key) {
    int open = indexOf(key, '{', 0);
    int close = open < 0 ? -1 : indexOf(key, '}', open + 1);
    boolean tagged = close > open + 1;
    int crc = 0;
    for (int i = tagged ? open + 1 : 0; i < (tagged ? close : key.length); i++) {
      crc ^= (key[i] & 0xff) << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ POLYNOMIAL;
      }
    }
    return (crc & 0xffff) % SLOTS;
  }

  private static int indexOf(byte[] key, char wanted, int from) {
    for (int i = from; i < key.length; i++) {
      if (key[i] == wanted) {
        return i;
      }
    }
    return -1;
  }
}
