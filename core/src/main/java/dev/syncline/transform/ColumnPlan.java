package dev.syncline.transform;

import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a transform makes of one definition of a table and of the rows that fit it. Immutable.
 *
 * @param before the definition in front of the transform
 * @param after the definition behind it
 * @param cells where the values of its columns come from; empty if rows stay as they are
 */
record ColumnPlan(TableDefinition before, TableDefinition after, List<Cell> cells) {

  /** Which row of a change a value is for. */
  enum Image {
    /** The row before a change. It tells which row is meant, and nothing else is written of it. */
    BEFORE,
    /** A row that is written. */
    AFTER
  }

  /** Gives a column of a row its value. */
  @FunctionalInterface
  interface Cell {

    /** The value; {@link Row#ABSENT} if the row lacks what it needs. */
    @Nullable Object value(Row row, Image image);

    /** Takes over the value of a column. */
    static Cell copy(int ordinal) {
      return (row, image) -> row.has(ordinal) ? row.value(ordinal) : Row.ABSENT;
    }
  }

  ColumnPlan {
    cells = List.copyOf(cells);
  }

  static ColumnPlan unchanged(TableDefinition table) {
    return new ColumnPlan(table, table, List.of());
  }

  /** One cell for each column of a table, which takes over its value. */
  static List<Cell> copies(TableDefinition table) {
    return IntStream.range(0, table.columns().size()).mapToObj(Cell::copy).toList();
  }

  TableChange apply(TableChange change) {
    if (cells.isEmpty() && after.equals(before)) {
      return change;
    }
    if (change instanceof RowInsert insert) {
      return new RowInsert(after, row(insert.after(), Image.AFTER), insert.unchecked());
    }
    if (change instanceof RowUpdate update) {
      return new RowUpdate(
          after,
          row(update.before(), Image.BEFORE),
          row(update.after(), Image.AFTER),
          update.unchecked(),
          update.early());
    }
    if (change instanceof RowDelete delete) {
      return new RowDelete(after, row(delete.before(), Image.BEFORE), delete.unchecked());
    }
    return new SnapshotRow(after, row(((SnapshotRow) change).row(), Image.AFTER));
  }

  private Row row(Row row, Image image) {
    if (cells.isEmpty()) {
      return row;
    }
    @Nullable Object[] values = new Object[cells.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = cells.get(i).value(row, image);
    }
    return row.isWhole() ? Row.wrapWhole(values) : Row.wrap(values);
  }
}
