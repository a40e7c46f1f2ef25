package dev.syncline.redis;

import dev.syncline.redis.HeldKeys.Name;
import dev.syncline.redis.RedisPosition.Doubt;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The keys that commands renew, or make of others, which came in time and are not known to be
 * written yet. If that takes too long, they may be gone at the target before. Owned by the thread
 * that reads; a sink may tell of a command that has failed from any thread.
 */
final class UnwrittenKeys {

  /** What is written later than this may come too late; keys live for longer by the grace. */
  static final long LATE_MILLIS = 300;

  private static final int MOST_COMMANDS = 100_000;

  private static final Line NONE = new Line();

  private final DoubtfulKeys doubtful;
  private final Line all = new Line();
  private final Map<Name, Line> byName = new HashMap<>();

  /** The offset behind the last command that has not been written for too long. */
  private long lateEnd;

  private long written;

  /** How many the names take of all commands. */
  private long bytes;

  /** A command that is not known to be written. */
  private static final class Unwritten {

    private final Doubt before;
    private final long end;
    private final long receivedAt;
    private final List<Name> names;

    /** How many the names take. */
    private final long bytes;

    /** Set by a sink. */
    private volatile boolean failed;

    Unwritten(Doubt before, long end, long receivedAt, List<Name> names) {
      this.before = before;
      this.end = end;
      this.receivedAt = receivedAt;
      this.names = names;
      long all = 0;
      for (Name name : names) {
        all += name.key().capacity();
      }
      this.bytes = all;
    }
  }

  /** Commands in the order of the stream; when the first was received costs no look at all. */
  private static final class Line {

    private final Deque<Unwritten> commands = new ArrayDeque<>(2);

    /** Those behind which none was received earlier, or at the same time. */
    private final Deque<Unwritten> earliest = new ArrayDeque<>(2);

    void add(Unwritten command) {
      commands.addLast(command);
      while (!earliest.isEmpty() && earliest.getLast().receivedAt >= command.receivedAt) {
        earliest.removeLast();
      }
      earliest.addLast(command);
    }

    Unwritten removeFirst() {
      Unwritten first = commands.removeFirst();
      if (first.equals(earliest.peekFirst())) {
        earliest.removeFirst();
      }
      return first;
    }

    Unwritten first() {
      return commands.getFirst();
    }

    boolean isEmpty() {
      return commands.isEmpty();
    }

    int size() {
      return commands.size();
    }

    long receivedAt() {
      return earliest.isEmpty() ? Long.MAX_VALUE : earliest.getFirst().receivedAt;
    }
  }

  /** Puts the keys in doubt for which it takes too long. */
  UnwrittenKeys(DoubtfulKeys doubtful) {
    this.doubtful = doubtful;
  }

  /**
   * Notes the keys of a command.
   *
   * @param before the place in front of it
   * @param end the offset behind it
   * @param receivedAt when it was received, or what it depends on, in milliseconds
   * @return to be called if it fails at the target, which puts them in doubt
   */
  Runnable add(Doubt before, long end, long receivedAt, List<Name> names) {
    Unwritten command = new Unwritten(before, end, receivedAt, names);
    if (all.size() == MOST_COMMANDS || bytes + command.bytes > DoubtfulKeys.MOST_BYTES) {
      doubtAll();
    }
    bytes += command.bytes;
    all.add(command);
    names.forEach(name -> byName.computeIfAbsent(name, n -> new Line()).add(command));
    return () -> command.failed = true;
  }

  /** When the first of them was received, among those of a key. */
  long receivedAt(Name name) {
    return byName.getOrDefault(name, NONE).receivedAt();
  }

  /** When the first of all was received. */
  long receivedAt() {
    return all.receivedAt();
  }

  /** Notes at a time that everything up to an offset is written. */
  void written(long offset, long nowMillis) {
    written = offset;
    while (!all.isEmpty() && all.first().end <= offset) {
      Unwritten command = removeFirst();
      if (command.failed || nowMillis - command.receivedAt > LATE_MILLIS) {
        doubt(command);
      }
    }
  }

  /** Puts in doubt what has not been written for too long. */
  void look(long nowMillis) {
    while (!all.isEmpty() && nowMillis - all.first().receivedAt > LATE_MILLIS) {
      Unwritten command = removeFirst();
      lateEnd = command.end;
      doubt(command);
    }
  }

  /** Whether the target has not taken yet what it should have by now. */
  boolean lags() {
    return written < lateEnd;
  }

  /** Puts all of them in doubt. */
  void doubtAll() {
    while (!all.isEmpty()) {
      doubt(removeFirst());
    }
  }

  private Unwritten removeFirst() {
    Unwritten first = all.removeFirst();
    bytes -= first.bytes;
    for (Name name : first.names) {
      Line same = byName.get(name);
      if (same != null) {
        Unwritten unused = same.removeFirst();
        if (same.isEmpty()) {
          byName.remove(name);
        }
      }
    }
    return first;
  }

  private void doubt(Unwritten command) {
    command.names.forEach(name -> doubtful.add(name, command.before));
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** The place in front of the first of them. */
  Optional<Doubt> since() {
    return all.isEmpty() ? Optional.empty() : Optional.of(all.first().before);
  }
}
