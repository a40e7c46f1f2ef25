package dev.syncline.redis;

/**
 * A release of Redis or Valkey, as far as it matters for what values can be written there.
 *
 * @param valkey whether it is Valkey, whose numbers are its own
 */
record RdbTarget(boolean valkey, int major, int minor) {

  /** The newest version of Redis' format that is known here, of Redis 8.6. */
  static final int NEWEST_REDIS = 13;

  /** The version of Valkey's own format, of Valkey 9. */
  static final int VALKEY = 80;

  /** The last version that Redis and Valkey share. */
  private static final int SHARED = 11;

  /** Redis of a release. */
  static RdbTarget redis(int major, int minor) {
    return new RdbTarget(false, major, minor);
  }

  /** Valkey of a release. */
  static RdbTarget valkey(int major, int minor) {
    return new RdbTarget(true, major, minor);
  }

  /** The oldest release that writes a version of the format. */
  static RdbTarget writing(int version) {
    return switch (version) {
      case 80 -> valkey(9, 0);
      case 13 -> redis(8, 6);
      case 12 -> redis(7, 4);
      case 11 -> redis(7, 2);
      case 10 -> redis(7, 0);
      case 9 -> redis(5, 0);
      case 8 -> redis(4, 0);
      case 7 -> redis(3, 2);
      default -> redis(2, 6);
    };
  }

  /** The newest version of Redis' or, above 11, of its own format that the release reads. */
  int rdbVersion() {
    if (valkey) {
      return major >= 9 ? VALKEY : SHARED;
    }
    if (isRedis(8, 6)) {
      return NEWEST_REDIS;
    }
    if (isRedis(7, 4)) {
      return 12;
    }
    if (major >= 7) {
      return minor >= 2 ? SHARED : 10;
    }
    if (major >= 5) {
      return 9;
    }
    return major == 4 ? 8 : isRedis(3, 2) ? 7 : 6;
  }

  /** Whether RESTORE takes a payload of a version there. */
  boolean restores(int version) {
    return (version <= SHARED || !valkey) ? version <= rdbVersion() : version == rdbVersion();
  }

  /** Whether it is Redis from a release on. */
  private boolean isRedis(int fromMajor, int fromMinor) {
    return !valkey && (major > fromMajor || (major == fromMajor && minor >= fromMinor));
  }

  /** Whether it knows what Redis knows from a release on that Valkey has begun with. */
  private boolean has(int fromMajor, int fromMinor) {
    return valkey || isRedis(fromMajor, fromMinor);
  }

  boolean hasStreams() {
    return has(5, 0);
  }

  /** Whether XGROUP knows CREATECONSUMER. */
  boolean createsConsumers() {
    return has(6, 2);
  }

  boolean hasFunctions() {
    return has(7, 0);
  }

  /** Whether streams count the entries they ever had and groups those they have read. */
  boolean countsEntries() {
    return has(7, 0);
  }

  /** Whether fields of hashes can expire. */
  boolean expiresFields() {
    return valkey ? major >= 9 : isRedis(7, 4);
  }

  /** Whether streams know the entries of a producer again (XADD with IDMP). */
  boolean knowsProducers() {
    return isRedis(8, 6);
  }

  @Override
  public String toString() {
    return "%s %d.%d".formatted(valkey ? "Valkey" : "Redis", major, minor);
  }
}
