package dev.syncline.internal;

import dev.syncline.SnapshotChunk;
import dev.syncline.change.KeyRange;
import dev.syncline.change.Row;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TransactionId;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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
  private List<SnapshotRow> rows = List.of();
  private Set<Row> keys = Set.of();

  OpenChunk(TableDefinition table, SnapshotChunk.@Nullable Mark floor) {
    this.table = table;
    this.floor = floor;
  }

  void finish(SnapshotChunk chunk) {
    read = chunk;
    rows = chunk.rows();
    stage = Stage.WAITING;
  }

  void ripen(List<SnapshotRow> left) {
    List<Integer> columns = TouchedKeys.columnsOf(table);
    Set<Row> held = new HashSet<>(left.size() * 2);
    left.forEach(row -> held.add(row.row().pick(columns)));
    rows = left;
    keys = held;
    stage = Stage.RIPE;
  }

  boolean needs(TransactionId transaction) {
    return switch (stage) {
      case READING -> floor == null || !floor.isBefore(transaction);
      case WAITING -> !mark().isBefore(transaction);
      case RIPE -> false;
    };
  }

  boolean holdsAny(TouchedKeys touched) {
    List<Row> touchedHere = touched.keys().get(table.id());
    return touchedHere != null && touchedHere.stream().anyMatch(keys::contains);
  }

  TableDefinition table() {
    return table;
  }

  Stage stage() {
    return stage;
  }

  List<SnapshotRow> rows() {
    return rows;
  }

  SnapshotChunk.Mark mark() {
    return Objects.requireNonNull(read, "read").mark();
  }

  KeyRange range() {
    return Objects.requireNonNull(read, "read").range();
  }
}
