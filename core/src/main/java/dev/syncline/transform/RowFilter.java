package dev.syncline.transform;

import dev.syncline.SyncException;
import dev.syncline.TableTransform;
import dev.syncline.change.NamedRow;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import java.util.Optional;
import java.util.function.Predicate;

/** Lets rows pass for which a function says so. Thread-safe if that is. */
record RowFilter(TablePattern tables, Predicate<NamedRow> keeps) implements TableTransform {

  @Override
  public boolean isAbout(TableDefinition table) {
    return tables.matches(table.source());
  }

  @Override
  public TableDefinition table(TableDefinition table) {
    return table;
  }

  @Override
  public Optional<TableChange> apply(TableChange change) {
    if (!isAbout(change.table())) {
      return Optional.of(change);
    }
    if (change instanceof RowUpdate update) {
      return update(update);
    }
    Row row =
        change instanceof RowInsert insert
            ? insert.after()
            : change instanceof RowDelete delete ? delete.before() : ((SnapshotRow) change).row();
    return keeps(change.table(), row) ? Optional.of(change) : Optional.empty();
  }

  private Optional<TableChange> update(RowUpdate update) {
    TableDefinition table = update.table();
    boolean before = keeps(table, update.before());
    boolean after = keeps(table, update.after());
    if (before == after) {
      return after ? Optional.of(update) : Optional.empty();
    }
    if (before) {
      return Optional.of(new RowDelete(table, update.before(), update.unchecked()));
    }
    if (!table.isWritable(update.after())) {
      throw new SyncException(
          ("An update of table '%s' brings a row among those that a filter lets pass, but the"
                  + " source's log has only some columns of it. Let the source log whole rows in"
                  + " every session.")
              .formatted(table.source()));
    }
    return Optional.of(new RowInsert(table, update.after(), update.unchecked()));
  }

  private boolean keeps(TableDefinition table, Row row) {
    return keeps.test(new NamedRow(table, row));
  }

  @Override
  public String toString() {
    return "filter of '" + tables.text() + "'";
  }
}
