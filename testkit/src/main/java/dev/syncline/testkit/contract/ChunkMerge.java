package dev.syncline.testkit.contract;

import dev.syncline.SnapshotChunk;
import dev.syncline.change.Position;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TransactionId;
import dev.syncline.change.TransactionPart;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Merges chunks of one table with the stream by their marks, in the plainest way there is. */
final class ChunkMerge {

  private static final int MAX_IDLE = 1500;

  private final StreamTap tap;
  private final Map<Row, Row> rows = new HashMap<>();
  private final Map<TransactionId, Set<Row>> touched = new HashMap<>();
  private final List<SnapshotChunk> waiting = new ArrayList<>();
  private int applied;
  private int idle;

  ChunkMerge(StreamTap tap) {
    this.tap = tap;
  }

  /** A merge that begins with rows to which the whole stream is applied. */
  static ChunkMerge over(StreamTap tap, List<SnapshotRow> rows) {
    ChunkMerge merge = new ChunkMerge(tap);
    rows.forEach(row -> merge.rows.put(StreamTap.key(row, row.row()), row.row()));
    return merge;
  }

  void add(SnapshotChunk chunk) throws InterruptedException {
    waiting.add(chunk);
    advance();
  }

  /** Reads on to a marker and until all chunks are released. */
  void finish(long marker) throws InterruptedException {
    tap.untilMarker(marker);
    advance();
    while (!waiting.isEmpty()) {
      Position before = tap.position();
      advance();
      if (tap.position().equals(before) && ++idle > MAX_IDLE) {
        throw new AssertionError(
            "The stream stands at '%s', which does not pass the marks of %d chunks."
                .formatted(before, waiting.size()));
      }
    }
  }

  /** How many rows are wrong, missing or too many. */
  int differences(List<Row> expected) {
    Set<Row> found = new HashSet<>(rows.values());
    Set<Row> wanted = new HashSet<>(expected);
    int same = 0;
    for (Row row : wanted) {
      same += found.contains(row) ? 1 : 0;
    }
    return found.size() + wanted.size() - 2 * same;
  }

  /** Reads on in the stream, then releases what may be released. */
  void advance() throws InterruptedException {
    tap.poll();
    for (; applied < tap.parts().size(); applied++) {
      apply(tap.parts().get(applied));
    }
    for (Iterator<SnapshotChunk> chunks = waiting.iterator(); chunks.hasNext(); ) {
      SnapshotChunk chunk = chunks.next();
      if (chunk.mark().isPassedAt(tap.position())) {
        release(chunk);
        chunks.remove();
      }
    }
  }

  private void apply(TransactionPart<TableChange> part) {
    Set<Row> keys = touched.computeIfAbsent(part.transaction(), t -> new HashSet<>());
    for (TableChange change : part.changes()) {
      if (change instanceof RowInsert insert) {
        put(keys, change, insert.after());
      } else if (change instanceof RowUpdate update) {
        remove(keys, change, update.before());
        put(keys, change, update.after());
      } else if (change instanceof RowDelete delete) {
        remove(keys, change, delete.before());
      }
    }
  }

  private void put(Set<Row> keys, TableChange change, Row row) {
    Row key = StreamTap.key(change, row);
    keys.add(key);
    rows.put(key, row);
  }

  private void remove(Set<Row> keys, TableChange change, Row row) {
    Row key = StreamTap.key(change, row);
    keys.add(key);
    rows.remove(key);
  }

  private void release(SnapshotChunk chunk) {
    Set<Row> changedSince = new HashSet<>();
    touched.forEach(
        (transaction, keys) -> {
          if (!chunk.mark().isBefore(transaction)) {
            changedSince.addAll(keys);
          }
        });
    for (SnapshotRow row : chunk.rows()) {
      Row key = StreamTap.key(row, row.row());
      if (!changedSince.contains(key)) {
        rows.put(key, row.row());
      }
    }
  }
}
