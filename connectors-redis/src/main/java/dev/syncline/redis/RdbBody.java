package dev.syncline.redis;

import dev.syncline.UnsupportedChangeException;

/** Passes over the value of a key, whatever its type is, to find where it ends. */
final class RdbBody {

  private static final int STREAM_ID = 16;
  private static final int MILLIS = 8;

  private static final int MODULE_END = 0;
  private static final int MODULE_SIGNED = 1;
  private static final int MODULE_UNSIGNED = 2;
  private static final int MODULE_FLOAT = 3;
  private static final int MODULE_DOUBLE = 4;
  private static final int MODULE_STRING = 5;

  private RdbBody() {}

  /**
   * Passes over a value.
   *
   * @param valkey whether the file is of Valkey's own format
   * @throws UnsupportedChangeException if the type is not known
   */
  static void skip(RdbInput in, int type, boolean valkey) {
    switch (type) {
      case RdbType.LIST, RdbType.SET, RdbType.LIST_QUICKLIST -> in.skipStrings(in.count());
      case RdbType.HASH -> skipPairs(in, in.count());
      case RdbType.ZSET -> skipTextScores(in, in.count());
      case RdbType.ZSET_2 -> skipWith(in, in.count(), 1, MILLIS);
      case RdbType.STRING,
          RdbType.HASH_ZIPMAP,
          RdbType.LIST_ZIPLIST,
          RdbType.SET_INTSET,
          RdbType.ZSET_ZIPLIST,
          RdbType.HASH_ZIPLIST,
          RdbType.HASH_LISTPACK,
          RdbType.ZSET_LISTPACK,
          RdbType.SET_LISTPACK ->
          in.skipString();
      case RdbType.HASH_LISTPACK_EX -> {
        in.skip(MILLIS);
        in.skipString();
      }
      case RdbType.LIST_QUICKLIST_2 -> skipAfterNumbers(in, in.count(), 1);
      case RdbType.HASH_METADATA -> {
        in.skip(MILLIS);
        skipAfterNumbers(in, in.count(), 2);
      }
      case RdbType.MODULE_2 -> {
        in.length();
        skipModule(in);
      }
      default -> skipRare(in, type, valkey);
    }
  }

  private static void skipRare(RdbInput in, int type, boolean valkey) {
    if (RdbType.isStream(type)) {
      skipStream(in, type);
    } else if (type == RdbType.HASH_METADATA_PRE_GA && valkey) {
      skipWith(in, in.count(), 2, MILLIS);
    } else if (type == RdbType.HASH_METADATA_PRE_GA) {
      skipAfterNumbers(in, in.count(), 2);
    } else if (type == RdbType.HASH_LISTPACK_EX_PRE_GA && !valkey) {
      in.skipString();
    } else if (type == RdbType.MODULE_PRE_GA) {
      throw new UnsupportedChangeException(
          "a module wrote its value in the form of a release candidate of Redis 4.0, whose end"
              + " cannot be found. Let the module write it again under a released version.");
    } else {
      throw new UnsupportedChangeException(
          "its value is of type %d, which is not known here. Use a newer release of Syncline, or"
                  .formatted(type)
              + " delete the key at the source.");
    }
  }

  private static void skipPairs(RdbInput in, long count) {
    for (long i = 0; i < count; i++) {
      in.skipString();
      in.skipString();
    }
  }

  /** Elements of some strings and bytes of a fixed length behind them. */
  private static void skipWith(RdbInput in, long count, int strings, int bytes) {
    for (long i = 0; i < count; i++) {
      in.skipStrings(strings);
      in.skip(bytes);
    }
  }

  /** Elements of a number and some strings behind it. */
  private static void skipAfterNumbers(RdbInput in, long count, int strings) {
    for (long i = 0; i < count; i++) {
      in.length();
      in.skipStrings(strings);
    }
  }

  private static void skipTextScores(RdbInput in, long count) {
    for (long i = 0; i < count; i++) {
      in.skipString();
      RdbScore.skipText(in);
    }
  }

  /** Passes over what a module wrote, up to and with its end. */
  static void skipModule(RdbInput in) {
    while (true) {
      int kind = in.small();
      switch (kind) {
        case MODULE_END -> {
          return;
        }
        case MODULE_SIGNED, MODULE_UNSIGNED -> in.length();
        case MODULE_FLOAT -> in.skip(4);
        case MODULE_DOUBLE -> in.skip(8);
        case MODULE_STRING -> in.skipString();
        default -> throw in.malformed("a module's value holds the unknown kind " + kind);
      }
    }
  }

  private static void skipNumbers(RdbInput in, int count) {
    for (int i = 0; i < count; i++) {
      in.length();
    }
  }

  private static void skipStream(RdbInput in, int type) {
    skipPairs(in, in.count());
    boolean counts = type >= RdbType.STREAM_LISTPACKS_2;
    skipNumbers(in, counts ? 8 : 3);
    for (long groups = in.count(); groups > 0; groups--) {
      in.skipString();
      skipNumbers(in, counts ? 3 : 2);
      for (long pending = in.count(); pending > 0; pending--) {
        in.skip(STREAM_ID + MILLIS);
        in.length();
      }
      for (long consumers = in.count(); consumers > 0; consumers--) {
        in.skipString();
        in.skip(type >= RdbType.STREAM_LISTPACKS_3 ? 2 * MILLIS : MILLIS);
        for (long pending = in.count(); pending > 0; pending--) {
          in.skip(STREAM_ID);
        }
      }
    }
    if (type == RdbType.STREAM_LISTPACKS_4) {
      skipNumbers(in, 2);
      for (long producers = in.count(); producers > 0; producers--) {
        in.skipString();
        for (long entries = in.count(); entries > 0; entries--) {
          in.skipString();
          skipNumbers(in, 2);
        }
      }
      skipNumbers(in, 2);
    }
  }

  /**
   * Whether a value has no elements, though it should not exist then.
   *
   * @param payload the value behind one byte
   */
  static boolean isEmpty(int type, byte[] payload) {
    int first = payload[1] & 0xff;
    return switch (type) {
      case RdbType.LIST,
          RdbType.SET,
          RdbType.ZSET,
          RdbType.ZSET_2,
          RdbType.HASH,
          RdbType.LIST_QUICKLIST,
          RdbType.LIST_QUICKLIST_2,
          RdbType.HASH_METADATA_PRE_GA ->
          first == 0;
      case RdbType.HASH_METADATA -> payload[1 + MILLIS] == 0;
      // These are as long as what surrounds the elements.
      case RdbType.LIST_ZIPLIST, RdbType.ZSET_ZIPLIST, RdbType.HASH_ZIPLIST -> first == 11;
      case RdbType.SET_LISTPACK, RdbType.ZSET_LISTPACK, RdbType.HASH_LISTPACK -> first == 7;
      case RdbType.SET_INTSET -> first == 8;
      case RdbType.HASH_ZIPMAP -> first == 2;
      default -> false;
    };
  }
}
