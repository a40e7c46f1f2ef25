package dev.syncline.internal;

import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the changes of a table belong: a function of the table's definition at the source, the
 * group of tables that it belongs to, and the values of its key, so that it is the same after a
 * restart, whatever became of the target.
 *
 * @param seed what the table's hashes begin with
 * @param key the columns that tell rows apart; empty if all changes of the table have one home,
 *     since it has no such columns, has keys that cannot be followed by their values, or belongs to
 *     a group
 */
record TableRoute(long seed, List<Integer> key) {

  static TableRoute of(TableDefinition table) {
    long seed = KeyHash.of(table.id().toString());
    boolean followed =
        table.uniqueKeys().stream()
            .allMatch(
                key ->
                    key.coverage() == UniqueKey.Coverage.COLUMNS
                        && key.columns().stream()
                            .noneMatch(column -> table.columns().get(column).isGenerated()));
    return new TableRoute(
        seed, followed ? table.identity().map(UniqueKey::columns).orElse(List.of()) : List.of());
  }

  /** The route of all tables of a group, by the name of one of them. */
  static TableRoute ofGroup(TableId first) {
    return new TableRoute(KeyHash.of(first.toString()), List.of());
  }

  boolean hasOneHome() {
    return key.isEmpty();
  }

  /** A number that the changes of one key share. */
  long home(Row row) {
    return hasOneHome() ? KeyHash.mix(seed, 0) : KeyHash.of(seed, row, key);
  }

  /** The lane, from 0, that a number belongs to. */
  static int lane(long home, int lanes) {
    return (int) Long.remainderUnsigned(home, lanes);
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

  /** Any row of a change. */
  static Row anyRow(TableChange change) {
    Row before = before(change);
    return before != null ? before : Objects.requireNonNull(after(change), "a change has a row");
  }
}
