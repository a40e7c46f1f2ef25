package dev.syncline.redis;

import dev.syncline.redis.HeldKeys.Name;
import dev.syncline.redis.RedisPosition.Doubt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The keys in doubt: those that the target may not have as the source has them, until it gets them
 * as a whole. A target expires keys by its own clock. So one that the source has renewed in time
 * may be gone there if the renewal comes late, and so may be what was made of it. Owned by the
 * thread that reads.
 */
final class DoubtfulKeys {

  private static final int MOST_NAMES = 100_000;
  private static final long MOST_BYTES = 16L << 20;

  private final int mostNames;

  /** Each with a place in front of the command by which it is; in the order of these places. */
  private final Map<Name, Doubt> names = new LinkedHashMap<>();

  private long bytes;
  private @Nullable Doubt many;

  DoubtfulKeys() {
    this(MOST_NAMES);
  }

  /** As many as are to be known at most. */
  DoubtfulKeys(int mostNames) {
    this.mostNames = mostNames;
  }

  /**
   * Puts a key in doubt.
   *
   * @param before a place in front of the command by which it is, and not in front of that of the
   *     one that was put in doubt last
   */
  void add(Name name, Doubt before) {
    if (many != null) {
      return;
    }
    if (names.putIfAbsent(name, before) == null) {
      bytes += name.key().capacity();
    }
    if (names.size() > mostNames || bytes > MOST_BYTES) {
      many = since().orElse(before);
      names.clear();
      bytes = 0;
    }
  }

  /** A key is at the target as it is at the source. */
  void remove(Name name) {
    if (names.remove(name) != null) {
      bytes -= name.key().capacity();
    }
  }

  /** So are all keys of some databases. */
  void removeIf(IntPredicate database) {
    names
        .keySet()
        .removeIf(
            name -> {
              boolean removed = database.test(name.database());
              bytes -= removed ? name.key().capacity() : 0;
              return removed;
            });
  }

  /** The keys of two databases have changed their places. */
  void swap(int one, int other) {
    Map<Name, Doubt> all = new LinkedHashMap<>(names);
    names.clear();
    all.forEach(
        (name, before) -> {
          int number = name.database();
          int now = number == one ? other : number == other ? one : number;
          names.put(new Name(now, name.key()), before);
        });
  }

  boolean contains(Name name) {
    return many != null || names.containsKey(name);
  }

  /** Whether no key is in doubt. */
  boolean isEmpty() {
    return many == null && names.isEmpty();
  }

  /** Whether they may soon be too many to be known. */
  boolean areMany() {
    return many != null || names.size() > mostNames / 2 || bytes > MOST_BYTES / 2;
  }

  /** Whether they are too many to be known. */
  boolean areTooMany() {
    return many != null;
  }

  /** A place in front of all commands by which keys are in doubt; empty if none is. */
  Optional<Doubt> since() {
    return many != null ? Optional.of(many) : names.values().stream().findFirst();
  }

  /** Some of them, those first that have been in doubt for the longest time. */
  List<Name> first(int most, Predicate<Name> which) {
    List<Name> first = new ArrayList<>();
    for (Name name : names.keySet()) {
      if (first.size() == most) {
        break;
      }
      if (which.test(name)) {
        first.add(name);
      }
    }
    return first;
  }
}
