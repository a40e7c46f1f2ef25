package dev.syncline.redis;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/**
 * A hash of 64 bits over the name of a key and its database. Begins with a random number, so that
 * nobody can choose names with equal hashes. Immutable.
 */
final class KeyHash {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  // The odd multipliers of xxHash, which spread bits well.
  private static final long ONE = 0x9E3779B185EBCA87L;
  private static final long TWO = 0xC2B2AE3D27D4EB4FL;
  private static final long THREE = 0x165667B19E3779F9L;

  private final long seed;

  KeyHash(long seed) {
    this.seed = seed;
  }

  static KeyHash random() {
    return new KeyHash(new SecureRandom().nextLong());
  }

  long of(int database, byte[] key) {
    long hash = mix(seed + database * ONE, key.length);
    int at = 0;
    for (; at + Long.BYTES <= key.length; at += Long.BYTES) {
      hash = mix(hash, (long) LONGS.get(key, at));
    }
    long rest = 0;
    for (; at < key.length; at++) {
      rest = rest << Byte.SIZE | (key[at] & 0xff);
    }
    hash = mix(hash, rest);
    hash ^= hash >>> 33;
    hash *= TWO;
    hash ^= hash >>> 29;
    hash *= THREE;
    return hash ^ hash >>> 32;
  }

  private static long mix(long hash, long word) {
    return Long.rotateLeft(hash ^ Long.rotateLeft(word * TWO, 31) * ONE, 27) * ONE + THREE;
  }
}
