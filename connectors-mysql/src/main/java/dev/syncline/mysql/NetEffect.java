package dev.syncline.mysql;

import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a list of changes of one table comes to: the steps after which the table looks as if the
 * changes had been applied one by one, where an insert and an update write their row, whether it is
 * there or not, and the delete of a missing row does nothing.
 *
 * <p>If it can be told which keys are equal at the target, only the last state of each row is
 * written. If not, nothing is left out: changes run in the source's order, and only neighbours of
 * one kind share a statement, which treats its rows one after the other.
 */
final class NetEffect {

  private NetEffect() {}

  /** The steps that the changes come to, in the order in which they must run. */
  static List<TableStep> of(TargetTable table, List<TableChange> changes) {
    if (table.isKeyless()) {
      return keyless(changes);
    }
    Optional<List<TableStep>> reduced = KeyedReduction.of(table, changes);
    return reduced.orElseGet(() -> inOrder(table, changes));
  }

  /**
   * Steps that do what the changes did, each in its turn, so that foreign keys find what they found
   * at the source. Only neighbours of one kind share a statement, which treats its rows one after
   * the other.
   *
   * @param orderedDeletes whether the order of neighbouring deletes matters; a statement that
   *     deletes many rows takes them in an order of its own
   */
  static List<TableStep> oneByOne(
      TargetTable table, List<TableChange> changes, boolean orderedDeletes) {
    if (table.isKeyless()) {
      return keyless(changes);
    }
    Runs runs = new Runs();
    for (TableChange change : changes) {
      Row before = before(change);
      Row after = after(change);
      if (change instanceof RowUpdate update && !table.isWritable(update.after())) {
        runs.add(patch(table, update));
      } else if (before != null && after != null) {
        runs.add(new TableStep.Update(before, after));
      } else if (after != null) {
        runs.write(after);
      } else if (before != null && orderedDeletes) {
        runs.add(new TableStep.Delete(List.of(before)));
      } else if (before != null) {
        runs.delete(before);
      }
    }
    return runs.steps();
  }

  /** The row before a change; null if there was none. */
  static @Nullable Row before(TableChange change) {
    if (change instanceof RowUpdate update) {
      return update.before();
    }
    return change instanceof RowDelete delete ? delete.before() : null;
  }

  /** The row after a change; null if there is none. */
  static @Nullable Row after(TableChange change) {
    if (change instanceof RowInsert insert) {
      return insert.after();
    }
    if (change instanceof RowUpdate update) {
      return update.after();
    }
    return change instanceof SnapshotRow snapshot ? snapshot.row() : null;
  }

  private static TableStep patch(TargetTable table, RowUpdate update) {
    return new TableStep.Patch(update.before(), update.after(), mayBeMissing(table, update));
  }

  /**
   * Whether there is nothing to do for an update that lacks values if its row is not there. A row
   * whose key changes, be it in case only, must be there: no copy would bring it.
   */
  static boolean mayBeMissing(TargetTable table, RowUpdate update) {
    return update.early()
        && update.before().pick(table.identity()).equals(update.after().pick(table.identity()));
  }

  private static List<TableStep> inOrder(TargetTable table, List<TableChange> changes) {
    Runs runs = new Runs();
    for (TableChange change : changes) {
      if (change instanceof RowUpdate update && !table.isWritable(update.after())) {
        runs.add(patch(table, update));
        continue;
      }
      Row before = before(change);
      Row after = after(change);
      boolean keyMoves =
          before != null
              && after != null
              && !before.pick(table.identity()).equals(after.pick(table.identity()));
      if (before != null && after != null && keyMoves && table.hasOwnColumns()) {
        runs.add(new TableStep.Move(before, after));
        continue;
      }
      if (before != null && (after == null || keyMoves)) {
        runs.delete(before);
      }
      if (after != null) {
        runs.write(after);
      }
    }
    return runs.steps();
  }

  private static List<TableStep> keyless(List<TableChange> changes) {
    List<TableStep> steps = new ArrayList<>();
    List<Row> appended = new ArrayList<>();
    for (TableChange change : changes) {
      Row before = before(change);
      Row after = after(change);
      if (before == null && after != null) {
        appended.add(after);
        continue;
      }
      if (!appended.isEmpty()) {
        steps.add(new TableStep.Append(appended));
        appended.clear();
      }
      if (before != null) {
        steps.add(
            after == null ? new TableStep.Remove(before) : new TableStep.Replace(before, after));
      }
    }
    if (!appended.isEmpty()) {
      steps.add(new TableStep.Append(appended));
    }
    return steps;
  }

  /** Joins neighbours of one kind. */
  private static final class Runs {
    private final List<TableStep> steps = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();
    private boolean deletes;

    void write(Row row) {
      begin(false);
      rows.add(row);
    }

    void delete(Row row) {
      begin(true);
      rows.add(row);
    }

    void add(TableStep step) {
      finish();
      steps.add(step);
    }

    List<TableStep> steps() {
      finish();
      return steps;
    }

    private void begin(boolean deleting) {
      if (deletes != deleting) {
        finish();
        deletes = deleting;
      }
    }

    private void finish() {
      if (!rows.isEmpty()) {
        steps.add(deletes ? new TableStep.Delete(rows) : new TableStep.Write(rows));
        rows.clear();
      }
    }
  }
}
