package dev.syncline.redis;

import dev.syncline.redis.HeldKeys.Name;
import dev.syncline.redis.RedisPosition.Doubt;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
  private final Set<Name> names = new LinkedHashSet<>();
  private long bytes;
  private boolean many;
  private @Nullable Doubt since;

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
   * @param key its name, which must not be changed
   * @param before a place in front of the command by which it is
   */
  void add(int database, byte[] key, Doubt before) {
    if (many) {
      return;
    }
    if (names.isEmpty()) {
      since = before;
    }
    if (names.add(new Name(database, ByteBuffer.wrap(key)))) {
      bytes += key.length;
    }
    if (names.size() > mostNames || bytes > MOST_BYTES) {
      many = true;
      names.clear();
      bytes = 0;
    }
  }

  /** A key is at the target as it is at the source. */
  void remove(int database, byte[] key) {
    if (names.remove(new Name(database, ByteBuffer.wrap(key)))) {
      bytes -= key.length;
    }
  }

  /** So are all keys of a database. */
  void removeIf(Predicate<Integer> database) {
    Iterator<Name> all = names.iterator();
    while (all.hasNext()) {
      Name name = all.next();
      if (database.test(name.database())) {
        all.remove();
        bytes -= name.key().capacity();
      }
    }
  }

  /** The keys of two databases have changed their places. */
  void swap(int one, int other) {
    List<Name> all = List.copyOf(names);
    names.clear();
    for (Name name : all) {
      int database =
          name.database() == one ? other : name.database() == other ? one : name.database();
      names.add(new Name(database, name.key()));
    }
  }

  boolean contains(int database, byte[] key) {
    return !isEmpty() && (many || names.contains(new Name(database, ByteBuffer.wrap(key))));
  }

  /** Whether no key is in doubt. */
  boolean isEmpty() {
    return !many && names.isEmpty();
  }

  /** Whether they are too many to be known. */
  boolean areTooMany() {
    return many;
  }

  /** In front of which command of the stream no key was in doubt; empty if none is now. */
  Optional<Doubt> since() {
    return isEmpty() ? Optional.empty() : Optional.ofNullable(since);
  }

  /** Some of them, those first that have been in doubt for the longest time. */
  List<Name> first(int most, Predicate<Name> which) {
    List<Name> first = new ArrayList<>();
    for (Name name : names) {
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
