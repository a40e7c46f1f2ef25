package dev.syncline.internal;

import dev.syncline.SnapshotChunk;
import dev.syncline.change.Change;
import dev.syncline.change.Position;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.TransactionId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Merges the chunks of snapshots with the stream, so that at every moment the target holds, of the
 * rows that it has, exactly the state of the stream.
 *
 * <p>A chunk is {@link OpenChunk.Stage#READING} from before its moment of reading, then {@link
 * OpenChunk.Stage#WAITING} until the stream has passed everything that the read may have seen, then
 * {@link OpenChunk.Stage#RIPE} until its rows are committed at the target. Until it is ripe, it
 * loses the rows whose keys are changed by a streamed transaction that is not surely before the
 * read: the stream brings their state. If it brings only some columns of a row, these are changed
 * in the chunk. While it is ripe, no transaction that changes one of its keys passes.
 *
 * <p>The keys of streamed transactions are kept for the chunks that are being read and, since a
 * source may send a transaction before it becomes visible, for those that will be opened later: for
 * them until a read has surely seen the transaction. A transaction that comes in parts may have too
 * many keys for that. None of its parts passes before all chunks are read, no chunk is opened
 * before its end, and a chunk opened then is read again until it has surely seen the transaction.
 *
 * <p>There is memory for a large chunk or for a large part of a transaction, not for both. So a
 * large part passes as a transaction in parts does, when no chunk is being read or ripe, and no
 * large chunk is opened before it is committed. A large chunk that waits for the stream cannot be
 * waited for: it is given up. So is a chunk whose rows grow by too much with the columns that are
 * changed in it, but for a large chunk of one row: it may grow, since it has all the memory. What
 * is given up is to be read again, in smaller chunks, when the stream has passed what it waited
 * for.
 *
 * <p>Thread-safe: readers open and finish chunks, the job's thread does the rest.
 */
final class ChunkMerger {

  private static final long REPEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /**
   * A part of a transaction, for the merger.
   *
   * @param transaction what it is a part of
   * @param touched the keys that it changes
   * @param first whether it is the first one of its transaction
   * @param last whether it is the last one
   * @param large whether it takes so much memory that no large chunk is to be read beside it
   */
  record Part(
      TransactionId transaction, TouchedKeys touched, boolean first, boolean last, boolean large) {

    boolean isWhole() {
      return first && last;
    }

    /** Whether no chunk may be read or written while its transaction begins to pass. */
    boolean passesAlone() {
      return large || !isWhole();
    }
  }

  /** What is kept of a transaction: its keys, or if it came in parts only the tables. */
  private record Streamed(TransactionId transaction, TouchedKeys touched, Set<TableId> wholly) {}

  private final int maxKeys;
  private final long maxGrowth;
  private final Map<TableId, List<Integer>> keyColumns = new HashMap<>();
  private final Set<OpenChunk> chunks = new LinkedHashSet<>();
  private final Deque<Streamed> history = new ArrayDeque<>();
  private final Set<TableId> inParts = new HashSet<>();
  private boolean opening = true;
  private boolean largeUnderWay;
  private int largeWaiting;
  private int keysHeld;
  private SnapshotChunk.@Nullable Mark latestMark;

  /**
   * A merger.
   *
   * @param tables the tables whose snapshots are going to run
   * @param maxKeys about how many keys of the stream are held at most
   * @param maxGrowth by how many bytes the rows of a chunk may grow while it waits
   */
  ChunkMerger(Collection<TableDefinition> tables, int maxKeys, long maxGrowth) {
    this.maxKeys = maxKeys;
    this.maxGrowth = maxGrowth;
    tables.forEach(table -> keyColumns.put(table.id(), TouchedKeys.columnsOf(table)));
  }

  /** Whether a table is not yet copied as a whole. */
  synchronized boolean isCopying(TableId table) {
    return keyColumns.containsKey(table);
  }

  /** The keys that a part of a transaction changes, for the other methods. */
  synchronized TouchedKeys touched(List<? extends Change> changes) {
    return TouchedKeys.of(changes, keyColumns);
  }

  /**
   * Registers a chunk. Must be called before the moment at which the chunk is read. Waits while a
   * transaction that comes in parts is on its way.
   */
  synchronized OpenChunk open(TableDefinition table) throws InterruptedException {
    while (!opening) {
      wait();
    }
    return add(table, false);
  }

  /** Registers a chunk as {@link #open} does, but waits for large parts that are written, too. */
  synchronized OpenChunk openLarge(TableDefinition table) throws InterruptedException {
    largeWaiting++;
    try {
      while (!opening || largeUnderWay) {
        wait();
      }
      return add(table, true);
    } finally {
      largeWaiting--;
    }
  }

  private OpenChunk add(TableDefinition table, boolean large) {
    OpenChunk chunk = new OpenChunk(table, latestMark, large, maxGrowth);
    chunks.add(chunk);
    return chunk;
  }

  /**
   * Hands in what was read.
   *
   * @return whether the chunk can be used; if not, it must be read again after {@link #pause}
   */
  synchronized boolean finish(OpenChunk chunk, SnapshotChunk read) {
    latestMark = read.mark();
    trim();
    TableId table = chunk.table().id();
    boolean overtaken = false;
    for (Streamed streamed : history) {
      boolean unclear = streamed.wholly().contains(table);
      boolean concerns = unclear || streamed.touched().keys().containsKey(table);
      overtaken |= concerns && !read.mark().isBefore(streamed.transaction());
      if (unclear && overtaken) {
        return false;
      }
    }
    chunk.finish(read);
    history.forEach(streamed -> chunk.overtake(streamed.transaction(), streamed.touched()));
    trim();
    return true;
  }

  /** Forgets a chunk that could not be read. */
  synchronized void abandon(OpenChunk chunk) {
    chunks.remove(chunk);
    trim();
  }

  /** Waits for a moment before a chunk is read again. */
  synchronized void pause() throws InterruptedException {
    long deadline = System.nanoTime() + REPEAT_NANOS;
    long left = REPEAT_NANOS;
    while (left > 0) {
      wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
      left = deadline - System.nanoTime();
    }
  }

  /** Whether a part of a transaction may be sent to the target now; if not, ask again later. */
  synchronized boolean admits(Part part) {
    if (!part.first()) {
      return true;
    }
    if (part.passesAlone()) {
      if (opening && largeWaiting > 0) {
        // Or a stream of large parts would keep a large chunk from being read for ever.
        return false;
      }
      opening = false;
    }
    boolean ripe = false;
    boolean reading = false;
    for (OpenChunk chunk : chunks) {
      if (chunk.stage() == OpenChunk.Stage.RIPE && chunk.holdsAny(part.touched())) {
        return false;
      }
      ripe |= chunk.stage() == OpenChunk.Stage.RIPE;
      reading |= chunk.stage() == OpenChunk.Stage.READING;
    }
    // Chunks that wait for the stream need it to go on; only other work is worth waiting for.
    boolean full = keysHeld >= maxKeys;
    return !(ripe || reading) || !(part.passesAlone() || full);
  }

  /** Notes that a part of a transaction goes to the target. */
  synchronized void record(Part part) {
    for (OpenChunk chunk : chunks) {
      chunk.overtake(part.transaction(), part.touched());
    }
    if (part.large()) {
      largeUnderWay = true;
      chunks.stream().filter(OpenChunk::isLarge).forEach(OpenChunk::giveUp);
    }
    if (part.isWhole()) {
      keep(new Streamed(part.transaction(), part.touched(), Set.of()));
    } else {
      inParts.addAll(part.touched().keys().keySet());
      if (part.last()) {
        keep(new Streamed(part.transaction(), TouchedKeys.NONE, Set.copyOf(inParts)));
        inParts.clear();
      }
    }
    if (part.last() && part.passesAlone()) {
      opening = true;
      notifyAll();
    }
  }

  /** Notes that all large parts that were recorded are committed at the target. */
  synchronized void largeCommitted() {
    largeUnderWay = false;
    notifyAll();
  }

  private void keep(Streamed streamed) {
    if (streamed.touched().size() > 0 || !streamed.wholly().isEmpty()) {
      history.addLast(streamed);
      keysHeld += streamed.touched().size();
      trim();
    }
  }

  /**
   * Makes chunks ripe. Must not be called in the middle of a transaction.
   *
   * @param positions where each stream stands, everything before it having been recorded
   * @param most how many can be written soon; a chunk that waits for nothing but a writer had
   *     better not be ripe, since it would hold back transactions for all that time
   * @return the chunks that became ripe, in the order in which they were opened
   */
  synchronized List<OpenChunk> ripen(Collection<Position> positions, int most) {
    List<OpenChunk> ripe = new ArrayList<>();
    for (OpenChunk chunk : chunks) {
      if (ripe.size() == most) {
        break;
      }
      if (chunk.stage() == OpenChunk.Stage.WAITING && isPassed(chunk, positions)) {
        chunk.ripen();
        ripe.add(chunk);
      }
    }
    return ripe;
  }

  /**
   * Takes off the chunks that were given up and would have become ripe. Must not be called in the
   * middle of a transaction.
   *
   * @param positions where each stream stands, everything before it having been recorded
   * @return chunks whose ranges must be read again
   */
  synchronized List<OpenChunk> takeGivenUp(Collection<Position> positions) {
    List<OpenChunk> givenUp =
        chunks.stream()
            .filter(c -> c.stage() == OpenChunk.Stage.GIVEN_UP && isPassed(c, positions))
            .toList();
    givenUp.forEach(chunks::remove);
    return givenUp;
  }

  private static boolean isPassed(OpenChunk chunk, Collection<Position> positions) {
    return positions.stream().allMatch(chunk.mark()::isPassedAt);
  }

  /** Notes that the rows of a ripe chunk are committed at the target. */
  synchronized void written(OpenChunk chunk) {
    chunks.remove(chunk);
  }

  /** Notes that all chunks of a table are written. */
  synchronized void complete(TableId table) {
    keyColumns.remove(table);
    if (keyColumns.isEmpty()) {
      history.clear();
      keysHeld = 0;
    }
  }

  /** Whether there is no chunk on its way. */
  synchronized boolean isIdle() {
    return chunks.isEmpty();
  }

  /** How many keys of the stream are held. */
  synchronized int keysHeld() {
    return keysHeld;
  }

  /** Forgets the transactions that no open or coming chunk needs. */
  private void trim() {
    while (!history.isEmpty() && !isNeeded(history.getFirst().transaction())) {
      keysHeld -= history.removeFirst().touched().size();
    }
  }

  private boolean isNeeded(TransactionId transaction) {
    if (latestMark == null || !latestMark.isBefore(transaction)) {
      return true;
    }
    for (OpenChunk chunk : chunks) {
      if (chunk.needs(transaction)) {
        return true;
      }
    }
    return false;
  }
}
