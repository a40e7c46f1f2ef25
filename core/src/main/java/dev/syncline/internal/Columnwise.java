package dev.syncline.internal;

import dev.syncline.ColumnwiseSink;
import dev.syncline.Sink;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Change;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableId;
import dev.syncline.change.TransactionPart;
import dev.syncline.internal.Checkpoint.PlannedTable;
import dev.syncline.internal.Checkpoint.Preparation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Keeps changes that lack values from sinks that know whole rows only, and from tables whose rows
 * may not be the source's. Immutable.
 */
final class Columnwise<C extends Change> {

  private final Sink<C> sink;
  private final boolean isTaken;
  private final Set<TableId> keeping;

  /**
   * For a job that writes to a sink.
   *
   * @param tables what was planned; where rows of the target were kept, some columns of the
   *     source's would make rows of them that neither side ever had
   */
  Columnwise(Sink<C> sink, Collection<PlannedTable> tables) {
    this.sink = sink;
    this.keeping =
        tables.stream()
            .filter(table -> table.preparation() == Preparation.KEEP)
            .map(table -> table.definition().id())
            .collect(Collectors.toUnmodifiableSet());
    this.isTaken = sink instanceof ColumnwiseSink;
  }

  /**
   * A part as the sink can be given it.
   *
   * @param copying says of a table whether it is not yet copied as a whole
   * @throws UnsupportedChangeException if the sink cannot be given it
   */
  TransactionPart<C> fit(TransactionPart<C> part, Predicate<TableId> copying) {
    boolean early = false;
    for (C change : part.changes()) {
      if (!isTaken && change instanceof TableChange row && !row.isWhole()) {
        throw refused(row.table().source());
      }
      if (change instanceof RowUpdate update && isOfKept(update)) {
        throw refusedForKept(update.table().source());
      }
      early |= isEarly(change, copying);
    }
    if (!early) {
      return part;
    }
    List<C> changes = new ArrayList<>(part.changes().size());
    for (C change : part.changes()) {
      changes.add(isEarly(change, copying) ? early(change) : change);
    }
    return part.withChanges(changes);
  }

  private static boolean isEarly(Change change, Predicate<TableId> copying) {
    return change instanceof RowUpdate update
        && !update.table().isWritable(update.after())
        && copying.test(update.table().source());
  }

  private boolean isOfKept(RowUpdate update) {
    return !keeping.isEmpty()
        && keeping.contains(update.table().source())
        && !update.table().isWritable(update.after());
  }

  /** Only sources of table changes have updates of rows, so the result is a change of the job. */
  @SuppressWarnings("unchecked")
  private C early(C change) {
    return (C) ((RowUpdate) change).asEarly();
  }

  private UnsupportedChangeException refused(TableId table) {
    return new UnsupportedChangeException(
        ("Cannot write a change of table '%s' to '%s': the source's log has only some columns of"
                + " the row, and this sink takes whole rows only. Let the source log whole rows in"
                + " every session, and load the table again.")
            .formatted(table, sink));
  }

  private static UnsupportedChangeException refusedForKept(TableId table) {
    return new UnsupportedChangeException(
        ("Cannot write an update of table '%s': the source's log has only some columns of the row,"
                + " and the table's rows at the target were kept (KEEP_ROWS), so the others may be"
                + " of another row. Let the source log whole rows in every session, or load the"
                + " table with another value of existingTables.")
            .formatted(table));
  }
}
