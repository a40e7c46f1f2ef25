package dev.syncline.redis;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The checksum of RDB files and DUMP payloads: CRC-64 with the polynomial of Jones, reflected,
 * beginning at 0. Eight bytes are taken at a time, with a table for each.
 */
final class Crc64 {

  private static final long REFLECTED_POLYNOMIAL = 0x95ac9329ac4bc9b5L;

  private static final VarHandle LITTLE_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long[][] TABLES = tables();

  private Crc64() {}

  private static long[][] tables() {
    long[][] tables = new long[8][256];
    for (int value = 0; value < 256; value++) {
      long crc = value;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ REFLECTED_POLYNOMIAL;
      }
      tables[0][value] = crc;
    }
    for (int table = 1; table < 8; table++) {
      for (int value = 0; value < 256; value++) {
        long crc = tables[table - 1][value];
        tables[table][value] = (crc >>> 8) ^ tables[0][(int) crc & 0xff];
      }
    }
    return tables;
  }

  /** The checksum of everything so far and of the bytes from {@code from} to before {@code to}. */
  static long update(long crc, byte[] bytes, int from, int to) {
    long[] t0 = TABLES[0];
    int at = from;
    long value = crc;
    for (; to - at >= 8; at += 8) {
      value ^= (long) LITTLE_ENDIAN.get(bytes, at);
      value =
          TABLES[7][(int) value & 0xff]
              ^ TABLES[6][(int) (value >>> 8) & 0xff]
              ^ TABLES[5][(int) (value >>> 16) & 0xff]
              ^ TABLES[4][(int) (value >>> 24) & 0xff]
              ^ TABLES[3][(int) (value >>> 32) & 0xff]
              ^ TABLES[2][(int) (value >>> 40) & 0xff]
              ^ TABLES[1][(int) (value >>> 48) & 0xff]
              ^ t0[(int) (value >>> 56)];
    }
    for (; at < to; at++) {
      value = (value >>> 8) ^ t0[(int) (value ^ bytes[at]) & 0xff];
    }
    return value;
  }
}
