package dev.syncline.mysql;

import dev.syncline.change.Column;
import dev.syncline.change.UniqueKey;
import dev.syncline.mysql.TableKey.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * The keys of a table while a statement changes it: what the server drops, how it names and sorts
 * them. The numbers of columns are the caller's. Not thread-safe.
 */
final class KeyList {

  /** Servers cut the names that they make of longer ones. */
  private static final int MAX_NAME_WITH_NUMBER = 28;

  /** How many numbers servers try. */
  private static final int MAX_NUMBER = 99;

  private final List<TableKey> keys;
  private boolean changed;

  KeyList(List<TableKey> existing) {
    this.keys = new ArrayList<>(existing);
  }

  List<TableKey> keys() {
    return keys;
  }

  boolean contains(String name) {
    return keys.stream().anyMatch(key -> key.isNamed(name));
  }

  /** Whether some key of that name is there for sure. */
  boolean hasForSure(String name) {
    return keys.stream().anyMatch(key -> key.isNamed(name) && key.kind() != Kind.DOUBTFUL);
  }

  void drop(String name) {
    keys.removeIf(key -> key.isNamed(name));
  }

  void rename(String from, String to) {
    keys.replaceAll(key -> key.isNamed(from) ? key.named(to) : key);
  }

  /** A key over the beginning of a column may be one over the whole column from now on. */
  void changeColumn(int column) {
    changed |= keys.stream().anyMatch(key -> key.has(column));
  }

  /** Takes a column out of all keys, and keys away that have no other. */
  void dropColumn(int column) {
    changeColumn(column);
    keys.replaceAll(
        key ->
            key.withParts(key.parts().stream().filter(part -> part.column() != column).toList()));
    keys.removeIf(key -> key.parts().isEmpty());
  }

  /**
   * Adds the keys of a statement, in its order.
   *
   * @param added the names are empty where the server makes them
   * @param name the name of a column
   */
  void add(List<TableKey> added, IntFunction<String> name) {
    for (TableKey key : added) {
      keys.add(key);
    }
    dropGenerated(changed ? 0 : keys.size() - added.size());
    for (int i = 0; i < keys.size(); i++) {
      if (keys.get(i).name().isEmpty()) {
        keys.set(i, keys.get(i).named(freeName(keys.subList(0, i), keys.get(i), name)));
      }
    }
  }

  /** Of two keys of which a foreign key needs one only, the server drops one that it made. */
  private void dropGenerated(int existing) {
    List<TableKey> kept = new ArrayList<>(keys.subList(0, existing));
    for (TableKey key : keys.subList(existing, keys.size())) {
      TableKey next = key;
      for (int i = 0; i < kept.size(); i++) {
        TableKey before = kept.get(i);
        boolean maybe = isMaybeGenerated(before) || key.kind() == Kind.GENERATED;
        if (!maybe || !isPrefix(before, key)) {
          continue;
        }
        boolean shorter = key.parts().size() < before.parts().size();
        if (isSure(before) && (before.kind() != Kind.GENERATED || (isGenerated(key) && shorter))) {
          next = null;
        } else if (before.kind() == Kind.GENERATED && isSure(key)) {
          kept.remove(i);
        } else {
          kept.set(i, before.as(Kind.DOUBTFUL));
          next = isGenerated(key) ? key.as(Kind.DOUBTFUL) : key;
        }
        break;
      }
      if (next != null) {
        kept.add(next);
      }
    }
    keys.clear();
    keys.addAll(kept);
  }

  private static boolean isGenerated(TableKey key) {
    return key.kind() == Kind.GENERATED;
  }

  private static boolean isMaybeGenerated(TableKey key) {
    return key.kind() == Kind.GENERATED || !isSure(key);
  }

  private static boolean isSure(TableKey key) {
    return key.kind() != Kind.READ && key.kind() != Kind.DOUBTFUL;
  }

  /** Whether a key, the one that may have been generated, is the beginning of the other. */
  private static boolean isPrefix(TableKey before, TableKey key) {
    boolean beforeIsShort = before.parts().size() <= key.parts().size();
    boolean forth = isMaybeGenerated(before) && beforeIsShort;
    boolean back = isGenerated(key) && before.parts().size() >= key.parts().size();
    int length = Math.min(before.parts().size(), key.parts().size());
    return (forth || back)
        && before.parts().subList(0, length).equals(key.parts().subList(0, length));
  }

  private static String freeName(
      List<TableKey> before, TableKey key, IntFunction<String> columnName) {
    int column = key.parts().get(0).column();
    String base = column < 0 ? "functional_index" : columnName.apply(column);
    if (isFree(before, base) && !base.equalsIgnoreCase(UniqueKey.PRIMARY)) {
      return base;
    }
    if (base.length() > MAX_NAME_WITH_NUMBER || !base.chars().allMatch(c -> c < 0x80)) {
      throw new UnknownEffectException("the server makes a name of '" + base + "' for a key");
    }
    for (int number = 2; number <= MAX_NUMBER; number++) {
      String name = base + "_" + number;
      if (isFree(before, name)) {
        return name;
      }
    }
    throw new UnknownEffectException("the server finds no name for a key over '" + base + "'");
  }

  private static boolean isFree(List<TableKey> before, String name) {
    boolean free = true;
    for (TableKey key : before) {
      if (key.isNamed(name)) {
        if (key.kind() == Kind.DOUBTFUL) {
          throw new UnknownEffectException(
              "the name of a key depends on whether there still is a key '" + name + "'");
        }
        free = false;
      }
    }
    return free;
  }

  /**
   * Sorts as servers do: by what the columns are when they come to a key, since a primary key
   * forbids NULL for the keys behind it.
   *
   * @param virtualLast whether keys over columns that are not stored come later
   */
  void sort(IntFunction<Column> columns, boolean virtualLast) {
    Set<Integer> withoutNull = new HashSet<>();
    Map<TableKey, Integer> ranks = new HashMap<>();
    for (TableKey key : keys) {
      if (key.isPrimary()) {
        key.parts().forEach(part -> withoutNull.add(part.column()));
      }
      int rank = key.isPrimary() ? 0 : 1;
      rank += hasPrefix(key) ? 2 : 0;
      rank += virtualLast && isVirtual(key, columns) ? 4 : 0;
      rank += mayBeNull(key, columns, withoutNull) ? 8 : 0;
      ranks.put(key, key.isUnique() ? rank : 16);
    }
    keys.sort(Comparator.comparing(key -> ranks.getOrDefault(key, 0)));
  }

  private static boolean hasPrefix(TableKey key) {
    return key.parts().stream().anyMatch(part -> part.prefix() > 0);
  }

  private static boolean isVirtual(TableKey key, IntFunction<Column> columns) {
    return key.parts().stream()
        .anyMatch(
            part ->
                part.column() < 0
                    || columns.apply(part.column()).origin() == Column.Origin.GENERATED_VIRTUAL);
  }

  private static boolean mayBeNull(
      TableKey key, IntFunction<Column> columns, Set<Integer> withoutNull) {
    return key.parts().stream()
        .anyMatch(
            part ->
                part.column() < 0
                    || (columns.apply(part.column()).nullable()
                        && !withoutNull.contains(part.column())));
  }
}
