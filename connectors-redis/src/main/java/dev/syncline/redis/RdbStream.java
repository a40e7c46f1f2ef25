package dev.syncline.redis;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.KeyCommand;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Commands that build a stream: its entries, its groups with their consumers and pending entries,
 * and what it remembers of entries that it has no more.
 *
 * <p>An entry may be pending though it has been deleted. A target takes such a one only while the
 * stream has the entry, so the entry is added for that time: a placeholder. Its place is known when
 * the groups have been read, which come after the entries; so that needs a second pass over the
 * value.
 *
 * <p>Holds in memory where the stream has entries ({@link RdbStreamIds}) and the pending entries of
 * one group at a time, about 50 bytes each.
 *
 * <p>What no command can set is lost: when a consumer was seen last.
 */
final class RdbStream implements RdbCommands {

  private enum Stage {
    ENTRIES,
    GROUPS,
    END,
    DONE
  }

  private static final int ID_LENGTH = 16;
  private static final int DELETED = 1;
  private static final int SAME_FIELDS = 2;
  private static final int LONGEST_LIST_OF_IDS = 1000;

  private final RdbInput in;
  private final int type;
  private final RdbBuild build;
  private final @Nullable SortedSet<RdbStreamId> placeholders;
  private final Deque<RdbStreamId> toPlace = new ArrayDeque<>();
  private final SortedSet<RdbStreamId> missing = new TreeSet<>();
  private final RdbStreamIds entries = new RdbStreamIds();
  private final Deque<KeyCommand> ready = new ArrayDeque<>();
  private Stage stage = Stage.ENTRIES;
  private long remaining;
  private RdbStreamId last = RdbStreamId.ZERO;
  private RdbStreamId lastDeleted = RdbStreamId.ZERO;
  private long added;

  /**
   * Commands of a stream.
   *
   * @param placeholders entries that pending ones need; null if there cannot be any because the
   *     value is read only once
   */
  RdbStream(RdbInput in, int type, RdbBuild build, @Nullable SortedSet<RdbStreamId> placeholders) {
    this.in = in;
    this.type = type;
    this.build = build;
    this.placeholders = placeholders;
    if (placeholders != null) {
      toPlace.addAll(placeholders);
    }
    remaining = in.count();
  }

  /** Which entries are pending but not in the stream, and no placeholders; known at the end. */
  SortedSet<RdbStreamId> missing() {
    return missing;
  }

  @Override
  public @Nullable KeyCommand next() {
    while (ready.isEmpty() && stage != Stage.DONE) {
      switch (stage) {
        case ENTRIES -> {
          if (remaining > 0) {
            remaining--;
            node();
          } else {
            describe();
          }
        }
        case GROUPS -> {
          if (remaining > 0) {
            remaining--;
            group();
          } else {
            stage = Stage.END;
          }
        }
        default -> end();
      }
    }
    return ready.poll();
  }

  private RdbBatch command(String verb, Object... arguments) {
    RdbBatch batch = new RdbBatch(verb, build.name());
    for (Object argument : arguments) {
      batch.add(RdbBatch.bytes(argument));
    }
    return batch;
  }

  private void send(RdbBatch batch) {
    ready.add(batch.command(build.database(), 1));
  }

  /** A row of entries packed into one list, behind an entry that they are described by. */
  private void node() {
    byte[] id = in.string();
    if (id.length != ID_LENGTH) {
      throw in.malformed("a part of a stream begins with an id of %d bytes".formatted(id.length));
    }
    RdbInput digits = new RdbInput(id, 0, ID_LENGTH);
    RdbStreamId first = new RdbStreamId(digits.bigLong(), digits.bigLong());
    RdbListpack packed = new RdbListpack(in.string());
    long count = packed.number() + packed.number();
    byte[][] fields = new byte[packed.small()][];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = packed.element();
    }
    packed.number();
    for (long i = 0; i < count; i++) {
      entry(first, fields, packed);
    }
    if (!packed.atEnd()) {
      throw in.malformed("a part of a stream has more entries than it says");
    }
    entries.gap();
  }

  private void entry(RdbStreamId first, byte[][] fields, RdbListpack packed) {
    long flags = packed.number();
    RdbStreamId id =
        new RdbStreamId(first.millis() + packed.number(), first.number() + packed.number());
    boolean same = (flags & SAME_FIELDS) != 0;
    long count = same ? fields.length : packed.number();
    RdbBatch add = command("XADD", id);
    for (int i = 0; i < count; i++) {
      add.add(same ? fields[i] : packed.element());
      add.add(packed.element());
    }
    packed.number();
    if ((flags & DELETED) != 0) {
      entries.gap();
      return;
    }
    while (!toPlace.isEmpty() && toPlace.getFirst().compareTo(id) < 0) {
      place(toPlace.removeFirst());
    }
    send(add);
    entries.add(id);
  }

  private void place(RdbStreamId id) {
    send(command("XADD", id, "placeholder", ""));
  }

  /** What follows the entries: how many there are and have been, and how many groups. */
  private void describe() {
    while (!toPlace.isEmpty()) {
      place(toPlace.removeFirst());
    }
    long length = in.length();
    if (length != entries.size()) {
      throw in.malformed(
          "a stream has %d entries and says that they are %d".formatted(entries.size(), length));
    }
    last = id();
    added = length;
    if (type >= RdbType.STREAM_LISTPACKS_2) {
      id();
      lastDeleted = id();
      added = in.length();
    }
    if (length == 0 && (placeholders == null || placeholders.isEmpty())) {
      send(command("XADD", "MAXLEN", 0, "0-1", "placeholder", ""));
    }
    stage = Stage.GROUPS;
    remaining = in.count();
  }

  private RdbStreamId id() {
    return new RdbStreamId(in.length(), in.length());
  }

  private void group() {
    byte[] group = in.string();
    RdbStreamId delivered = id();
    RdbBatch create = new RdbBatch("XGROUP", "CREATE", build.name(), group, delivered);
    if (type >= RdbType.STREAM_LISTPACKS_2) {
      long read = in.length();
      if (build.target().countsEntries()) {
        create.add(RdbBatch.bytes("ENTRIESREAD"));
        create.add(RdbBatch.bytes(read));
      }
    }
    ready.add(create.command(build.database(), 2));
    RdbPending pending = new RdbPending(in);
    for (long consumers = in.count(); consumers > 0; consumers--) {
      consumer(group, pending);
    }
  }

  private void consumer(byte[] group, RdbPending pending) {
    byte[] consumer = in.string();
    in.littleLong();
    if (type >= RdbType.STREAM_LISTPACKS_3) {
      in.littleLong();
    }
    long count = in.count();
    if (count == 0) {
      ready.add(
          RdbOlderCommands.createConsumer(
              build.database(), new byte[][] {build.name(), group, consumer}, build.target()));
    }
    Deque<Integer> alike = new ArrayDeque<>();
    for (; count > 0; count--) {
      int index = pending.indexOf(in, new RdbStreamId(in.bigLong(), in.bigLong()));
      RdbStreamId id = pending.id(index);
      if (!entries.contains(id) && (placeholders == null || !placeholders.contains(id))) {
        missing.add(id);
        continue;
      }
      if (!alike.isEmpty()
          && (alike.size() == LONGEST_LIST_OF_IDS || !pending.isAlike(alike.getFirst(), index))) {
        claim(group, consumer, pending, alike);
      }
      alike.add(index);
    }
    if (!alike.isEmpty()) {
      claim(group, consumer, pending, alike);
    }
    refuseMissing();
  }

  /** Makes entries pending that were delivered at the same time. */
  private void claim(byte[] group, byte[] consumer, RdbPending pending, Deque<Integer> alike) {
    RdbBatch claim = command("XCLAIM", group, consumer, 0);
    int first = alike.getFirst();
    while (!alike.isEmpty()) {
      claim.add(RdbBatch.bytes(pending.id(alike.removeFirst())));
    }
    Object[] options = {
      "TIME", pending.millis(first), "RETRYCOUNT", pending.deliveries(first), "FORCE", "JUSTID"
    };
    for (Object option : options) {
      claim.add(RdbBatch.bytes(option));
    }
    send(claim);
  }

  private void refuseMissing() {
    if (placeholders == null && !missing.isEmpty()) {
      throw new UnsupportedChangeException(
          "it is a stream of more than %d bytes in which entry %s is pending though it has been"
                  .formatted(build.limits().wholeBytes(), missing.first())
              + " deleted; that can be copied only of smaller streams. Acknowledge such entries at"
              + " the source (XAUTOCLAIM removes them from Redis 7.0, XACK always).");
    }
  }

  private void end() {
    if (type == RdbType.STREAM_LISTPACKS_4) {
      producers();
    }
    removePlaceholders();
    if (build.target().countsEntries()) {
      send(command("XSETID", last, "ENTRIESADDED", added, "MAXDELETEDID", lastDeleted));
    } else {
      send(command("XSETID", last));
    }
    stage = Stage.DONE;
  }

  /** Which entries of producers the stream would know again. */
  private void producers() {
    long seconds = in.length();
    long most = in.length();
    if (in.count() > 0) {
      throw new UnsupportedChangeException(
          "it is a stream that knows its producers' entries again (XADD with IDMP), which no"
              + " command can set. Copy it to a server of the same release, or make it smaller than"
              + " %d bytes.".formatted(build.limits().wholeBytes()));
    }
    in.length();
    in.length();
    if (build.target().knowsProducers() && seconds > 0 && most > 0) {
      send(command("XCFGSET", "IDMP-DURATION", seconds, "IDMP-MAXSIZE", most));
    }
  }

  private void removePlaceholders() {
    if (placeholders == null || placeholders.isEmpty()) {
      return;
    }
    RdbBatch delete = null;
    int count = 0;
    boolean before = entries.size() == 0;
    for (RdbStreamId id : placeholders) {
      if (entries.size() == 0 || id.compareTo(entries.first()) < 0) {
        before = true;
        continue;
      }
      delete = delete == null ? command("XDEL") : delete;
      delete.add(RdbBatch.bytes(id));
      count++;
      if (count % LONGEST_LIST_OF_IDS == 0) {
        send(delete);
        delete = null;
      }
    }
    if (delete != null) {
      send(delete);
    }
    if (before) {
      // Other than XDEL this is not remembered as a deletion; so such entries have gone at the
      // source too.
      send(command("XTRIM", "MAXLEN", entries.size()));
    }
  }
}
