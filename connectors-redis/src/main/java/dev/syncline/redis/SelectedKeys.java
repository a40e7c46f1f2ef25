package dev.syncline.redis;

import dev.syncline.KeySelection;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.KeyScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Which keys of a stream take part, and under which names. */
final class SelectedKeys {

  private final KeySelection selection;
  private final StreamKeys keys;
  private final BuildNames names;

  SelectedKeys(StreamScope scope) {
    this.selection = scope.selection();
    this.keys = scope.keys();
    this.names = scope.names();
  }

  boolean includes(int database) {
    return selection.includes(database);
  }

  boolean includes(int database, byte[] key) {
    return keys.includes(database, key);
  }

  /** A command with the names that its keys have at the target; mostly the command itself. */
  byte[][] atTarget(byte[][] arguments, int[] places) {
    for (int place : places) {
      if (BuildNames.isOne(arguments[place])) {
        byte[][] renamed = arguments.clone();
        for (int each : places) {
          renamed[each] = names.atTarget(arguments[each]);
        }
        return renamed;
      }
    }
    return arguments;
  }

  /** Whether each key of a selected database is meant. */
  boolean isWhole() {
    return selection.isWhole();
  }

  /** How many of some arguments are selected keys. */
  int count(int database, byte[][] arguments, int[] keys) {
    int count = 0;
    for (int key : keys) {
      count += includes(database, arguments[key]) ? 1 : 0;
    }
    return count;
  }

  /** The keys among some arguments that are not selected. */
  List<byte[]> others(int database, byte[][] arguments, int[] keys) {
    List<byte[]> others = new ArrayList<>();
    for (int key : keys) {
      if (!includes(database, arguments[key])) {
        others.add(arguments[key]);
      }
    }
    return others;
  }

  /** A database that takes part, for what is not about keys. */
  int anyDatabase() {
    return selection.databases().isEmpty() ? 0 : selection.databases().iterator().next();
  }

  /** All keys that take part. */
  KeyScope scope() {
    return keys;
  }

  /** Those of a database. */
  KeyScope scope(int database) {
    return new OneDatabase(keys, database);
  }

  /**
   * Refuses to SORT by keys that are not in the stream.
   *
   * @throws UnsupportedChangeException if a pattern names keys and not all are selected
   */
  void requireSorted(byte[][] arguments) {
    for (int i = 2; i < arguments.length - 1 && !isWhole(); i++) {
      boolean pattern = Words.is(arguments[i], "BY") || Words.is(arguments[i], "GET");
      if (pattern && Words.upper(arguments[i + 1]).indexOf('*') >= 0) {
        throw new UnsupportedChangeException(
            "The source sent a SORT of %s by keys %s, not all of which are selected; so the target"
                    .formatted(Words.quoted(arguments[1]), Words.quoted(arguments[i + 1]))
                + " cannot know what it stored. Select these keys too.");
      }
    }
  }

  /**
   * Refuses a script whose keys cannot be seen.
   *
   * @throws UnsupportedChangeException if it names none and not all are selected
   */
  void requireKnown(byte[][] arguments, int[] keys) {
    if (keys.length == 0 && !isWhole()) {
      throw new UnsupportedChangeException(
          "The source sent a script (%s) that names no keys; so it cannot be seen whether those"
                  .formatted(Words.name(arguments))
              + " that it changes are selected. Pass its keys to it, or select all keys, or let it"
              + " begin with redis.replicate_commands() (from Redis 3.2).");
    }
  }

  private record OneDatabase(StreamKeys keys, int number) implements KeyScope {

    @Override
    public Set<Integer> databases() {
      return Set.of(number);
    }

    @Override
    public boolean isWhole() {
      return keys.isWhole();
    }

    @Override
    public boolean includes(int database, byte[] key) {
      return database == number && keys.includes(database, key);
    }

    @Override
    public String toString() {
      return keys + ", of these database " + number;
    }
  }
}
