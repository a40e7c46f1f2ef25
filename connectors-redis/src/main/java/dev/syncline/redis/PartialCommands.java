package dev.syncline.redis;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.redis.CommandReader.Expiries;
import dev.syncline.redis.CommandTable.Command;
import java.util.ArrayList;
import java.util.List;

/**
 * Commands some of whose keys are selected and some are not: what they do to the selected ones. The
 * source has carried them out; that alone may say what the other keys were. Else it is a named
 * stop.
 */
final class PartialCommands {

  private final SelectedKeys selected;
  private final RedisVersion source;
  private final Expiries expiries;

  PartialCommands(SelectedKeys selected, RedisVersion source, Expiries expiries) {
    this.selected = selected;
    this.source = source;
    this.expiries = expiries;
  }

  /** A command some of whose keys are selected, of one database. */
  List<KeyChange> read(int database, Command command, byte[][] arguments, int[] keys) {
    return switch (command.meaning()) {
      case EACH -> each(database, arguments, keys);
      case RENAME -> rename(database, arguments);
      case LIST_MOVE -> listMove(database, arguments);
      case SET_MOVE -> setMove(database, arguments);
      default -> {
        int written = selected.count(database, arguments, command.keys().written(arguments));
        if (written > 0) {
          throw refused(database, arguments, selected.others(database, arguments, keys));
        }
        yield List.of();
      }
    };
  }

  /** The same command with the selected keys. MSETNX has set all of its keys. */
  private List<KeyChange> each(int database, byte[][] arguments, int[] keys) {
    int step = keys[1] - keys[0];
    List<byte[]> kept = new ArrayList<>();
    kept.add(Words.is(arguments[0], "MSETNX") ? Words.bytes("MSET") : arguments[0]);
    for (int key : keys) {
      if (selected.includes(database, arguments[key])) {
        for (int i = 0; i < step; i++) {
          kept.add(Words.argument(arguments, key + i));
        }
      }
    }
    int[] places = new int[(kept.size() - 1) / step];
    for (int i = 0; i < places.length; i++) {
      places[i] = 1 + i * step;
    }
    return List.of(KeyCommand.of(database, kept.toArray(byte[][]::new), places));
  }

  private List<KeyChange> rename(int database, byte[][] arguments) {
    if (selected.includes(database, arguments[1])) {
      return command(database, "DEL", arguments[1]);
    }
    throw refused(database, arguments, List.of(arguments[1]));
  }

  private List<KeyChange> listMove(int database, byte[][] arguments) {
    if (selected.includes(database, arguments[1])) {
      boolean left = arguments.length > 4 && Words.is(arguments[3], "LEFT");
      return command(database, left ? "LPOP" : "RPOP", arguments[1]);
    }
    throw refused(database, arguments, List.of(arguments[1]));
  }

  /** A master sends SMOVE only if the member was in the set. */
  private List<KeyChange> setMove(int database, byte[][] arguments) {
    byte[] member = Words.argument(arguments, 3);
    return selected.includes(database, arguments[1])
        ? command(database, "SREM", arguments[1], member)
        : command(database, "SADD", arguments[2], member);
  }

  private static List<KeyChange> command(int database, String name, byte[]... arguments) {
    byte[][] all = new byte[arguments.length + 1][];
    all[0] = Words.bytes(name);
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return List.of(KeyCommand.of(database, all, 1));
  }

  /**
   * MOVE, whose key is in two databases. The target's MOVE keeps the expiry, the source's may not.
   */
  List<KeyChange> move(int database, byte[][] arguments, Moment moment) {
    byte[] key = Words.argument(arguments, 1);
    int to = Math.toIntExact(Words.number(arguments, 2));
    boolean leaves = selected.includes(database, key);
    if (!selected.includes(to, key)) {
      return leaves ? command(database, "DEL", key) : List.of();
    }
    if (!leaves) {
      throw refused(database, arguments, List.of(key));
    }
    expiries.moved(moment, to, key);
    KeyCommand move = KeyCommand.of(database, arguments, 1).withDatabases(2);
    if (!source.losesExpiryByMove()) {
      return List.of(move);
    }
    byte[][] persist = {Words.bytes("PERSIST"), key};
    return List.of(move, KeyCommand.of(to, persist, 1));
  }

  /** COPY, which may write into another database. */
  List<KeyChange> copy(int database, byte[][] arguments, Moment moment) {
    byte[] from = Words.argument(arguments, 1);
    byte[] key = Words.argument(arguments, 2);
    int place = -1;
    for (int i = 3; i < arguments.length; i++) {
      if (Words.is(arguments[i], "DB")) {
        place = ++i;
      }
    }
    int to = place < 0 ? database : Math.toIntExact(Words.number(arguments, place));
    if (!selected.includes(to, key)) {
      return List.of();
    }
    if (!selected.includes(database, from)) {
      throw refused(database, arguments, List.of(from));
    }
    expiries.moved(moment, to, key);
    KeyCommand copy = KeyCommand.of(database, arguments, 1, 2);
    return List.of(place < 0 ? copy : copy.withDatabases(place));
  }

  private static UnsupportedChangeException refused(
      int database, byte[][] arguments, List<byte[]> others) {
    return new UnsupportedChangeException(
        "The source sent %s, which writes selected keys from what is not selected: %s in database"
                .formatted(Words.name(arguments), Words.quoted(others))
            + " "
            + database
            + ". The target does not have it. Select these keys too, or neither.");
  }
}
