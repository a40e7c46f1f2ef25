package dev.syncline.internal;

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

/** A table as it goes into the mapping and as it comes out of it. Immutable. */
final class TableShape {

  /** Stands in the place of an ordinal for the column that says where a row is from. */
  static final int ORIGIN = -1;

  private final TableDefinition target;
  private final List<Integer> ordinals;
  private final boolean keepsRows;
  private final boolean keepsAll;

  /**
   * A table that may change.
   *
   * @param before the table as it goes in
   * @param target the table at the target
   * @param ordinals for each column of the target the ordinal that it had before, or {@link
   *     #ORIGIN}
   */
  TableShape(TableDefinition before, TableDefinition target, List<Integer> ordinals) {
    this.keepsAll = target.equals(before);
    this.target = keepsAll ? before : target;
    this.ordinals = List.copyOf(ordinals);
    this.keepsRows =
        this.ordinals.equals(IntStream.range(0, before.columns().size()).boxed().toList());
  }

  /** The table at the target; the very table that goes in if nothing changes. */
  TableDefinition target() {
    return target;
  }

  /** For each column of the target the ordinal that it had before, or {@link #ORIGIN}. */
  List<Integer> ordinals() {
    return ordinals;
  }

  /** A change as the target is to have it. */
  TableChange map(TableChange change) {
    if (keepsAll) {
      return change;
    }
    if (change instanceof RowInsert insert) {
      return new RowInsert(target, map(insert.after()), insert.unchecked());
    }
    if (change instanceof RowUpdate update) {
      return new RowUpdate(
          target, map(update.before()), map(update.after()), update.unchecked(), update.early());
    }
    if (change instanceof RowDelete delete) {
      return new RowDelete(target, map(delete.before()), delete.unchecked());
    }
    return new SnapshotRow(target, map(((SnapshotRow) change).row()));
  }

  private Row map(Row row) {
    if (keepsRows) {
      return row;
    }
    @Nullable Object[] values = new Object[ordinals.size()];
    for (int i = 0; i < values.length; i++) {
      int ordinal = ordinals.get(i);
      if (ordinal == ORIGIN) {
        values[i] = target.source().toString();
      } else {
        values[i] = row.has(ordinal) ? row.value(ordinal) : Row.ABSENT;
      }
    }
    return row.isWhole() ? Row.wrapWhole(values) : Row.wrap(values);
  }
}
