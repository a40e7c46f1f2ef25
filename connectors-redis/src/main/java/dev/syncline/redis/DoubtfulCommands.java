package dev.syncline.redis;

import dev.syncline.redis.CommandTable.Command;
import dev.syncline.redis.CommandTable.Meaning;
import dev.syncline.redis.HeldKeys.Name;
import dev.syncline.redis.RedisPosition.Doubt;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says which keys commands put in doubt ({@link DoubtfulKeys}), and which ones they take out of it.
 *
 * <p>While the stream is late, any key with an expiry may be gone at the target too early. If the
 * source has not renewed it, its own DEL comes behind whatever it does to the key, and the end is
 * right. So in doubt are the keys that it renews, those that it makes of others, and those of
 * commands that fail if a key is not there. While the stream is not late, the same holds of
 * commands that are written late ({@link UnwrittenKeys}), and doubt spreads from keys that have it
 * to those that are made of them. A key that is written as a whole has none.
 *
 * <p>A target may have carried out a command before ({@link Late#AGAIN}), and perhaps others behind
 * it. Then in doubt is whatever it writes in part: it would count twice, or meets what only came
 * later.
 */
final class DoubtfulCommands {

  private static final Optional<Runnable> BORNE = Optional.of(() -> {});

  private final DoubtfulKeys keys;
  private final UnwrittenKeys unwritten;
  private final SelectedKeys selected;

  /** When a command came, and where it is. */
  record Coming(Late late, long receivedAtMillis, Doubt before, long end) {}

  /** Whether keys may be gone at the target that a command has found at the source. */
  enum Late {
    /** So may everything: the target may have had the command before, and what came behind it. */
    AGAIN,
    YES,
    /** Only if it is written late. */
    NOT_YET,
    /** All of them hold. */
    NEVER
  }

  DoubtfulCommands(DoubtfulKeys keys, UnwrittenKeys unwritten, StreamScope scope) {
    this.keys = keys;
    this.unwritten = unwritten;
    this.selected = new SelectedKeys(scope);
  }

  /**
   * Reads a command.
   *
   * @return to be called if it fails at the target; empty if it must not
   */
  Optional<Runnable> read(int database, byte[][] arguments, Coming coming) {
    if (coming.late() == Late.NEVER && keys.isEmpty()) {
      return Optional.empty();
    }
    Command command = CommandTable.find(arguments[0]);
    if (command == null) {
      return Optional.empty();
    }
    switch (command.meaning()) {
      case CONTROL, NEVER, SLOTS -> {
        return Optional.empty();
      }
      case SERVER -> {
        // A library may be there already, or may not be any more; the last command about it counts.
        return coming.late() == Late.AGAIN ? BORNE : Optional.empty();
      }
      case FLUSH -> {
        if (Words.is(arguments[0], "FLUSHALL")) {
          keys.removeAll();
        } else {
          keys.removeAll(database);
        }
        return Optional.empty();
      }
      case SWAP -> {
        unwritten.doubtAll();
        keys.swap(database(arguments, 1), database(arguments, 2));
        return Optional.empty();
      }
      default -> {}
    }
    boolean whole = isWhole(command, arguments);
    List<Name> made = whole ? List.of() : made(database, command, arguments, coming.late());
    // A script may fail by what it finds besides its keys.
    boolean fails = coming.late() == Late.AGAIN && command.meaning() == Meaning.SCRIPT;
    if (keys.isEmpty() && made.isEmpty()) {
      // Most commands, so they are not to cost anything.
      return fails ? BORNE : Optional.empty();
    }
    List<Name> named = names(database, arguments, command.keys().all(arguments));
    if (whole) {
      named.forEach(keys::remove);
      return Optional.empty();
    }
    // What these read besides their keys is not known here.
    boolean readsMore = isOneOf(command, "EVAL", "EVALSHA", "FCALL", "SORT");
    boolean conditional = isOneOf(command, "MSETNX");
    boolean touched = named.stream().anyMatch(keys::contains) || (readsMore && !keys.isEmpty());
    if (touched || coming.late() == Late.AGAIN || (coming.late() == Late.YES && !conditional)) {
      if (!made.isEmpty()) {
        // The order of places is kept.
        unwritten.doubtAll();
        made.forEach(name -> keys.add(name, coming.before()));
      }
      return touched || fails || !made.isEmpty() ? BORNE : Optional.empty();
    }
    return coming.late() == Late.NOT_YET && !made.isEmpty() && !conditional
        ? Optional.of(waits(coming, named, made, readsMore))
        : Optional.empty();
  }

  /** What is made of keys that are not known to be written in time is as late as they are. */
  private Runnable waits(Coming coming, List<Name> named, List<Name> made, boolean readsMore) {
    long since = coming.receivedAtMillis();
    if (readsMore) {
      since = Math.min(since, unwritten.receivedAt());
    } else if (named.size() > 1) {
      for (Name name : named) {
        since = Math.min(since, unwritten.receivedAt(name));
      }
    }
    return unwritten.add(coming.before(), coming.end(), since, made);
  }

  /** Whether a command leaves its keys as the source has them, whatever they were before. */
  private static boolean isWhole(Command command, byte[][] arguments) {
    return switch (command.meaning()) {
      case EACH -> isOneOf(command, "DEL", "UNLINK", "MSET");
      case SET, SET_MANY, RESTORE -> {
        boolean keeps = false;
        for (int i = 3; i < arguments.length; i++) {
          keeps |= Words.is(arguments[i], "KEEPTTL");
        }
        yield !keeps;
      }
      default -> false;
    };
  }

  /**
   * The selected keys that a command renews, makes of others or fails without. Also those of
   * MSETNX, which writes nothing if one of them is there. All that it writes if it comes again.
   */
  private List<Name> made(int database, Command command, byte[][] arguments, Late late) {
    int[] written = command.keys().written(arguments);
    boolean again = late == Late.AGAIN;
    return switch (command.meaning()) {
      case EXPIRE, FIELDS, NEEDS, SCRIPT, SORT -> names(database, arguments, written);
      case MOVE -> {
        List<Name> both = names(database, arguments, written);
        both.addAll(names(database(arguments, 2), arguments, written));
        yield both;
      }
      case COPY -> names(copiedTo(database, arguments), arguments, written);
      case KEYS, LIST_MOVE, SET_MOVE, RENAME ->
          again || command.keys().all(arguments).length > 1
              ? names(database, arguments, written)
              : List.of();
      case EACH ->
          again || isOneOf(command, "MSETNX") ? names(database, arguments, written) : List.of();
      default -> again ? names(database, arguments, written) : List.of();
    };
  }

  private static boolean isOneOf(Command command, String... names) {
    return List.of(names).contains(command.name());
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

  private List<Name> names(int database, byte[][] arguments, int[] places) {
    List<Name> names = new ArrayList<>(places.length);
    for (int place : places) {
      if (selected.includes(database, arguments[place])) {
        names.add(new Name(database, ByteBuffer.wrap(arguments[place])));
      }
    }
    return names;
  }
}
