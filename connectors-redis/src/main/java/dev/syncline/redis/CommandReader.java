package dev.syncline.redis;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyFlush;
import dev.syncline.redis.CommandTable.Command;
import dev.syncline.redis.CommandTable.Meaning;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes changes of the commands that a master sends to its replicas: leaves out what is about keys
 * that are not selected, and gives what depends on the moment a form that does not.
 *
 * <p>A master sends what it has done, so a command that sets a key if it is absent has found it
 * absent. Whatever comes out keeps the selected keys of the target equal to those of the source; if
 * that cannot be, the job stops by name.
 */
final class CommandReader {

  /** What becomes of commands that this connector does not know: those of modules. */
  enum Unknown {
    /** The job stops in front of it. */
    STOP,
    /** It is passed on as it is, if all keys of its database are selected. */
    PASS
  }

  /**
   * Hears of keys whose expiry at the target may differ from the source's once the commands that
   * have been read are carried out: it is held, or it comes from a key whose expiry may be held, or
   * a script may have set it.
   */
  interface Expiries {

    /** Whether no expiry is held at the target, as far as has been heard. */
    boolean isSettled();

    /** The expiry of a key may differ. */
    void key(int database, byte[] key);

    /** That of any key may differ: databases have been swapped. */
    void all();

    /** A key has got the value and the expiry of another one. */
    default void moved(Moment moment, int database, byte[] key) {
      if (moment.held() || !isSettled()) {
        key(database, key);
      }
    }
  }

  /**
   * Sentinels tell each other on this channel of the master where the master is. Sentinels of the
   * target would believe it.
   */
  private static final byte[] SENTINEL_CHANNEL = Words.bytes("__sentinel__:hello");

  private static final int[] FIRST = {1};

  private final Unknown unknown;
  private final Expiries expiries;
  private final SelectedKeys selected;
  private final PartialCommands partial;

  /**
   * Reads the commands of a stream.
   *
   * @param source what kind of server sends them
   */
  CommandReader(StreamScope scope, RedisVersion source, Unknown unknown, Expiries expiries) {
    this.unknown = unknown;
    this.expiries = expiries;
    this.selected = new SelectedKeys(scope);
    this.partial = new PartialCommands(selected, source, expiries);
  }

  /**
   * What a command means for the selected keys: mostly one change, none if it is about others or
   * belongs to the stream itself. The arguments are not copied and must not be changed.
   *
   * @throws UnsupportedChangeException if the selected keys of the target could not be made equal
   *     to those of the source
   */
  List<KeyChange> read(int database, byte[][] arguments, Moment moment) {
    Command command = CommandTable.find(arguments[0]);
    if (command == null) {
      return unknown(database, arguments);
    }
    return switch (command.meaning()) {
      case CONTROL -> List.of();
      case NEVER -> throw never(arguments);
      case SLOTS -> throw slots(arguments);
      case SERVER -> server(arguments);
      case FLUSH -> flush(database, arguments);
      case SWAP -> swap(arguments, moment);
      case MOVE -> partial.move(database, arguments, moment);
      case COPY -> partial.copy(database, arguments, moment);
      default -> keys(database, command, arguments, moment);
    };
  }

  private List<KeyChange> keys(int database, Command command, byte[][] sent, Moment moment) {
    if (!selected.includes(database)) {
      return leftOut(sent);
    }
    int[] keys = command.keys().all(sent);
    byte[][] arguments = selected.atTarget(sent, keys);
    int count = selected.count(database, arguments, keys);
    if (count == keys.length) {
      return whole(database, command.meaning(), arguments, keys, moment);
    }
    if (count == 0) {
      return leftOut(arguments);
    }
    return command.meaning() == Meaning.SET_MANY
        ? setMany(database, arguments, keys, moment)
        : partial.read(database, command, arguments, keys);
  }

  /** A script that a master has sent once it may send by its name (EVALSHA) from then on. */
  private List<KeyChange> leftOut(byte[][] arguments) {
    if (!Words.is(arguments[0], "EVAL")) {
      return List.of();
    }
    byte[][] load = {Words.bytes("SCRIPT"), Words.bytes("LOAD"), Words.argument(arguments, 1)};
    return List.of(KeyCommand.of(selected.anyDatabase(), load));
  }

  /** A command all keys of which are selected. */
  private List<KeyChange> whole(
      int database, Meaning meaning, byte[][] arguments, int[] keys, Moment moment) {
    switch (meaning) {
      case SET -> {
        return timed(database, Deadlines.set(arguments, moment), keys, moment);
      }
      case SET_MANY -> {
        return setMany(database, arguments, keys, moment);
      }
      case EXPIRE -> {
        return timed(database, Deadlines.expire(arguments, moment), keys, moment);
      }
      case RESTORE -> {
        return timed(database, Deadlines.restore(arguments, moment), keys, moment);
      }
      case FIELDS -> {
        byte[][] fields = Deadlines.fields(arguments, moment);
        return fields == null ? List.of() : List.of(KeyCommand.of(database, fields, keys));
      }
      case RENAME -> expiries.moved(moment, database, arguments[2]);
      case LIST_MOVE -> {
        return List.of(KeyCommand.of(database, withoutWaiting(arguments), keys));
      }
      case SORT -> selected.requireSorted(arguments);
      case SCRIPT -> {
        selected.requireKnown(arguments, keys);
        for (int key : keys) {
          expiries.key(database, arguments[key]);
        }
      }
      default -> {}
    }
    return List.of(KeyCommand.of(database, arguments, keys));
  }

  /** A command that may give an expiry, if it changes anything. */
  private List<KeyChange> timed(
      int database, byte @Nullable [][] arguments, int[] keys, Moment moment) {
    if (arguments == null) {
      return List.of();
    }
    KeyCommand command = KeyCommand.of(database, arguments, keys);
    if (moment.held() && Deadlines.place(command) > 0) {
      expiries.key(database, arguments[1]);
    }
    return List.of(command);
  }

  private List<KeyChange> setMany(int database, byte[][] arguments, int[] keys, Moment moment) {
    List<KeyChange> changes = new ArrayList<>(keys.length);
    for (byte[][] set : Deadlines.setMany(arguments, keys, moment)) {
      if (selected.includes(database, set[1])) {
        changes.addAll(timed(database, set, FIRST, moment));
      }
    }
    return changes;
  }

  /** Redis up to 3.2 sends BRPOPLPUSH as it is; a lane must never wait for an element. */
  static byte[][] withoutWaiting(byte[][] arguments) {
    if (Words.is(arguments[0], "BRPOPLPUSH")) {
      return new byte[][] {Words.bytes("RPOPLPUSH"), arguments[1], arguments[2]};
    }
    if (Words.is(arguments[0], "BLMOVE")) {
      byte[] from = Words.argument(arguments, 3);
      byte[] to = Words.argument(arguments, 4);
      return new byte[][] {Words.bytes("LMOVE"), arguments[1], arguments[2], from, to};
    }
    return arguments;
  }

  private List<KeyChange> server(byte[][] arguments) {
    byte[] what = Words.argument(arguments, 1);
    String name = Words.upper(arguments[0]);
    boolean known =
        switch (name) {
          case "SCRIPT" -> Words.is(what, "LOAD") || Words.is(what, "FLUSH");
          case "FUNCTION" ->
              Words.is(what, "LOAD")
                  || Words.is(what, "DELETE")
                  || Words.is(what, "FLUSH")
                  || Words.is(what, "RESTORE");
          default -> true;
        };
    if (!known) {
      throw new UnsupportedChangeException(
          "The source sent %s %s, which this connector does not know. A newer version of it may."
              .formatted(Words.name(arguments), Words.quoted(what)));
    }
    return name.equals("PUBLISH") && Arrays.equals(what, SENTINEL_CHANNEL)
        ? List.of()
        : List.of(KeyCommand.of(selected.anyDatabase(), arguments));
  }

  private List<KeyChange> flush(int database, byte[][] arguments) {
    if (Words.is(arguments[0], "FLUSHALL")) {
      return List.of(new KeyFlush(selected.scope()));
    }
    return selected.includes(database)
        ? List.of(new KeyFlush(selected.scope(database)))
        : List.of();
  }

  private List<KeyChange> swap(byte[][] arguments, Moment moment) {
    int one = Math.toIntExact(Words.number(arguments, 1));
    int other = Math.toIntExact(Words.number(arguments, 2));
    if (one == other || (!selected.includes(one) && !selected.includes(other))) {
      return List.of();
    }
    if (!selected.includes(one) || !selected.includes(other) || !selected.isWhole()) {
      throw new UnsupportedChangeException(
          "The source swapped its databases %d and %d (SWAPDB), not all keys of which are selected:"
                  .formatted(one, other)
              + " what comes into the selection is not in the stream. Start the job anew with a"
              + " copy, or select all keys of both databases.");
    }
    if (moment.held() || !expiries.isSettled()) {
      expiries.all();
    }
    return List.of(KeyCommand.of(one, arguments).withDatabases(1, 2));
  }

  private List<KeyChange> unknown(int database, byte[][] arguments) {
    if (unknown == Unknown.STOP) {
      throw new UnsupportedChangeException(
          "The source sent %s, which this connector does not know; so it cannot see which keys it"
                  .formatted(Words.command(arguments))
              + " changes. If it is a module's and the target has that module too, build the source"
              + " with unknownCommands(PASS); else keep it away from the source and start anew.");
    }
    if (!selected.includes(database)) {
      return List.of();
    }
    if (!selected.isWhole()) {
      throw new UnsupportedChangeException(
          "The source sent %s, which this connector does not know; so it cannot see whether its"
                  .formatted(Words.command(arguments))
              + " keys are selected. Select all keys of database "
              + database
              + ".");
    }
    return List.of(KeyCommand.of(database, arguments));
  }

  private static UnsupportedChangeException never(byte[][] arguments) {
    return new UnsupportedChangeException(
        "The source sent %s as it is. Every known version of Redis and Valkey sends what it does"
                .formatted(Words.command(arguments))
            + " as other commands; so what it means here is not known.");
  }

  private static UnsupportedChangeException slots(byte[][] arguments) {
    return new UnsupportedChangeException(
        "The source sent %s: slots of its cluster are being moved or emptied, which the stream of"
                .formatted(Words.command(arguments))
            + " one master does not tell in full. Start the job anew with a copy once the cluster"
            + " is stable.");
  }
}
