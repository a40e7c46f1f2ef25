package dev.syncline.redis;

import dev.syncline.redis.CommandTable.Command;
import dev.syncline.redis.RedisPosition.Doubt;

/**
 * Says which keys commands put in doubt ({@link DoubtfulKeys}), and which ones they take out of it.
 *
 * <p>While the stream is late, any key with an expiry may be gone at the target too early. If the
 * source has not renewed it, its own DEL comes behind whatever it does to the key, and the end is
 * right. So in doubt are the keys that it renews, those that it makes of others, and those of
 * commands that fail if a key is not there. While the stream is not late, doubt only spreads, from
 * keys that have it to those that are made of them. A key that is written as a whole has none.
 */
final class DoubtfulCommands {

  private final DoubtfulKeys keys;
  private final SelectedKeys selected;

  DoubtfulCommands(DoubtfulKeys keys, StreamScope scope) {
    this.keys = keys;
    this.selected = new SelectedKeys(scope);
  }

  /**
   * Reads a command.
   *
   * @param late whether keys may be gone at the target that the command has found
   * @param before a place in front of it
   * @return whether it is about a key in doubt, so that it may fail at the target
   */
  boolean read(int database, byte[][] arguments, boolean late, Doubt before) {
    if (!late && keys.isEmpty()) {
      return false;
    }
    Command command = CommandTable.find(arguments[0]);
    if (command == null) {
      return false;
    }
    int[] places = command.keys().all(arguments);
    int[] written = command.keys().written(arguments);
    return switch (command.meaning()) {
      case CONTROL, NEVER, SLOTS, SERVER -> false;
      case FLUSH -> {
        boolean all = Words.is(arguments[0], "FLUSHALL");
        keys.removeIf(number -> all || number == database);
        yield false;
      }
      case SWAP -> {
        keys.swap(database(arguments, 1), database(arguments, 2));
        yield false;
      }
      case EACH -> each(database, arguments, places, before);
      case SET, SET_MANY, RESTORE -> whole(database, arguments, places);
      case EXPIRE, FIELDS, NEEDS -> some(late, database, arguments, written, before);
      case MOVE -> {
        int to = database(arguments, 2);
        boolean spreads = late || contains(database, arguments, places);
        boolean from = some(spreads, database, arguments, written, before);
        yield some(spreads, to, arguments, written, before) || from;
      }
      case COPY -> {
        boolean spreads = late || contains(database, arguments, places);
        yield some(spreads, copiedTo(database, arguments), arguments, written, before);
      }
      // What these read besides their keys is not known here.
      case SCRIPT, SORT -> some(true, database, arguments, written, before);
      case KEYS, LIST_MOVE, SET_MOVE, RENAME -> {
        boolean spreads = late || contains(database, arguments, places);
        yield some(spreads && places.length > 1, database, arguments, written, before);
      }
    };
  }

  private static int database(byte[][] arguments, int at) {
    return Math.toIntExact(Words.number(arguments, at));
  }

  private static int copiedTo(int database, byte[][] arguments) {
    int to = database;
    for (int i = 3; i < arguments.length - 1; i++) {
      if (Words.is(arguments[i], "DB")) {
        to = database(arguments, i + 1);
      }
    }
    return to;
  }

  private boolean contains(int database, byte[][] arguments, int[] places) {
    boolean contains = false;
    for (int place : places) {
      contains |= keys.contains(database, arguments[place]);
    }
    return contains;
  }

  /** Puts keys in doubt, if they come to be; says whether one is. */
  private boolean some(
      boolean spreads, int database, byte[][] arguments, int[] places, Doubt before) {
    for (int place : places) {
      if (spreads && selected.includes(database, arguments[place])) {
        keys.add(database, arguments[place], before);
      }
    }
    return contains(database, arguments, places);
  }

  /** DEL and MSET leave no doubt; MSETNX writes nothing if a key is there at the target only. */
  private boolean each(int database, byte[][] arguments, int[] places, Doubt before) {
    if (Words.is(arguments[0], "MSETNX")) {
      boolean spreads = contains(database, arguments, places);
      return some(spreads, database, arguments, places, before);
    }
    boolean whole = !Words.is(arguments[0], "TOUCH") && !Words.is(arguments[0], "PFCOUNT");
    if (!whole) {
      return contains(database, arguments, places);
    }
    remove(database, arguments, places);
    return false;
  }

  /** SET and its like, unless they keep the expiry that the key has at the target. */
  private boolean whole(int database, byte[][] arguments, int[] places) {
    for (int i = 3; i < arguments.length; i++) {
      if (Words.is(arguments[i], "KEEPTTL")) {
        return contains(database, arguments, places);
      }
    }
    remove(database, arguments, places);
    return false;
  }

  private void remove(int database, byte[][] arguments, int[] places) {
    for (int place : places) {
      keys.remove(database, arguments[place]);
    }
  }
}
