package dev.syncline.redis;

/** The versions of the RDB format, in which DUMP gives values too, and who knows which of them. */
final class RdbFormat {

  /** The newest version of Redis' format that is known here, of Redis 8.6. */
  static final int NEWEST_REDIS = 13;

  /** The version of Valkey's own format, of Valkey 9. */
  static final int VALKEY = 80;

  /** The last version that Redis and Valkey share. */
  private static final int SHARED = 11;

  private RdbFormat() {}

  /** The oldest release that writes a version. */
  static RedisVersion writing(int version) {
    return switch (version) {
      case 80 -> RedisVersion.valkey(9, 0);
      case 13 -> RedisVersion.redis(8, 6);
      case 12 -> RedisVersion.redis(7, 4);
      case 11 -> RedisVersion.redis(7, 2);
      case 10 -> RedisVersion.redis(7, 0);
      case 9 -> RedisVersion.redis(5, 0);
      case 8 -> RedisVersion.redis(4, 0);
      case 7 -> RedisVersion.redis(3, 2);
      default -> RedisVersion.redis(2, 6);
    };
  }

  /** The newest version of Redis' or, above 11, of its own format that a release reads. */
  static int newest(RedisVersion release) {
    if (release.valkey()) {
      return release.major() >= 9 ? VALKEY : SHARED;
    }
    if (release.isAtLeast(8, 6)) {
      return NEWEST_REDIS;
    }
    if (release.isAtLeast(7, 4)) {
      return 12;
    }
    if (release.isAtLeast(7, 0)) {
      return release.isAtLeast(7, 2) ? SHARED : 10;
    }
    if (release.isAtLeast(5, 0)) {
      return 9;
    }
    return release.isAtLeast(4, 0) ? 8 : release.isAtLeast(3, 2) ? 7 : 6;
  }

  /** Whether RESTORE takes a payload of a version at a release. */
  static boolean restores(RedisVersion release, int version) {
    return (version <= SHARED || !release.valkey())
        ? version <= newest(release)
        : version == newest(release);
  }
}
