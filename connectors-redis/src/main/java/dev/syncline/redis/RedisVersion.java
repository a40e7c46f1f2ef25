package dev.syncline.redis;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of a server. Valkey's are compared by the version of Redis whose commands it has at
 * least: up to its 9 that is Redis 7.2.
 *
 * @param valkey whether it is Valkey
 * @param major first number of the product's own version
 * @param minor second number
 * @param patch third number
 */
record RedisVersion(boolean valkey, int major, int minor, int patch)
    implements Comparable<RedisVersion> {

  private static final Pattern LINE =
      Pattern.compile("(?m)^(redis|valkey)_version:(\\d+)\\.(\\d+)\\.(\\d+)\\S*\\s*$");
  private static final Comparator<RedisVersion> BY_COMMANDS =
      Comparator.comparing(RedisVersion::commands);

  /** A version of Redis. */
  static RedisVersion redis(int major, int minor) {
    return new RedisVersion(false, major, minor, 0);
  }

  /** A version of Valkey. */
  static RedisVersion valkey(int major, int minor) {
    return new RedisVersion(true, major, minor, 0);
  }

  /**
   * The version that a server's INFO names. Valkey names two; its own counts.
   *
   * @throws IllegalArgumentException if there is none
   */
  static RedisVersion of(String info) {
    RedisVersion found = null;
    Matcher line = LINE.matcher(info);
    while (line.find()) {
      boolean valkey = line.group(1).equals("valkey");
      if (found == null || valkey) {
        found = new RedisVersion(valkey, number(line, 2), number(line, 3), number(line, 4));
      }
    }
    if (found == null) {
      throw new IllegalArgumentException(
          "The server's INFO has no line 'redis_version:<number>.<number>.<number>'.");
    }
    return found;
  }

  private static int number(Matcher line, int group) {
    return Integer.parseInt(line.group(group));
  }

  /** Whether it has what came with a version of Redis, as far as Valkey has taken it over. */
  boolean isAtLeast(int redisMajor, int redisMinor) {
    return commands() >= comparable(redisMajor, redisMinor);
  }

  /**
   * Whether it says at which offset a copy begins before it knows that, so that the offset may be
   * wrong: Redis before 2.8.22, and 3.0 before 3.0.4.
   */
  boolean foretellsOffsets() {
    return !valkey && (major < 3 ? patch < 22 : major == 3 && minor == 0 && patch < 4);
  }

  /**
   * Whether MOVE leaves the expiry of a key behind, so that it never expires in its new database:
   * Redis before 2.8.23, and 3.0 before 3.0.5.
   */
  boolean losesExpiryByMove() {
    return !valkey && (major < 3 ? patch < 23 : major == 3 && minor == 0 && patch < 5);
  }

  /** Whether fields of hashes can expire: Redis from 7.4, Valkey from 9.0. */
  boolean hasFieldExpiry() {
    return valkey ? major >= 9 : isAtLeast(7, 4);
  }

  /** Whether it knows HSETEX: Redis from 8.0, Valkey from 9.0. */
  boolean hasSetWithFieldExpiry() {
    return valkey ? major >= 9 : isAtLeast(8, 0);
  }

  /** What its settings call a replica; from 5.0 on they know the older word too. */
  String replica() {
    return isAtLeast(5, 0) ? "replica" : "slave";
  }

  /** Whether CLIENT KILL takes the number of a connection: Redis from 2.8.12 on. */
  boolean killsByNumber() {
    return isAtLeast(2, 9) || (isAtLeast(2, 8) && patch >= 12);
  }

  boolean hasStreams() {
    return isAtLeast(5, 0);
  }

  /** Whether XGROUP knows CREATECONSUMER. */
  boolean createsConsumers() {
    return isAtLeast(6, 2);
  }

  boolean hasFunctions() {
    return isAtLeast(7, 0);
  }

  /** Whether streams count the entries they ever had and groups those they have read. */
  boolean countsEntries() {
    return isAtLeast(7, 0);
  }

  /** Whether streams know the entries of a producer again (XADD with IDMP): Redis from 8.6. */
  boolean knowsProducers() {
    return isAtLeast(8, 6);
  }

  private int commands() {
    return valkey ? comparable(7, 2) : comparable(major, minor);
  }

  private static int comparable(int major, int minor) {
    return major * 1000 + minor;
  }

  @Override
  public int compareTo(RedisVersion other) {
    return BY_COMMANDS.compare(this, other);
  }

  @Override
  public String toString() {
    return "%s %d.%d.%d".formatted(valkey ? "Valkey" : "Redis", major, minor, patch);
  }
}
