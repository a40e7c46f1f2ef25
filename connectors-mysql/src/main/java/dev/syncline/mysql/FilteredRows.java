package dev.syncline.mysql;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.RowDecoders.RowDecoder;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Leaves out the rows that do not take part, as if the table held the others only: a row that comes
 * to take part is inserted, one that no longer does is deleted. Used by one thread.
 */
final class FilteredRows implements RowDecoder {
  private final RowDecoder all;
  private final TableFilter filter;

  FilteredRows(RowDecoder all, TableFilter filter) {
    this.all = all;
    this.filter = filter;
  }

  @Override
  public Iterator<TableChange> decode(RawEvent rows) {
    return new Kept(all.decode(rows));
  }

  /** What a change is to the rows that take part; null if nothing. */
  @Nullable TableChange kept(TableChange change) {
    if (change instanceof RowInsert insert) {
      return takesPart(insert.after()) ? insert : null;
    }
    if (change instanceof RowDelete delete) {
      return takesPart(delete.before()) ? delete : null;
    }
    return kept((RowUpdate) change);
  }

  private @Nullable TableChange kept(RowUpdate update) {
    boolean before = takesPart(update.before());
    boolean after = takesPart(update.after());
    if (before && after) {
      return update;
    }
    if (before) {
      return new RowDelete(update.table(), update.before(), update.unchecked());
    }
    if (!after) {
      return null;
    }
    if (!update.table().isWritable(update.after())) {
      throw lacking("values of a row that comes to take part");
    }
    return new RowInsert(update.table(), update.after(), update.unchecked());
  }

  private boolean takesPart(Row row) {
    for (int column : filter.columns()) {
      if (!row.has(column)) {
        throw lacking("column '" + filter.table().columns().get(column).name() + "'");
      }
    }
    return filter.test(row);
  }

  private UnsupportedChangeException lacking(String what) {
    return new UnsupportedChangeException(
        ("Cannot tell which rows of table '%s' take part: the log has left out %s. Set"
                + " binlog_row_image=FULL in every session of the source, and load the table"
                + " again.")
            .formatted(filter.table().id(), what));
  }

  /** The changes that are left, each looked for when it is asked whether there is one. */
  private final class Kept implements Iterator<TableChange> {
    private final Iterator<TableChange> changes;
    private @Nullable TableChange next;

    Kept(Iterator<TableChange> changes) {
      this.changes = changes;
    }

    @Override
    public boolean hasNext() {
      while (next == null && changes.hasNext()) {
        next = kept(changes.next());
      }
      return next != null;
    }

    @Override
    public TableChange next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      TableChange taken = Objects.requireNonNull(next);
      next = null;
      return taken;
    }
  }
}
