package dev.syncline.internal;

import dev.syncline.SnapshotChunk;
import dev.syncline.change.Position;
import dev.syncline.change.Row;
import dev.syncline.change.SnapshotRow;
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
import org.jspecify.annotations.Nullable;

/**
 * Merges the chunks of snapshots with the stream, so that at every moment the target holds, of the
 * rows that it has, exactly the state of the stream.
 *
 * <p>A chunk is {@link OpenChunk.Stage#READING} from before its moment of reading, then {@link
 * OpenChunk.Stage#WAITING} until the stream has passed everything that the read may have seen, then
 * {@link OpenChunk.Stage#RIPE} until its rows are committed at the target. When it becomes ripe,
 * the rows whose keys were changed by a streamed transaction that is not surely before the read are
 * dropped: the stream has brought their state. While it is ripe, no transaction that changes one of
 * its keys passes.
 *
 * <p>The keys of streamed transactions are kept as long as a chunk may need them. Chunks that will
 * be opened later need those of all transactions that are not surely visible yet, since a source
 * may send a transaction before it becomes visible.
 *
 * <p>Thread-safe: readers open and finish chunks, the job's thread does the rest.
 */
final class ChunkMerger {

  private record Streamed(TransactionId transaction, TouchedKeys touched) {}

  private final int maxKeys;
  private final Map<TableId, List<Integer>> keyColumns = new HashMap<>();
  private final Set<OpenChunk> chunks = new LinkedHashSet<>();
  private final Deque<Streamed> history = new ArrayDeque<>();
  private int keysHeld;
  private SnapshotChunk.@Nullable Mark latestMark;

  /**
   * A merger.
   *
   * @param tables the tables whose snapshots are going to run
   * @param maxKeys about how many keys of the stream are held at most
   */
  ChunkMerger(Collection<TableDefinition> tables, int maxKeys) {
    this.maxKeys = maxKeys;
    tables.forEach(table -> keyColumns.put(table.id(), TouchedKeys.columnsOf(table)));
  }

  /** The keys that a part of a transaction changes, for the other methods. */
  synchronized TouchedKeys touched(List<? extends dev.syncline.change.Change> changes) {
    return TouchedKeys.of(changes, keyColumns);
  }

  /** Registers a chunk. Must be called before the moment at which the chunk is read. */
  synchronized OpenChunk open(TableDefinition table) {
    OpenChunk chunk = new OpenChunk(table, latestMark);
    chunks.add(chunk);
    return chunk;
  }

  /** Hands in what was read. */
  synchronized void finish(OpenChunk chunk, SnapshotChunk read) {
    chunk.finish(read);
    latestMark = read.mark();
    trim();
  }

  /**
   * Whether a part of a transaction may be sent to the target now; if not, ask again later.
   *
   * @param whole whether the part is a whole transaction
   * @param first whether the part is the first one of its transaction
   */
  synchronized boolean admits(TouchedKeys touched, boolean whole, boolean first) {
    boolean blockedByRipe = false;
    boolean othersWork = false;
    for (OpenChunk chunk : chunks) {
      boolean ripe = chunk.stage() == OpenChunk.Stage.RIPE;
      othersWork |= ripe || chunk.stage() == OpenChunk.Stage.READING;
      blockedByRipe |= ripe && first && (!whole || chunk.holdsAny(touched));
    }
    // Chunks that wait for the stream need it to go on; only other work is worth waiting for.
    boolean full = keysHeld >= maxKeys && othersWork && first;
    return !blockedByRipe && !full;
  }

  /** Notes that a part of a transaction goes to the target. */
  synchronized void record(TransactionId transaction, TouchedKeys touched) {
    if (touched.size() > 0) {
      history.addLast(new Streamed(transaction, touched));
      keysHeld += touched.size();
      trim();
    }
  }

  /**
   * Makes chunks ripe. Must not be called in the middle of a transaction.
   *
   * @param positions where each stream stands, everything before it having been recorded
   * @return the chunks that became ripe, in the order in which they were opened
   */
  synchronized List<OpenChunk> ripen(Collection<Position> positions) {
    List<OpenChunk> ripe = new ArrayList<>();
    for (OpenChunk chunk : chunks) {
      if (chunk.stage() == OpenChunk.Stage.WAITING
          && positions.stream().allMatch(chunk.mark()::isPassedAt)) {
        chunk.ripen(rowsOf(chunk));
        ripe.add(chunk);
      }
    }
    if (!ripe.isEmpty()) {
      trim();
    }
    return ripe;
  }

  private List<SnapshotRow> rowsOf(OpenChunk chunk) {
    TableId table = chunk.table().id();
    Set<Row> overtaken = new HashSet<>();
    for (Streamed streamed : history) {
      List<Row> keys = streamed.touched().keys().get(table);
      if (keys != null && !chunk.mark().isBefore(streamed.transaction())) {
        overtaken.addAll(keys);
      }
    }
    if (overtaken.isEmpty()) {
      return chunk.rows();
    }
    List<Integer> columns = TouchedKeys.columnsOf(chunk.table());
    return chunk.rows().stream()
        .filter(row -> !overtaken.contains(row.row().pick(columns)))
        .toList();
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
