package dev.syncline.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Names under which jobs build large values at their targets, before these take the place of their
 * keys: {@code syncline:copy:<job>:<number>}, in the slot of the key.
 *
 * <p>The target of one job may be the source of another. What a job finds there that is being built
 * it takes along, whatever it has selected, since that may become a selected key. At its own target
 * such a key is one of those that the job itself builds, and does not get in the way of others.
 *
 * @param job the name of the job that builds, which has no braces and no colons
 */
record BuildNames(String job) {

  private static final String PREFIX = "syncline:copy:";
  private static final byte[] PREFIX_BYTES = Words.bytes(PREFIX);

  private static final String JOB = "[A-Za-z0-9._-]{1,64}:";
  private static final String PLAIN = PREFIX + JOB + "\\d+";
  private static final Pattern NAME =
      Pattern.compile("%s|%s(%s)+\\{%s}".formatted(PLAIN, PREFIX, JOB, PLAIN));

  private String own() {
    return PREFIX + job + ":";
  }

  /** Whether some job builds under that name. */
  static boolean isOne(byte[] key) {
    return startsWith(key, PREFIX_BYTES) && NAME.matcher(text(key)).matches();
  }

  /** Whether this job builds under that name. */
  boolean isOwn(byte[] key) {
    return isOne(key) && text(key).startsWith(own());
  }

  /** The name under which a key is built, in the same slot of a cluster. */
  byte[] of(byte[] key) {
    return ClusterSlots.nameIn(own(), ClusterSlots.of(key));
  }

  /** All names under which keys may be built: one for each slot. */
  List<byte[]> all() {
    List<byte[]> names = new ArrayList<>(ClusterSlots.COUNT);
    boolean[] had = new boolean[ClusterSlots.COUNT];
    for (int number = 0; names.size() < ClusterSlots.COUNT; number++) {
      byte[] name = Words.bytes(own() + number);
      int slot = ClusterSlots.of(name);
      if (!had[slot]) {
        had[slot] = true;
        names.add(name);
      }
    }
    return names;
  }

  /** The name that a key of the source has at the target, in the same slot of a cluster. */
  byte[] atTarget(byte[] key) {
    if (!isOne(key)) {
      return key;
    }
    String name = text(key);
    // What decides on the slot stands between the braces.
    String rest = name.endsWith("}") ? name.substring(PREFIX.length()) : "{" + name + "}";
    return Words.bytes(own() + rest);
  }

  private static String text(byte[] key) {
    return new String(key, StandardCharsets.ISO_8859_1);
  }

  /** Whether a key's name begins with some bytes; quick where it does not. */
  static boolean startsWith(byte[] key, byte[] prefix) {
    int length = prefix.length;
    return key.length > length
        && key[0] == prefix[0]
        && Arrays.equals(key, 0, length, prefix, 0, length);
  }
}
