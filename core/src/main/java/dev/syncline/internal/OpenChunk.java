package dev.syncline.internal;

import dev.syncline.SnapshotChunk;
import dev.syncline.change.Row;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TransactionId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A chunk on its way from the source to the target. Guarded by its {@link ChunkMerger}. */
final class OpenChunk {

  /** How far a chunk has come. */
  enum Stage {
    /** A reader is about to read it, or reads it. */
    READING,
    /** It was read; the stream has not yet passed what the read may have seen. */
    WAITING,
    /** Its rows can be written as soon as the target has everything that was streamed so far. */
    RIPE
  }

  private final TableDefinition table;

  /** A mark from before this chunk is read; what it has surely seen this chunk sees as well. */
  private final SnapshotChunk.@Nullable Mark floor;

  private Stage stage = Stage.READING;
  private @Nullable SnapshotChunk read;
  private final Map<Row, SnapshotRow> rows = new LinkedHashMap<>();

  OpenChunk(TableDefinition table, SnapshotChunk.@Nullable Mark floor) {
    this.table = table;
    this.floor = floor;
  }

  void finish(SnapshotChunk chunk) {
    List<Integer> columns = TouchedKeys.columnsOf(table);
    chunk.rows().forEach(row -> rows.put(row.row().pick(columns), row));
    read = chunk;
    stage = Stage.WAITING;
  }

  /** Drops the rows that a streamed transaction changes, unless the read has surely seen it. */
  void overtake(TransactionId transaction, TouchedKeys touched) {
    List<Row> keys = touched.keys().get(table.id());
    if (stage == Stage.WAITING && keys != null && !mark().isBefore(transaction)) {
      keys.forEach(rows::remove);
    }
  }

  void ripen() {
    stage = Stage.RIPE;
  }

  /** Whether the keys of a streamed transaction must be kept until this chunk is read. */
  boolean needs(TransactionId transaction) {
    return stage == Stage.READING && (floor == null || !floor.isBefore(transaction));
  }

  boolean holdsAny(TouchedKeys touched) {
    List<Row> touchedHere = touched.keys().get(table.id());
    return touchedHere != null && touchedHere.stream().anyMatch(rows::containsKey);
  }

  TableDefinition table() {
    return table;
  }

  Stage stage() {
    return stage;
  }

  /** The rows that are left, once it is ripe. */
  List<SnapshotRow> rows() {
    return List.copyOf(rows.values());
  }

  SnapshotChunk.Mark mark() {
    return Objects.requireNonNull(read, "read").mark();
  }
}
