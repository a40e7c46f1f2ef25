package dev.syncline.redis;

import dev.syncline.SyncException;

/**
 * Unpacks what Redis has packed with LZF: runs of up to 32 bytes as they are, and references to
 * what came up to 8 KiB before.
 */
final class Lzf {

  /** How far back a reference goes at most. */
  static final int WINDOW = 1 << 13;

  /** How many bytes one reference stands for at most. */
  static final int LONGEST = 264;

  private Lzf() {}

  /**
   * Unpacks a part of an array.
   *
   * @param length how long the result is
   */
  static byte[] unpack(byte[] packed, int from, int to, int length) {
    byte[] plain = new byte[length];
    int at = from;
    int out = 0;
    while (at < to) {
      int control = packed[at++] & 0xff;
      if (control < 32) {
        int run = control + 1;
        check(run <= to - at && run <= length - out);
        System.arraycopy(packed, at, plain, out, run);
        at += run;
        out += run;
        continue;
      }
      int run = control >>> 5;
      check(at < to);
      if (run == 7) {
        run += packed[at++] & 0xff;
        check(at < to);
      }
      run += 2;
      int back = ((control & 31) << 8 | (packed[at++] & 0xff)) + 1;
      check(back <= out && run <= length - out);
      repeat(plain, out, back, run);
      out += run;
    }
    check(out == length);
    return plain;
  }

  /** Copies what lies before, which may overlap with what it becomes. */
  static void repeat(byte[] plain, int at, int back, int run) {
    if (back >= run) {
      System.arraycopy(plain, at - back, plain, at, run);
      return;
    }
    for (int i = at; i < at + run; i++) {
      plain[i] = plain[i - back];
    }
  }

  static void check(boolean sound) {
    if (!sound) {
      throw new SyncException(
          "A value packed with LZF is damaged: it leads out of its bounds. Copy the source again;"
              + " if that does not help, the source's data is damaged.");
    }
  }
}
