package dev.syncline.mysql;

import dev.syncline.change.Position;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TransactionId;
import dev.syncline.change.TransactionPart;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Gathers the changes of transactions into parts: a transaction that fits into a batch is one part,
 * a larger one several. Not thread-safe.
 */
final class PartCollector implements Consumer<TableChange> {
  static final int MAX_ROWS = 2_000;
  static final long MAX_BYTES = 1L << 20;

  private static final int CHANGE_BYTES = 48;

  /** What a part takes beside its changes and what its end names: ids, lists, places in queues. */
  private static final int PART_BYTES = 576;

  private List<TransactionPart<TableChange>> parts = new ArrayList<>();
  private int rows;
  private long bytes;
  private List<TableChange> open = new ArrayList<>();
  private long openBytes;
  private long openCount;
  private boolean split;

  /** Adds a change to the open transaction. */
  @Override
  public void accept(TableChange change) {
    open.add(change);
    long size = sizeOf(change);
    openBytes += size;
    bytes += size;
    rows++;
    openCount++;
  }

  /** How many changes the open transaction has, those already handed on included. */
  long openCount() {
    return openCount;
  }

  /** Whether a part of the open transaction was handed on already. */
  boolean isSplit() {
    return split;
  }

  /** Forgets the open transaction, of which nothing was handed on. */
  void abandon() {
    rows -= open.size();
    bytes -= openBytes;
    reset();
  }

  /**
   * Ends the open transaction.
   *
   * @param always whether it leaves a part also if it has no changes
   */
  void end(TransactionId id, Instant committedAt, MySqlPosition end, boolean always) {
    if (always || split || !open.isEmpty()) {
      add(id, Optional.of(end), committedAt, PART_BYTES + end.approximateBytes());
    }
    reset();
  }

  /** Adds a transaction that changes tables or other objects. Nothing else must be open. */
  void define(TransactionId id, Instant committedAt, MySqlPosition end, SchemaChange change) {
    String memory = change.memory().orElse("");
    long texts = 2L * change.text().length() + 2L * memory.length();
    long size = PART_BYTES + end.approximateBytes() + texts;
    parts.add(
        new TransactionPart<>(
            id, List.of(), Optional.of(end), committedAt, size, Optional.of(change)));
    bytes += size;
  }

  private void reset() {
    open = new ArrayList<>();
    openBytes = 0;
    openCount = 0;
    split = false;
  }

  /** Whether a batch is full. */
  boolean isFull() {
    return rows >= MAX_ROWS || bytes >= MAX_BYTES;
  }

  /** Makes a part of what the open transaction has so far. */
  void split(TransactionId id, Instant committedAt) {
    if (!open.isEmpty()) {
      add(id, Optional.empty(), committedAt, PART_BYTES);
      open = new ArrayList<>();
      openBytes = 0;
      split = true;
    }
  }

  private void add(TransactionId id, Optional<Position> end, Instant committedAt, long ownBytes) {
    parts.add(new TransactionPart<>(id, open, end, committedAt, openBytes + ownBytes));
    bytes += ownBytes;
  }

  /** Whether there are parts to be handed on. */
  boolean hasParts() {
    return !parts.isEmpty();
  }

  /** Hands on the parts; changes of the open transaction that are in none of them stay. */
  List<TransactionPart<TableChange>> take() {
    List<TransactionPart<TableChange>> taken = parts;
    parts = new ArrayList<>();
    rows = open.size();
    bytes = openBytes;
    return taken;
  }

  private static long sizeOf(TableChange change) {
    if (change instanceof RowUpdate update) {
      return CHANGE_BYTES + update.before().approximateBytes() + update.after().approximateBytes();
    }
    return CHANGE_BYTES + only(change).approximateBytes();
  }

  private static Row only(TableChange change) {
    if (change instanceof RowInsert insert) {
      return insert.after();
    }
    if (change instanceof RowDelete delete) {
      return delete.before();
    }
    return ((SnapshotRow) change).row();
  }
}
