package dev.syncline.testkit;

import dev.syncline.PositionLostException;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The log of one stream. Not thread-safe. */
final class MemoryLog {

  private final String stream;
  private final List<Entry> entries = new ArrayList<>();
  private long purged;
  private long remembered;

  /** What stands in a log. */
  sealed interface Entry permits Committed, Changed, Nothing, Statement {}

  /** A whole transaction, as far as it concerns this stream. */
  record Committed(MemoryTransactionId id, List<TableChange> changes, Instant at)
      implements Entry {}

  /** A statement that changes tables, and what it does to each of them. */
  record Changed(MemoryTransactionId id, SchemaChange change, Instant at) implements Entry {}

  /** An entry that says nothing about any table. */
  record Nothing() implements Entry {}

  /** A statement about a table that a reader does not understand. */
  record Statement(TableId table, String text) implements Entry {}

  MemoryLog(String stream) {
    this.stream = stream;
  }

  long end() {
    return purged + entries.size();
  }

  /** How often readers were given something else to remember; that number is what they do. */
  long remembered() {
    return remembered;
  }

  void remember(long transaction, Instant at) {
    remembered++;
    append(
        new Changed(
            new MemoryTransactionId(stream, end() + 1, transaction),
            SchemaChange.ofMemory(String.valueOf(remembered)),
            at));
  }

  long append(Entry entry) {
    entries.add(entry);
    return end();
  }

  /** The entry right behind a position. */
  Entry behind(long sequence) {
    checkReadable(sequence);
    return entries.get((int) (sequence - purged));
  }

  /** Whether a statement that changes tables stands behind a position. */
  boolean hasChangedTables(long sequence) {
    return entries.subList((int) (sequence - purged), entries.size()).stream()
        .anyMatch(Changed.class::isInstance);
  }

  /** Checks that everything behind a position is still there. */
  void checkReadable(long sequence) {
    if (sequence < purged) {
      throw new PositionLostException(
          "Cannot read stream '%s' behind '%d': the database has purged that part (oldest is '%d')."
                  .formatted(stream, sequence, purged)
              + " Start from a snapshot.");
    }
    if (sequence > end()) {
      throw new PositionLostException(
          "Cannot read stream '%s' behind '%d': the log ends at '%d'. Start from a snapshot."
              .formatted(stream, sequence, end()));
    }
  }

  void purge(long upTo) {
    if (upTo > end()) {
      throw new IllegalArgumentException(
          "Cannot purge stream '%s' up to '%d': it ends at '%d'.".formatted(stream, upTo, end()));
    }
    if (upTo > purged) {
      entries.subList(0, (int) (upTo - purged)).clear();
      purged = upTo;
    }
  }
}
