package dev.syncline.internal;

import dev.syncline.Completion;
import dev.syncline.SnapshotReader;
import dev.syncline.SnapshotWriter.ExistingRows;
import dev.syncline.SyncException;
import dev.syncline.change.KeyRange;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.internal.Checkpoint.PlannedTable;
import dev.syncline.internal.Checkpoint.Preparation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Which ranges of which tables are still to be read, and which are complete at the target.
 *
 * <p>Ranges of a table are cut one after the other and may be written in any order; what is
 * recorded as complete is always the part from the beginning of the table on, without gaps.
 */
final class SnapshotWork {

  private static final int ROWS_AT_FIRST = 16;
  private static final long ASIDE_MILLIS = 1_000;

  /** One table's snapshot. */
  private static final class TableWork {
    final TableDefinition table;
    final ExistingRows existing;

    /** In the order of the key and without gaps: what is not yet recorded as complete. */
    final List<Piece> pieces = new ArrayList<>();

    /** Until when nothing of it is read. */
    long asideUntil = System.nanoTime();

    String recorded;
    long rows;
    long bytes;

    TableWork(PlannedTable planned) {
      boolean keeps = planned.preparation() == Preparation.KEEP;
      String from = planned.completed().map(c -> c.range().upTo()).orElse(KeyRange.OPEN);
      this.table = planned.definition();
      this.existing = keeps ? ExistingRows.KEEP : ExistingRows.OVERWRITE;
      this.recorded = from;
      this.rows = planned.size().rows();
      this.bytes = planned.size().bytes();
      pieces.add(
          new Piece(this, new KeyRange(from, KeyRange.OPEN), Integer.MAX_VALUE, Stage.UNCUT));
    }
  }

  /** How far a piece has come. */
  private enum Stage {
    /** It is to be cut into ranges that can be read. */
    UNCUT,
    /** It is being read, waits or is written. */
    CUT,
    /** Its rows are committed at the target. */
    WRITTEN
  }

  /** A range of a table that is not yet recorded as complete. */
  static final class Piece {
    private final TableWork work;
    private final KeyRange range;

    /** How many rows may be read together; 0 for one that is to be on its way alone. */
    private final int mostRows;

    private Stage stage;
    private int rows;
    private volatile long bytes;

    private Piece(TableWork work, KeyRange range, int mostRows, Stage stage) {
      this.work = work;
      this.range = range;
      this.mostRows = mostRows;
      this.stage = stage;
    }

    TableDefinition table() {
      return work.table;
    }

    KeyRange range() {
      return range;
    }

    /** Whether it must be alone on its way, since it may grow as it will. */
    boolean isAlone() {
      return mostRows == 0;
    }

    /** For how many bytes of heap it counts: what is expected, or what was read if that is more. */
    long bytes() {
      return bytes;
    }

    /** Sets how many bytes its rows are expected to take. */
    void expect(long expectedBytes) {
      bytes = expectedBytes;
    }

    /** What happens to rows with the same keys at the target. */
    ExistingRows existing() {
      return work.existing;
    }
  }

  private final int maxRows;
  private final long maxBytes;
  private final ReentrantLock cutting = new ReentrantLock();
  private final List<TableWork> tables = new ArrayList<>();
  private final Map<TableId, TableWork> unfinished = new HashMap<>();
  private List<TableDefinition> completed = new ArrayList<>();

  SnapshotWork(Collection<PlannedTable> planned, int maxRows, long maxBytes) {
    this.maxRows = maxRows;
    this.maxBytes = maxBytes;
    for (PlannedTable table : planned) {
      if (!table.isComplete()) {
        TableWork work = new TableWork(table);
        tables.add(work);
        unfinished.put(table.definition().id(), work);
      }
    }
  }

  /** The tables that are not complete. */
  synchronized List<TableDefinition> unfinished() {
    return unfinished.values().stream().map(work -> work.table).toList();
  }

  /**
   * Waits until something is to be cut.
   *
   * @return whether there is; if not, everything is complete
   */
  synchronized boolean awaitUncut() throws InterruptedException {
    while (!isDone() && nextToCut() == null) {
      // What is set aside is to be cut when some time has passed, of which nobody tells.
      boolean aside = tables.stream().anyMatch(SnapshotWork::hasUncut);
      wait(aside ? ASIDE_MILLIS : 0);
    }
    return !isDone();
  }

  /** Cuts the next range; null if nothing is left to be cut for now. One reader cuts at a time. */
  @Nullable Piece cut(SnapshotReader reader) throws InterruptedException {
    cutting.lockInterruptibly();
    try {
      Piece rest = nextToCut();
      if (rest == null) {
        return null;
      }
      int rows = Math.max(1, Math.min(rest.mostRows, rowsPerRange(rest.work)));
      return cut(rest, reader.nextRange(rest.table(), rest.range, rows));
    } finally {
      cutting.unlock();
    }
  }

  private synchronized @Nullable Piece nextToCut() {
    for (TableWork work : tables) {
      for (Piece piece : work.pieces) {
        if (piece.stage == Stage.UNCUT && !isAside(work)) {
          return piece;
        }
      }
    }
    return null;
  }

  private static boolean hasUncut(TableWork work) {
    return work.pieces.stream().anyMatch(piece -> piece.stage == Stage.UNCUT);
  }

  private static boolean isAside(TableWork work) {
    return System.nanoTime() - work.asideUntil < 0;
  }

  /** Reads nothing of a table for some time, since it is not as the job knows it. */
  synchronized void setAside(TableId table) {
    TableWork work = unfinished.get(table);
    if (work != null) {
      work.asideUntil = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ASIDE_MILLIS);
    }
  }

  /** Takes back a piece that could not be read, to be cut as it was. */
  synchronized void putBack(Piece piece) {
    List<Piece> pieces = piece.work.pieces;
    pieces.set(
        pieces.indexOf(piece), new Piece(piece.work, piece.range, piece.mostRows, Stage.UNCUT));
    notifyAll();
  }

  private synchronized Piece cut(Piece rest, KeyRange range) {
    String end = rest.range.upTo();
    boolean isPart =
        range.after().equals(rest.range.after())
            && (!range.isLast() || rest.range.isLast())
            && (range.isLast() || !range.upTo().equals(range.after()));
    if (!isPart) {
      throw new SyncException(
          ("The source cut range %s from what is left of table '%s', %s, of which it is no first"
                  + " part. This is an error of its connector; report it.")
              .formatted(range, rest.table().id(), rest.range));
    }
    TableWork work = rest.work;
    Piece piece = new Piece(work, range, rest.mostRows, Stage.CUT);
    int at = work.pieces.indexOf(rest);
    work.pieces.set(at, piece);
    if (!range.upTo().equals(end)) {
      KeyRange behind = new KeyRange(range.upTo(), end);
      work.pieces.add(at + 1, new Piece(work, behind, moreThan(rest.mostRows), Stage.UNCUT));
    }
    return piece;
  }

  /** Rows behind those that grew may not grow; in an open range they come for ever. */
  private static int moreThan(int rows) {
    return (int) Math.min(Integer.MAX_VALUE, Math.max(1, 2L * rows));
  }

  /**
   * Takes back a piece that was read and dropped, to be cut into smaller ones. So it comes to
   * single rows at last, and those that were dropped even so go alone.
   */
  synchronized void takeBack(Piece piece) {
    List<Piece> pieces = piece.work.pieces;
    pieces.set(
        pieces.indexOf(piece), new Piece(piece.work, piece.range, piece.rows / 2, Stage.UNCUT));
    notifyAll();
  }

  /** As many rows as make about one batch in bytes, by what is known of the table's rows. */
  private synchronized int rowsPerRange(TableWork work) {
    if (work.rows <= 0 || work.bytes <= 0) {
      return Math.min(maxRows, ROWS_AT_FIRST);
    }
    long bytesPerRow = Math.max(1, work.bytes / work.rows);
    return (int) Math.max(1, Math.min(maxRows, maxBytes / bytesPerRow));
  }

  /** About how many bytes the rows of the next range take. */
  synchronized long expectedBytes() {
    Piece next = nextToCut();
    TableWork work = next == null ? null : next.work;
    return work == null || work.rows <= 0 ? maxBytes : Math.max(maxBytes, work.bytes / work.rows);
  }

  /** Learns from rows that were read how large the table's rows are. */
  synchronized void learn(Piece piece, List<SnapshotRow> rows) {
    long bytes = rows.stream().mapToLong(row -> row.row().approximateBytes()).sum();
    piece.bytes = Math.max(piece.bytes, bytes);
    piece.rows = rows.size();
    if (!rows.isEmpty()) {
      piece.work.rows = rows.size();
      piece.work.bytes = bytes;
    }
  }

  /**
   * What will be complete when a piece is written: with everything before it written already, all
   * up to its end and beyond as far as later pieces are written; otherwise nothing yet.
   */
  synchronized Optional<Completion> completionWith(Piece piece) {
    TableWork work = piece.work;
    String upTo = work.recorded;
    boolean reached = false;
    for (Piece other : work.pieces) {
      if (other != piece && other.stage != Stage.WRITTEN) {
        break;
      }
      upTo = other.range.upTo();
      reached |= other == piece;
    }
    return reached
        ? Optional.of(new Completion(new KeyRange(work.recorded, upTo), ""))
        : Optional.empty();
  }

  /**
   * Notes that a piece is committed at the target.
   *
   * @param completion what was recorded with it
   * @return what remains to be recorded because it was written out of order, if the table has come
   *     to its end that way
   */
  synchronized Optional<Completion> written(Piece piece, Optional<Completion> completion) {
    piece.stage = Stage.WRITTEN;
    completion.ifPresent(c -> recorded(piece.work, c));
    TableWork work = piece.work;
    boolean allWritten = work.pieces.stream().allMatch(p -> p.stage == Stage.WRITTEN);
    return allWritten && !work.pieces.isEmpty()
        ? Optional.of(new Completion(new KeyRange(work.recorded, KeyRange.OPEN), ""))
        : Optional.empty();
  }

  /** Notes that a completion was recorded by itself. */
  synchronized void recorded(TableDefinition table, Completion completion) {
    TableWork work = unfinished.get(table.id());
    if (work != null) {
      recorded(work, completion);
    }
  }

  private void recorded(TableWork work, Completion completion) {
    String upTo = completion.range().upTo();
    while (!work.pieces.isEmpty()) {
      Piece first = work.pieces.remove(0);
      if (first.range.upTo().equals(upTo)) {
        break;
      }
    }
    work.recorded = upTo;
    if (completion.range().isLast()) {
      if (unfinished.remove(work.table.id()) != null) {
        completed.add(work.table);
      }
      notifyAll();
    }
  }

  /** What is complete of each table, for the checkpoint. */
  synchronized Map<TableId, Completion> completed() {
    Map<TableId, Completion> all = new HashMap<>();
    for (TableWork work : tables) {
      boolean done = !unfinished.containsKey(work.table.id());
      if (done || !work.recorded.equals(KeyRange.OPEN)) {
        String upTo = done ? KeyRange.OPEN : work.recorded;
        all.put(work.table.id(), new Completion(new KeyRange(KeyRange.OPEN, upTo), ""));
      }
    }
    return all;
  }

  /** The tables that have become complete since this was asked before. */
  synchronized List<TableDefinition> takeCompleted() {
    List<TableDefinition> taken = completed;
    completed = new ArrayList<>();
    return taken;
  }

  /** Whether all tables are complete. */
  synchronized boolean isDone() {
    return unfinished.isEmpty();
  }
}
