package dev.syncline.internal;

import dev.syncline.SnapshotChunk;
import dev.syncline.change.Row;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TransactionId;
import dev.syncline.internal.TouchedKeys.Touch;
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
    /** It was read; the stream has yet to pass what it may have seen, or no writer is free. */
    WAITING,
    /** Its rows can be written as soon as the target has everything that was streamed so far. */
    RIPE,
    /** Its rows were dropped; its range is to be read again. */
    GIVEN_UP
  }

  private final TableDefinition table;

  /** A mark from before this chunk is read; what it has surely seen this chunk sees as well. */
  private final SnapshotChunk.@Nullable Mark floor;

  /** Whether it takes so much memory that no large part of a transaction is written beside it. */
  private final boolean large;

  private final long maxGrowth;

  private Stage stage = Stage.READING;
  private @Nullable SnapshotChunk read;

  /**
   * By how many bytes its rows have grown since they were read; less than 0 if it has lost some.
   */
  private long growth;

  /** Whether a transaction that may not have been seen has changed the table since. */
  private boolean overtaken;

  /** The rows by their keys once a transaction asks for one; most chunks are written before. */
  private @Nullable Map<Row, SnapshotRow> byKey;

  /** The rows that are left once the chunk is ripe, for any thread. */
  private @Nullable List<SnapshotRow> left;

  OpenChunk(
      TableDefinition table, SnapshotChunk.@Nullable Mark floor, boolean large, long maxGrowth) {
    this.table = table;
    this.floor = floor;
    this.large = large;
    this.maxGrowth = maxGrowth;
  }

  void finish(SnapshotChunk chunk) {
    read = chunk;
    stage = Stage.WAITING;
  }

  /**
   * Drops the rows that a streamed transaction changes, unless the read has surely seen it and all
   * before it. Where the stream brings only some columns, the row stays, with these as they are
   * then: whether the read has seen the change or not, every column has the value that was streamed
   * last, or has not changed since. That would not be so if a change were laid over the row and a
   * later one were not because the read has seen it: reads see transactions in an order of their
   * own. If the rows grow too much, the chunk is given up.
   */
  void overtake(TransactionId transaction, TouchedKeys touched) {
    List<Touch> touches = touched.keys().get(table.id());
    if (stage != Stage.WAITING || touches == null) {
      return;
    }
    overtaken |= !mark().isBefore(transaction);
    if (!overtaken) {
      return;
    }
    Map<Row, SnapshotRow> rows = byKey();
    for (Touch touch : touches) {
      SnapshotRow row = rows.get(touch.key());
      if (row != null) {
        growth -= row.row().approximateBytes();
        if (touch.patch().isEmpty()) {
          rows.remove(touch.key());
        } else {
          Row patched = table.carriedOver(row.row(), touch.patch().get());
          growth += patched.approximateBytes();
          rows.put(touch.key(), new SnapshotRow(table, patched));
        }
      }
    }
    boolean hasAllMemory = large && rows.size() <= 1;
    if (growth > maxGrowth && !hasAllMemory) {
      giveUp();
    }
  }

  void ripen() {
    left = byKey == null ? chunk().rows() : List.copyOf(byKey.values());
    stage = Stage.RIPE;
  }

  /** Drops the rows of a chunk that waits; its mark stays. */
  void giveUp() {
    if (stage == Stage.WAITING) {
      dropRead();
      byKey = null;
      stage = Stage.GIVEN_UP;
    }
  }

  private void dropRead() {
    read = new SnapshotChunk(chunk().range(), List.of(), mark());
  }

  /** Whether the keys of a streamed transaction must be kept until this chunk is read. */
  boolean needs(TransactionId transaction) {
    return stage == Stage.READING && (floor == null || !floor.isBefore(transaction));
  }

  boolean holdsAny(TouchedKeys touched) {
    List<Touch> touchedHere = touched.keys().get(table.id());
    return touchedHere != null
        && touchedHere.stream().anyMatch(touch -> byKey().containsKey(touch.key()));
  }

  private Map<Row, SnapshotRow> byKey() {
    Map<Row, SnapshotRow> rows = byKey;
    if (rows == null) {
      List<SnapshotRow> all = chunk().rows();
      List<Integer> columns = TouchedKeys.columnsOf(table);
      rows = new LinkedHashMap<>(2 * all.size());
      for (SnapshotRow row : all) {
        rows.put(row.row().pick(columns), row);
      }
      byKey = rows;
      // Or rows that are changed or lost would stay in memory.
      dropRead();
    }
    return rows;
  }

  TableDefinition table() {
    return table;
  }

  boolean isLarge() {
    return large;
  }

  Stage stage() {
    return stage;
  }

  /** The rows that are left, once it is ripe. */
  List<SnapshotRow> rows() {
    return Objects.requireNonNull(left, "left");
  }

  SnapshotChunk.Mark mark() {
    return chunk().mark();
  }

  private SnapshotChunk chunk() {
    return Objects.requireNonNull(read, "read");
  }
}
