package dev.syncline.internal;

import dev.syncline.change.CopyBegin;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Changes of keys that are written and not yet committed. Used by one thread. */
final class KeyTally {

  /** Keys that were copied and commands, by database. */
  private final Map<Integer, long[]> databases = new HashMap<>();

  private final List<CopyBegin> begun = new ArrayList<>();

  void add(KeyChange change) {
    if (change instanceof KeyCommand command) {
      counts(command.database())[1]++;
    } else if (change instanceof KeyValue value) {
      counts(value.database())[0]++;
    } else if (change instanceof CopyBegin begin) {
      databases.values().forEach(counts -> counts[0] = 0);
      begun.add(begin);
    }
  }

  private long[] counts(int database) {
    return databases.computeIfAbsent(database, number -> new long[2]);
  }

  void clear() {
    databases.clear();
    begun.clear();
  }

  Map<Integer, long[]> databases() {
    return databases;
  }

  /** The copies that were begun, in front of all that is counted. */
  List<CopyBegin> begun() {
    return begun;
  }
}
