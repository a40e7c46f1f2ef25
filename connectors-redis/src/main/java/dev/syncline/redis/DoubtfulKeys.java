package dev.syncline.redis;

import dev.syncline.redis.HeldKeys.Name;
import dev.syncline.redis.RedisPosition.Doubt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The keys in doubt: those that the target may not have as the source has them, until it gets them
 * as a whole. A target expires keys by its own clock. So one that the source has renewed in time
 * may be gone there if the renewal comes late, and so may be what was made of it. Names for which
 * there is no room in memory wait in files. Owned by the thread that reads; may be closed from any.
 */
final class DoubtfulKeys implements AutoCloseable {

  /** How many bytes names may take in memory, here and in {@link UnwrittenKeys}. */
  static final long MOST_BYTES = 16L << 20;

  private static final int MOST_NAMES = 100_000;

  private final int mostNames;

  /** Each with a place in front of the command by which it is; in the order of these places. */
  private final Map<Name, Doubt> names = new LinkedHashMap<>();

  /** Those behind them; empty if there are no others. */
  private final NameFile others;

  private long bytes;
  private @Nullable Doubt many;

  /** With limits for the files of names. */
  DoubtfulKeys(SpoolLimits files) {
    this(MOST_NAMES, files);
  }

  /** As many as are to be in memory at most. */
  DoubtfulKeys(int mostNames, SpoolLimits files) {
    this.mostNames = mostNames;
    this.others = new NameFile(files);
  }

  /**
   * Puts a key in doubt.
   *
   * @param before a place in front of the command by which it is, and not in front of that of the
   *     one that was put in doubt last
   */
  void add(Name name, Doubt before) {
    if (many != null || names.containsKey(name)) {
      return;
    }
    boolean room = names.size() < mostNames && bytes + name.key().capacity() <= MOST_BYTES;
    if (others.isEmpty() && (room || names.isEmpty())) {
      names.put(name, before);
      bytes += name.key().capacity();
    } else if (!others.add(name, before)) {
      forget();
    }
  }

  /** Knows no more than that there are many. */
  private void forget() {
    many = since().orElseThrow();
    names.clear();
    bytes = 0;
    others.clear();
  }

  /** A key is at the target as it is at the source. One in a file is still read once more. */
  void remove(Name name) {
    if (names.remove(name) != null) {
      bytes -= name.key().capacity();
      refill();
    }
  }

  private void refill() {
    if (names.size() > mostNames / 2 || bytes > MOST_BYTES / 2) {
      return;
    }
    while (!others.isEmpty() && names.size() < mostNames && bytes < MOST_BYTES) {
      NameFile.Entry next = others.take();
      if (names.putIfAbsent(next.name(), next.before()) == null) {
        bytes += next.name().key().capacity();
      }
    }
  }

  /** So are all keys of a database. */
  void removeAll(int database) {
    names
        .keySet()
        .removeIf(
            name -> {
              boolean removed = name.database() == database;
              bytes -= removed ? name.key().capacity() : 0;
              return removed;
            });
    refill();
  }

  /** So are all keys. */
  void removeAll() {
    if (many == null) {
      names.clear();
      bytes = 0;
      others.clear();
    }
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
    if (!others.swap(one, other)) {
      forget();
    }
  }

  /** Whether a key may be in doubt; if it is, it always may be. */
  boolean contains(Name name) {
    return many != null || names.containsKey(name) || others.mayHave(name);
  }

  /** Whether no key is in doubt. */
  boolean isEmpty() {
    return many == null && names.isEmpty();
  }

  /** Whether there is hardly room for more of them in memory. */
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

  @Override
  public void close() {
    others.close();
  }
}
