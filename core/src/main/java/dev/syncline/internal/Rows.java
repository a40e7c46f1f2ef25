package dev.syncline.internal;

import dev.syncline.DeadLetter.Place;
import dev.syncline.Operation;
import dev.syncline.SyncException;
import dev.syncline.Transform;
import dev.syncline.change.Change;
import dev.syncline.change.KeyChange;
import dev.syncline.change.Position;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TransactionPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Sends changes through the job's transforms and gives them their shape at the target. Thread-safe.
 */
record Rows<C extends Change>(Shapes<C> shapes, Counters counters, FailedChanges failed) {

  /** The way of a job's changes. */
  static <C extends Change> Rows<C> of(JobSpec<C> spec, Counters counters) {
    return new Rows<>(
        spec.ends().shapes(),
        counters,
        new FailedChanges(spec.name(), spec.surroundings().deadLetters(), counters));
  }

  /** Leaves out what is not followed of a table. */
  TransactionPart<C> followed(TransactionPart<C> part) {
    if (!shapes.limitsOperations() || part.changes().stream().allMatch(this::isFollowed)) {
      return part;
    }
    List<C> left = new ArrayList<>(part.changes().size());
    for (C change : part.changes()) {
      if (isFollowed(change)) {
        left.add(change);
      } else {
        counters.dropped(change);
      }
    }
    return part.withChanges(left);
  }

  private boolean isFollowed(C change) {
    Operation operation =
        change instanceof RowUpdate
            ? Operation.UPDATE
            : change instanceof RowDelete ? Operation.DELETE : Operation.INSERT;
    return !(change instanceof TableChange row)
        || shapes.operations(row.table().source()).contains(operation);
  }

  /**
   * Transforms and maps a part of a transaction.
   *
   * @param after where the stream stands in front of the transaction
   */
  TransactionPart<C> transform(TransactionPart<C> part, String stream, Position after) {
    if (shapes.isIdentity()) {
      return part;
    }
    List<C> left = new ArrayList<>(part.changes().size());
    for (C change : part.changes()) {
      checkTable(change);
      Optional<C> result = Optional.empty();
      try {
        result = transformed(change);
      } catch (RuntimeException e) {
        Place place = new Place(stream, after.toString(), part.transaction().toString());
        failed.take(change, Optional.of(place), e);
      }
      result.ifPresent(r -> left.add(mapped(r)));
    }
    return part.withChanges(left);
  }

  /** Only sources of table changes have snapshots, so a snapshot row is a change of the job. */
  @SuppressWarnings("unchecked")
  List<SnapshotRow> transform(List<SnapshotRow> rows) {
    if (shapes.isIdentity()) {
      return rows;
    }
    List<SnapshotRow> left = new ArrayList<>(rows.size());
    for (SnapshotRow row : rows) {
      checkTable((C) row);
      Optional<C> result = Optional.empty();
      try {
        result = transformed((C) row);
        result.ifPresent(Rows::checkSnapshotRow);
      } catch (RuntimeException e) {
        result = Optional.empty();
        failed.take(row, Optional.empty(), e);
      }
      result.ifPresent(r -> left.add((SnapshotRow) mapped(r)));
    }
    return left;
  }

  /** What cannot be done to a table is no failure of its rows: it ends the run here. */
  private void checkTable(C change) {
    if (change instanceof TableChange row) {
      shapes.target(row.table());
    }
  }

  private static void checkSnapshotRow(Change change) {
    if (!(change instanceof SnapshotRow)) {
      throw new SyncException(
          "A transform made a "
              + change.getClass().getSimpleName()
              + " of a snapshot row; it must return a SnapshotRow of the same table, or nothing.");
    }
  }

  private Optional<C> transformed(C change) {
    Optional<C> result = Optional.of(change);
    for (Transform<C> transform : shapes.transforms()) {
      if (result.isPresent()) {
        result = transform.apply(result.get());
      }
    }
    if (result.isEmpty()) {
      counters.dropped(change);
      return result;
    }
    return Optional.of(madeLike(change, result.get()));
  }

  /** Each change is mapped to one of its kind. */
  @SuppressWarnings("unchecked")
  private C mapped(C change) {
    if (change instanceof KeyChange key) {
      return (C) shapes.target(key);
    }
    return change instanceof TableChange row
        ? (C) shapes.ofTransformed(row.table()).map(row)
        : change;
  }

  /** A transform that makes a change of another one need not know how the source made that. */
  @SuppressWarnings("unchecked")
  private C madeLike(C change, C result) {
    if (!isWritable(result) && isWritable(change)) {
      // The rows of a copy count on it to come as a whole, as the source's log has it.
      throw new SyncException(
          ("A transform took values away from the row after an update of table '%s'; it must return"
                  + " a change that has all values which the source's log has, or nothing.")
              .formatted(((RowUpdate) result).table().source()));
    }
    boolean unchecked = change instanceof TableChange row && row.unchecked();
    return unchecked && result instanceof TableChange made ? (C) made.asUnchecked() : result;
  }

  private static boolean isWritable(Change change) {
    return !(change instanceof RowUpdate update) || update.table().isWritable(update.after());
  }
}
