package dev.syncline.redis;

/** The numbers by which RDB files name types of values, and what else can stand in their place. */
final class RdbType {

  static final int STRING = 0;
  static final int LIST = 1;
  static final int SET = 2;
  static final int ZSET = 3;
  static final int HASH = 4;
  static final int ZSET_2 = 5;
  static final int MODULE_PRE_GA = 6;
  static final int MODULE_2 = 7;
  static final int HASH_ZIPMAP = 9;
  static final int LIST_ZIPLIST = 10;
  static final int SET_INTSET = 11;
  static final int ZSET_ZIPLIST = 12;
  static final int HASH_ZIPLIST = 13;
  static final int LIST_QUICKLIST = 14;
  static final int STREAM_LISTPACKS = 15;
  static final int HASH_LISTPACK = 16;
  static final int ZSET_LISTPACK = 17;
  static final int LIST_QUICKLIST_2 = 18;
  static final int STREAM_LISTPACKS_2 = 19;
  static final int SET_LISTPACK = 20;
  static final int STREAM_LISTPACKS_3 = 21;

  /** In files of Redis the form of a release candidate of 7.4, in those of Valkey a form of 9.0. */
  static final int HASH_METADATA_PRE_GA = 22;

  static final int HASH_LISTPACK_EX_PRE_GA = 23;
  static final int HASH_METADATA = 24;
  static final int HASH_LISTPACK_EX = 25;
  static final int STREAM_LISTPACKS_4 = 26;

  /** In files of Valkey: slots that the server is just taking over. */
  static final int SLOT_IMPORT = 243;

  /** In files of Redis: what a module keeps about the key that follows. */
  static final int KEY_META = 243;

  static final int SLOT_INFO = 244;
  static final int FUNCTION_2 = 245;
  static final int FUNCTION_PRE_GA = 246;
  static final int MODULE_AUX = 247;
  static final int IDLE = 248;
  static final int FREQ = 249;
  static final int AUX = 250;
  static final int RESIZE_DB = 251;
  static final int EXPIRE_MILLIS = 252;
  static final int EXPIRE_SECONDS = 253;
  static final int SELECT_DB = 254;
  static final int END = 255;

  private static final String NAME_LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  private RdbType() {}

  /** Whether a value is a stream. */
  static boolean isStream(int type) {
    return type == STREAM_LISTPACKS
        || type == STREAM_LISTPACKS_2
        || type == STREAM_LISTPACKS_3
        || type == STREAM_LISTPACKS_4;
  }

  /** The name of a module's type, from the number that stands for it: nine letters of six bits. */
  static String moduleName(long id) {
    StringBuilder name = new StringBuilder();
    for (int letter = 0; letter < 9; letter++) {
      name.append(NAME_LETTERS.charAt((int) (id >>> (58 - 6 * letter)) & 63));
    }
    return name.toString();
  }
}
