package dev.syncline.internal;

import dev.syncline.change.Row;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.TransactionId;
import dev.syncline.internal.MergerSource.MissingRow;
import dev.syncline.internal.MergerSource.Place;
import dev.syncline.internal.MergerSource.Transaction;
import dev.syncline.internal.TouchedKeys.Touch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * A history made by chance: a source, readers, a {@link ChunkMerger} and a target, each of which
 * takes a step now and then. After each step of the target it is compared with the stream.
 */
final class MergerHistory {

  private static final int STEPS = 60;
  private static final int STEPS_TO_END = 2_000;
  private static final int READERS = 2;
  private static final int KEYS_PER_CHUNK = 2;
  private static final int BYTES_OF_VALUE = 32;

  /** What is done wrong on purpose. */
  enum Fault {
    NONE,
    /** What the log holds passes for visible. */
    LOW_MARK_IS_THE_LOG,
    /** A read passes for one that has seen nothing of what is still to be streamed. */
    HIGH_MARK_IS_THE_STREAM,
    /** Only transactions that are streamed while a chunk is open are recorded. */
    HISTORY_BEGINS_AT_OPENING,
    /** Transactions pass while a chunk with their keys is being written. */
    ADMITS_EVERYTHING,
    /** Chunks are written before the target has what was streamed before them. */
    WRITES_BEFORE_THE_LANE,
    /** Changes of some columns pass for changes that bring the whole row. */
    DROPS_ROWS_OF_WHICH_COLUMNS_CHANGE,
    /** Rows of chunks stay as they were read although columns of them change. */
    KEEPS_ROWS_OF_WHICH_COLUMNS_CHANGE,
    /** Chunks may grow by as much as they will. */
    CHUNKS_GROW
  }

  /** The target is not what it must be, or the history does not come to its end. */
  static final class BrokenHistory extends AssertionError {
    private static final long serialVersionUID = 1;

    BrokenHistory(String message) {
      super(message);
    }
  }

  /** A reader's work on one range. */
  private static final class Reading {
    final long from;
    final boolean large;
    OpenChunk chunk;
    Set<TransactionId> low;
    List<SnapshotRow> rows;

    Reading(long from, boolean large) {
      this.from = from;
      this.large = large;
    }
  }

  private record Ripe(OpenChunk chunk, int after) {}

  private final Random random;
  private final Fault fault;
  private final MergerSource source;
  private final ChunkMerger merger;

  private final Deque<Long> toRead = new ArrayDeque<>();
  private final List<Reading> readings = new ArrayList<>();
  private final Map<OpenChunk, Long> ranges = new HashMap<>();
  private final Map<OpenChunk, Long> bytesRead = new HashMap<>();
  private final List<Ripe> ripe = new ArrayList<>();
  private final Set<Long> written = new HashSet<>();

  private final int maxGrowth;
  private int sent;
  private int partsSent;
  private boolean split;
  private boolean large;
  private int largeUpTo;
  private boolean opening = true;
  private int committed;
  private final Map<Long, Row> stream;
  private final Map<Long, Row> target = new HashMap<>();

  MergerHistory(long seed, Fault fault) {
    this.random = new Random(seed);
    this.fault = fault;
    this.source = new MergerSource(random);
    this.stream = new HashMap<>(source.rows());
    this.maxGrowth = random.nextInt(BYTES_OF_VALUE + 1);
    this.merger =
        new ChunkMerger(
            MergerSource.tables(),
            1 + random.nextInt(20),
            fault == Fault.CHUNKS_GROW ? Integer.MAX_VALUE : maxGrowth);
    for (long key = 0; key < MergerSource.KEYS; key += KEYS_PER_CHUNK) {
      toRead.add(key);
    }
  }

  /**
   * Lets it happen, unless the job stops at a row that is moved and was not copied yet.
   *
   * @return whether it came to its end
   */
  boolean run() throws InterruptedException {
    try {
      goOn();
      return true;
    } catch (MissingRow e) {
      if (isCopied(e.key)) {
        throw new BrokenHistory(
            "The row of key %d is missing although it was copied.".formatted(e.key));
      }
      return false;
    }
  }

  private boolean isCopied(long key) {
    return written.contains(key / KEYS_PER_CHUNK * KEYS_PER_CHUNK);
  }

  private void goOn() throws InterruptedException {
    for (int i = 0; i < STEPS; i++) {
      switch (random.nextInt(8)) {
        case 0 -> source.begin();
        case 1 -> source.half();
        case 2, 3 -> send();
        case 4 -> commit();
        case 5, 6 -> read();
        default -> write();
      }
    }
    source.finishAll();
    for (int i = 0; !isAtEnd(); i++) {
      if (i > STEPS_TO_END) {
        throw new BrokenHistory("It does not come to its end.");
      }
      send();
      commit();
      read();
      write();
    }
    if (!target.equals(source.rows())) {
      throw new BrokenHistory("In the end the target is not the source.");
    }
  }

  private boolean isAtEnd() {
    return committed == source.log.size() && written.size() * KEYS_PER_CHUNK == MergerSource.KEYS;
  }

  private void send() {
    if (sent == source.log.size()) {
      return;
    }
    Transaction transaction = source.log.get(sent);
    if (partsSent == 0 && opening) {
      split = transaction.changes.size() > 1 && random.nextInt(3) == 0;
      large = random.nextInt(5) == 0;
    }
    int size = transaction.changes.size();
    List<TableChange> changes =
        split ? transaction.changes.subList(partsSent, partsSent + 1) : transaction.changes;
    boolean last = !split || partsSent + 1 == size;
    ChunkMerger.Part part =
        new ChunkMerger.Part(transaction, touched(changes), partsSent == 0, last, large);
    opening &= !part.passesAlone();
    if (!merger.admits(part) && fault != Fault.ADMITS_EVERYTHING) {
      return;
    }
    if (large) {
      checkAlone();
      largeUpTo = sent + 1;
    }
    if (fault != Fault.HISTORY_BEGINS_AT_OPENING || part.passesAlone() || !ranges.isEmpty()) {
      merger.record(part);
    }
    partsSent++;
    if (last) {
      sent++;
      partsSent = 0;
      opening = true;
    }
  }

  private TouchedKeys touched(List<TableChange> changes) {
    TouchedKeys touched = merger.touched(changes);
    Map<TableId, List<Touch>> keys = new HashMap<>();
    touched.keys().forEach((table, all) -> keys.put(table, new ArrayList<>(all)));
    if (fault == Fault.DROPS_ROWS_OF_WHICH_COLUMNS_CHANGE) {
      keys.values().forEach(all -> all.replaceAll(t -> new Touch(t.key(), Optional.empty())));
    } else if (fault == Fault.KEEPS_ROWS_OF_WHICH_COLUMNS_CHANGE) {
      keys.values().forEach(all -> all.removeIf(t -> t.patch().isPresent()));
    }
    return new TouchedKeys(keys, touched.size());
  }

  private void checkAlone() {
    if (readings.stream().anyMatch(r -> r.chunk != null) || !ripe.isEmpty()) {
      throw new BrokenHistory("A large part is sent while a chunk is read or written.");
    }
  }

  private void commit() {
    int count = random.nextInt(3);
    while (count > 0 && committed < sent) {
      for (TableChange change : source.log.get(committed).changes) {
        MergerSource.apply(change, stream);
        MergerSource.apply(change, target);
      }
      committed++;
      count--;
    }
    if (committed >= largeUpTo) {
      merger.largeCommitted();
    }
    compare();
  }

  private void read() throws InterruptedException {
    if (readings.size() < READERS && !toRead.isEmpty() && random.nextBoolean()) {
      readings.add(new Reading(toRead.removeFirst(), random.nextBoolean()));
    }
    if (!readings.isEmpty()) {
      Reading reading = readings.get(random.nextInt(readings.size()));
      if (readOn(reading)) {
        readings.remove(reading);
      }
    }
  }

  /** One step of a read; says whether it was the last. */
  private boolean readOn(Reading reading) throws InterruptedException {
    if (reading.chunk == null) {
      if (opening && (!reading.large || committed >= largeUpTo)) {
        TableDefinition table = MergerSource.table(reading.from);
        reading.chunk = reading.large ? merger.openLarge(table) : merger.open(table);
        ranges.put(reading.chunk, reading.from);
      }
    } else if (reading.low == null) {
      reading.low = fault == Fault.LOW_MARK_IS_THE_LOG ? source.logged() : source.low();
    } else if (reading.rows == null) {
      reading.rows = source.read(reading.from, reading.from + KEYS_PER_CHUNK);
    } else {
      boolean naive = fault == Fault.HIGH_MARK_IS_THE_STREAM;
      bytesRead.put(reading.chunk, bytes(reading.rows));
      boolean done = merger.finish(reading.chunk, source.chunk(reading.rows, reading.low, naive));
      reading.low = null;
      reading.rows = null;
      return done;
    }
    return false;
  }

  private void write() {
    if (partsSent == 0) {
      int most = Math.max(0, 1 + random.nextInt(3) - ripe.size());
      for (OpenChunk chunk : merger.ripen(List.of(new Place(sent)), most)) {
        checkGrowth(chunk);
        ripe.add(new Ripe(chunk, sent));
      }
      merger.takeGivenUp(List.of(new Place(sent))).forEach(c -> toRead.add(ranges.remove(c)));
    }
    if (ripe.isEmpty()) {
      return;
    }
    Ripe next = ripe.get(random.nextInt(ripe.size()));
    if (committed >= next.after() || fault == Fault.WRITES_BEFORE_THE_LANE) {
      next.chunk().rows().forEach(row -> MergerSource.apply(row, target));
      written.add(ranges.remove(next.chunk()));
      merger.written(next.chunk());
      ripe.remove(next);
      completeTables();
      compare();
    }
  }

  private void checkGrowth(OpenChunk chunk) {
    boolean hasAllMemory = chunk.isLarge() && chunk.rows().size() <= 1;
    if (!hasAllMemory && bytes(chunk.rows()) > bytesRead.get(chunk) + maxGrowth) {
      throw new BrokenHistory("A chunk has grown by too much.");
    }
  }

  private static long bytes(List<SnapshotRow> rows) {
    return rows.stream().mapToLong(row -> row.row().approximateBytes()).sum();
  }

  private void completeTables() {
    for (long table = 0; table < MergerSource.KEYS; table += MergerSource.KEYS_PER_TABLE) {
      if (written.contains(table) && written.contains(table + KEYS_PER_CHUNK)) {
        merger.complete(MergerSource.table(table).id());
      }
    }
  }

  /** A row at the target is the stream's, and in what is copied no row is missing. */
  private void compare() {
    for (long key = 0; key < MergerSource.KEYS; key++) {
      Row there = target.get(key);
      boolean copied = isCopied(key);
      if ((copied || there != null) && !Objects.equals(there, stream.get(key))) {
        throw new BrokenHistory(
            "The row of key %d is not the one of the stream; it was %scopied."
                .formatted(key, copied ? "" : "not "));
      }
    }
  }
}
