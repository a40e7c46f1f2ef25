package dev.syncline.redis;

import dev.syncline.TransientException;
import dev.syncline.redis.HeldKeys.Name;
import dev.syncline.redis.RedisPosition.Doubt;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Names of keys in doubt for which there is no room in memory, in temporary files. They are taken
 * in the order in which they were added. Owned by the thread that reads; may be closed from any.
 */
final class NameFile implements AutoCloseable {

  private static final int BLOCK = 1 << 16;

  /** A place, the number of the key's database and its length. */
  private static final int HEAD_BYTES = Long.BYTES + 3 * Integer.BYTES;

  private static final int MOST_SWAPS = 1_000;

  /** A name, and a place in front of the command by which its key is in doubt. */
  record Entry(Name name, Doubt before) {}

  /** Two databases have changed their places when so many names had been added. */
  private record Swap(long added, int one, int other) {}

  private final SpoolLimits limits;
  private final KeyHash hash = KeyHash.random();

  /** What was added last and is in no file yet. */
  private final ByteBuffer last = ByteBuffer.allocate(BLOCK);

  private volatile Spool files;
  private DataInputStream in;
  private boolean closed;
  private long added;
  private long inFiles;
  private long taken;

  /** Which names are there; a name counts under the database in which it was added. */
  private @Nullable HashMarks marks;

  /** What has happened to names since they were added. */
  private final Deque<Swap> swaps = new ArrayDeque<>();

  private final Set<Integer> swapped = new HashSet<>();

  /** With as many bytes in files as the limits say; nothing waits in memory. */
  NameFile(SpoolLimits limits) {
    this.limits = new SpoolLimits(0, limits.fileBytes(), limits.folder());
    this.files = new Spool(this.limits);
    this.in = input();
  }

  private DataInputStream input() {
    return new DataInputStream(new BufferedInputStream(files.input(), BLOCK));
  }

  boolean isEmpty() {
    return taken == added;
  }

  /**
   * Adds a name, unless it is there.
   *
   * @return whether there was room
   * @throws dev.syncline.SyncException if it cannot be written
   */
  boolean add(Name name, Doubt before) {
    byte[] key = name.key().array();
    HashMarks known = marks == null ? new HashMarks() : marks;
    marks = known;
    long own = hash.of(name.database(), key);
    if (swaps.isEmpty() && known.has(own)) {
      return true;
    }
    long length = HEAD_BYTES + (long) key.length;
    if (files.waiting() + last.position() + length > limits.fileBytes()) {
      return false;
    }
    if (last.remaining() < length) {
      flush();
    }
    last.putLong(before.offset()).putInt(before.database());
    last.putInt(name.database()).putInt(key.length);
    added++;
    if (key.length <= last.remaining()) {
      last.put(key);
    } else {
      flush();
      write(key, key.length);
    }
    known.add(own);
    return true;
  }

  private void flush() {
    if (last.position() > 0) {
      write(last.array(), last.position());
    }
    last.clear();
    inFiles = added;
  }

  private void write(byte[] bytes, int length) {
    try {
      if (!files.add(bytes, 0, length, Duration.ZERO)) {
        throw new IllegalStateException("There is no room for names of keys.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransientException("Writing names of keys in doubt was interrupted.", e);
    }
  }

  /** Takes the first name, which must be there. */
  Entry take() {
    if (taken == inFiles) {
      flush();
    }
    try {
      Doubt before = new Doubt(in.readLong(), in.readInt());
      int database = in.readInt();
      byte[] key = new byte[in.readInt()];
      in.readFully(key);
      if (marks != null) {
        marks.remove(hash.of(database, key));
      }
      Entry entry = new Entry(new Name(now(database), ByteBuffer.wrap(key)), before);
      taken++;
      if (isEmpty()) {
        clear();
      }
      return entry;
    } catch (IOException e) {
      throw new TransientException("Reading names of keys in doubt has ended: " + e, e);
    }
  }

  /** The number that the database of the next name has by now. */
  private int now(int database) {
    while (!swaps.isEmpty() && swaps.getFirst().added() <= taken) {
      Swap unused = swaps.removeFirst();
    }
    int number = database;
    for (Swap swap : swaps) {
      number = number == swap.one() ? swap.other() : number == swap.other() ? swap.one() : number;
    }
    return number;
  }

  /** Whether a name may be there. */
  boolean mayHave(Name name) {
    HashMarks known = marks;
    if (known == null) {
      return false;
    }
    byte[] key = name.key().array();
    return known.mayHave(hash.of(name.database(), key))
        || (swapped.contains(name.database())
            && swapped.stream().anyMatch(number -> known.mayHave(hash.of(number, key))));
  }

  /**
   * The keys of two databases have changed their places.
   *
   * @return whether it could be noted
   */
  boolean swap(int one, int other) {
    if (isEmpty() || one == other) {
      return true;
    }
    swaps.addLast(new Swap(added, one, other));
    swapped.add(one);
    swapped.add(other);
    return swaps.size() <= MOST_SWAPS;
  }

  /** Forgets all names. */
  synchronized void clear() {
    files.close();
    if (!closed) {
      files = new Spool(limits);
    }
    in = input();
    last.clear();
    added = 0;
    inFiles = 0;
    taken = 0;
    marks = null;
    swaps.clear();
    swapped.clear();
  }

  @Override
  public synchronized void close() {
    closed = true;
    files.close();
  }
}
