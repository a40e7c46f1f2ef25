package dev.syncline.testkit;

import dev.syncline.change.TableChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A transaction of a {@link MemoryDatabase} whose two halves, its way into the log and its
 * visibility to readers, come when the caller says so, in either order. Thread-safe.
 *
 * <p>Until both are done it holds its rows: the next transaction that touches one of them finishes
 * this one first.
 */
public final class SplitTransaction {

  private final MemoryDatabase database;
  private final long number;
  private final Map<String, List<TableChange>> changes;
  private final Set<MemoryTable.Touch> touches;
  private final Map<String, Long> logged = new HashMap<>();
  private boolean inLog;
  private boolean visible;

  SplitTransaction(MemoryDatabase database, long number, MemoryEditor editor) {
    this.database = database;
    this.number = number;
    this.changes = editor.changesByStream();
    this.touches = new HashSet<>(editor.touches());
  }

  /** Writes the transaction to the log of each stream that it concerns, unless it is there. */
  public void writeToLog() {
    database.locked(
        () -> {
          if (!inLog) {
            changes.forEach(
                (stream, list) -> logged.put(stream, database.append(stream, number, list)));
            inLog = true;
            settleIfDone();
          }
        });
  }

  /** Shows the transaction to readers of tables, unless they see it. */
  public void makeVisible() {
    database.locked(
        () -> {
          if (!visible) {
            changes.values().forEach(database::show);
            visible = true;
            settleIfDone();
          }
        });
  }

  /** Does what is not done: first the log, then the visibility. */
  public void finish() {
    database.locked(
        () -> {
          writeToLog();
          makeVisible();
        });
  }

  private void settleIfDone() {
    if (inLog && visible) {
      database.settled(this);
    }
  }

  long number() {
    return number;
  }

  boolean isVisible() {
    return visible;
  }

  boolean isInLog() {
    return inLog;
  }

  Set<MemoryTable.Touch> touches() {
    return touches;
  }

  boolean concerns(String stream) {
    return changes.containsKey(stream);
  }

  /** The place in a stream; null while it is not there. */
  @Nullable Long sequence(String stream) {
    return logged.get(stream);
  }

  List<TableChange> changes() {
    List<TableChange> all = new ArrayList<>();
    changes.values().forEach(all::addAll);
    return all;
  }
}
