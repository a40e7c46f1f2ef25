package dev.syncline.redis;

import dev.syncline.KeySelection;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.KeyScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Which keys of a stream take part: the selected ones but for heartbeats of jobs. */
final class SelectedKeys {

  /** What the names of keys begin with that jobs write into their source to measure the delay. */
  static final String HEARTBEAT = "syncline:heartbeat:";

  private static final byte[] HEARTBEAT_BYTES = Words.bytes(HEARTBEAT);

  private final KeySelection selection;

  SelectedKeys(KeySelection selection) {
    this.selection = selection;
  }

  boolean includes(int database) {
    return selection.includes(database);
  }

  boolean includes(int database, byte[] key) {
    return selection.includes(database, key) && !isHeartbeat(key);
  }

  /** Whether each key of a selected database is meant. */
  boolean isWhole() {
    return selection.isWhole();
  }

  private static boolean isHeartbeat(byte[] key) {
    int length = HEARTBEAT_BYTES.length;
    return key.length >= length
        && key[0] == HEARTBEAT_BYTES[0]
        && Arrays.equals(key, 0, length, HEARTBEAT_BYTES, 0, length);
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

  /** All selected keys. */
  KeyScope scope() {
    return selection;
  }

  /** The selected keys of a database. */
  KeyScope scope(int database) {
    return new OneDatabase(selection, database);
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

  private record OneDatabase(KeySelection selection, int number) implements KeyScope {

    @Override
    public Set<Integer> databases() {
      return Set.of(number);
    }

    @Override
    public boolean isWhole() {
      return selection.isWhole();
    }

    @Override
    public boolean includes(int database, byte[] key) {
      return database == number && selection.includes(database, key);
    }

    @Override
    public String toString() {
      return selection + ", of these database " + number;
    }
  }
}
