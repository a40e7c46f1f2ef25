package dev.syncline.testkit;

import dev.syncline.SnapshotChunk;
import dev.syncline.change.Position;
import dev.syncline.change.TransactionId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A read's place among the transactions of its table's stream. Thread-safe. */
final class MemoryMark implements SnapshotChunk.Mark {

  private final MemoryDatabase database;
  private final Low low;
  private final High high;

  /** What was surely visible: the transactions up to a number but for some. */
  record Low(long lastTransaction, Set<Long> invisible) {

    /** What is visible now; the database is locked. */
    static Low of(MemoryDatabase database) {
      Set<Long> invisible = new HashSet<>();
      database.unfinished().stream()
          .filter(t -> !t.isVisible())
          .forEach(t -> invisible.add(t.number()));
      return new Low(database.lastTransaction(), invisible);
    }
  }

  /** What may be visible: the log up to its end, and visible transactions not yet in it. */
  record High(String stream, long end, List<SplitTransaction> notInLog) {

    /** What may be visible now; the database is locked. */
    static High of(MemoryDatabase database, String stream) {
      List<SplitTransaction> notInLog =
          database.unfinished().stream()
              .filter(t -> t.isVisible() && !t.isInLog() && t.concerns(stream))
              .toList();
      return new High(stream, database.log(stream).end(), notInLog);
    }
  }

  MemoryMark(MemoryDatabase database, Low low, High high) {
    this.database = database;
    this.low = low;
    this.high = high;
  }

  @Override
  public boolean isBefore(TransactionId transaction) {
    long number = ((MemoryTransactionId) transaction).transaction();
    return number <= low.lastTransaction() && !low.invisible().contains(number);
  }

  @Override
  public boolean isPassedAt(Position position) {
    MemoryPosition at = (MemoryPosition) position;
    if (!at.stream().equals(high.stream())) {
      return true; // Nothing of the table comes in another stream.
    }
    return at.compareTo(new MemoryPosition(high.stream(), high.end())) >= 0
        && database.locked(() -> high.notInLog().stream().allMatch(t -> isPassed(t, at)));
  }

  private boolean isPassed(SplitTransaction transaction, MemoryPosition at) {
    Long sequence = transaction.sequence(high.stream());
    return sequence != null && sequence <= at.sequence();
  }
}
