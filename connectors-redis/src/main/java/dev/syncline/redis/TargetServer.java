package dev.syncline.redis;

import dev.syncline.SyncException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server that is written to knows.
 *
 * @param major the first number of the version of Redis that it is compatible with
 * @param minor the second number
 * @param dumps the version of what DUMP gives and RESTORE takes
 * @param databases how many databases it has
 */
record TargetServer(int major, int minor, int dumps, int databases) {

  private static final Pattern VERSION =
      Pattern.compile("^redis_version:(\\d+)\\.(\\d+)", Pattern.MULTILINE);

  /** From here on dumps are Valkey's own, which has left out the numbers of later Redis. */
  private static final int FIRST_OF_VALKEY = 80;

  private static final int FIRST_OF_LATER_REDIS = 12;
  private static final int MOST_DATABASES = 1 << 20;

  /** Behind the version of a dump are the 8 bytes of its checksum. */
  private static final int BEHIND_VERSION = 10;

  /**
   * Asks a server.
   *
   * @param dump what DUMP has given for any key
   */
  static TargetServer ask(RespConnection connection, byte[] dump) {
    Matcher version = VERSION.matcher(connection.text("INFO", "server"));
    if (!version.find()) {
      throw new SyncException(
          "Server '" + connection.address() + "' does not say its version in INFO.");
    }
    return new TargetServer(
        Integer.parseInt(version.group(1)),
        Integer.parseInt(version.group(2)),
        versionOf(dump),
        databases(connection));
  }

  /** The version in which a dump is written. */
  static int versionOf(byte[] dump) {
    int at = dump.length - BEHIND_VERSION;
    return dump[at] & 0xff | (dump[at + 1] & 0xff) << Byte.SIZE;
  }

  /** Servers in clouds do not answer CONFIG GET, so it is tried which databases there are. */
  private static int databases(RespConnection connection) {
    int least = 1;
    int most = 2;
    while (most < MOST_DATABASES && hasDatabase(connection, most - 1)) {
      least = most;
      most *= 2;
    }
    while (most - least > 1) {
      int middle = (least + most) / 2;
      if (hasDatabase(connection, middle - 1)) {
        least = middle;
      } else {
        most = middle;
      }
    }
    return least;
  }

  static boolean hasDatabase(RespConnection connection, int number) {
    try {
      connection.ask("SELECT", number);
      return true;
    } catch (RedisReplyException e) {
      return false;
    }
  }

  /** Whether it knows what that version of Redis knows. */
  boolean isFrom(int otherMajor, int otherMinor) {
    return major > otherMajor || (major == otherMajor && minor >= otherMinor);
  }

  /** Whether RESTORE takes a dump of a version. */
  boolean restores(int version) {
    boolean isForeign =
        dumps >= FIRST_OF_VALKEY && version >= FIRST_OF_LATER_REDIS && version < FIRST_OF_VALKEY;
    return version <= dumps && !isForeign;
  }

  /** The command that deletes keys; one that frees their memory later if there is one. */
  String delete() {
    return isFrom(4, 0) ? "UNLINK" : "DEL";
  }
}
