package dev.syncline.testkit.contract;

import dev.syncline.SnapshotChunk;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TransactionId;
import dev.syncline.change.TransactionPart;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Merges chunks of one table with the stream by their marks, in the plainest way there is. */
final class ChunkMerge {

  private final StreamTap tap;
  private final Map<Row, Row> rows = new HashMap<>();
  private final Map<TransactionId, Set<Row>> touched = new HashMap<>();
  private final List<SnapshotChunk> waiting = new ArrayList<>();
  private int applied;

  ChunkMerge(StreamTap tap) {
    this.tap = tap;
  }

  void add(SnapshotChunk chunk) throws InterruptedException {
    waiting.add(chunk);
    advance();
  }

  boolean isComplete() {
    return waiting.isEmpty();
  }

  Collection<Row> rows() {
    return rows.values();
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
