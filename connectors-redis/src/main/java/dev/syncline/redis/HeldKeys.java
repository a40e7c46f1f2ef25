package dev.syncline.redis;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The keys whose expiry is held at the target ({@link Expiry}), as far as they are few; otherwise
 * it is only known that there are such keys. Owned by the thread that reads.
 */
final class HeldKeys {

  /** A key in a database. */
  record Name(int database, ByteBuffer key) {}

  private static final int MOST_NAMES = 100_000;
  private static final long MOST_BYTES = 16L << 20;

  private final Set<Name> names = new LinkedHashSet<>();
  private long bytes;
  private boolean many;
  private boolean strayed;

  /** Notes a key, which must not be changed. */
  void add(int database, byte[] key) {
    if (many) {
      return;
    }
    if (names.add(new Name(database, ByteBuffer.wrap(key)))) {
      bytes += key.length;
    }
    if (names.size() > MOST_NAMES || bytes > MOST_BYTES) {
      addUnknown();
    }
  }

  /** Notes that there may be any number of them. */
  void addUnknown() {
    many = true;
    names.clear();
    bytes = 0;
  }

  /**
   * The same, and keys that never expire may have been given the expiry of others that had their
   * names.
   */
  void addStrayed() {
    addUnknown();
    strayed = true;
  }

  boolean isEmpty() {
    return !many && names.isEmpty();
  }

  /** Whether they are too many to be known. */
  boolean areUnknown() {
    return many;
  }

  /** Forgets that there are unknown ones; says whether some may expire that never should. */
  boolean forgetUnknown() {
    boolean had = strayed;
    many = false;
    strayed = false;
    return had;
  }

  /** Takes some of the known ones. */
  List<Name> take(int most) {
    List<Name> taken = new ArrayList<>();
    Iterator<Name> all = names.iterator();
    while (all.hasNext() && taken.size() < most) {
      Name name = all.next();
      all.remove();
      bytes -= name.key().capacity();
      taken.add(name);
    }
    return taken;
  }
}
