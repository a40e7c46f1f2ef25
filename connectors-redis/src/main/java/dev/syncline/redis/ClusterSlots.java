package dev.syncline.redis;

import java.nio.charset.StandardCharsets;

/**
 * The slots of a cluster, and which one a key is in: the CRC16 of its name, or of what stands
 * between the first brace and the next closing one (<a
 * href="https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/">cluster
 * specification</a>).
 */
final class ClusterSlots {

  /** How many slots there are. */
  static final int COUNT = 16_384;

  /** CRC16 of the kind called XMODEM: polynomial 0x1021, begins at 0. */
  private static final short[] CRC = new short[256];

  static {
    for (int i = 0; i < CRC.length; i++) {
      int crc = i << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1;
      }
      CRC[i] = (short) crc;
    }
  }

  private ClusterSlots() {}

  /** The slot of a key. */
  static int of(byte[] key) {
    int from = indexOf(key, '{', 0) + 1;
    int to = from > 0 ? indexOf(key, '}', from) : -1;
    return to > from ? crc(key, from, to) % COUNT : crc(key, 0, key.length) % COUNT;
  }

  /** The first of the names {@code <prefix>0}, {@code <prefix>1}, … that is in a slot. */
  static byte[] nameIn(String prefix, int slot) {
    if (prefix.indexOf('{') >= 0 || slot < 0 || slot >= COUNT) {
      throw new IllegalArgumentException(
          "No name that begins with '%s' can be found in slot %d.".formatted(prefix, slot));
    }
    for (int number = 0; ; number++) {
      byte[] name = (prefix + number).getBytes(StandardCharsets.UTF_8);
      if (of(name) == slot) {
        return name;
      }
    }
  }

  private static int indexOf(byte[] key, char sign, int from) {
    for (int i = from; i < key.length; i++) {
      if (key[i] == sign) {
        return i;
      }
    }
    return -1;
  }

  private static int crc(byte[] key, int from, int to) {
    int crc = 0;
    for (int i = from; i < to; i++) {
      crc = (crc << 8 ^ CRC[(crc >> 8 ^ key[i]) & 0xff]) & 0xffff;
    }
    return crc;
  }
}
