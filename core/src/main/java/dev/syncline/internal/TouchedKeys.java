package dev.syncline.internal;

import dev.syncline.change.Change;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys, old and new, that a part of a transaction changes in tables whose snapshot is running.
 *
 * @param keys the keys of each such table; a key may be there more than once
 * @param size how many keys there are, long ones counted as several
 */
record TouchedKeys(Map<TableId, List<Row>> keys, int size) {

  /** More than keys of numbers take. */
  private static final int USUAL_BYTES = 128;

  static final TouchedKeys NONE = new TouchedKeys(Map.of(), 0);

  /** The keys that changes touch in some tables, given by the columns of their keys. */
  static TouchedKeys of(List<? extends Change> changes, Map<TableId, List<Integer>> keyColumns) {
    if (keyColumns.isEmpty()) {
      return NONE;
    }
    Map<TableId, List<Row>> keys = new HashMap<>();
    int size = 0;
    for (Change change : changes) {
      if (change instanceof TableChange row) {
        List<Integer> columns = keyColumns.get(row.table().id());
        if (columns != null) {
          List<Row> touched = keys.computeIfAbsent(row.table().id(), t -> new ArrayList<>());
          int before = touched.size();
          add(row, columns, touched);
          for (Row key : touched.subList(before, touched.size())) {
            size += 1 + (int) (key.approximateBytes() / USUAL_BYTES);
          }
        }
      }
    }
    return size == 0 ? NONE : new TouchedKeys(keys, size);
  }

  private static void add(TableChange change, List<Integer> columns, List<Row> touched) {
    if (change instanceof RowInsert insert) {
      touched.add(insert.after().pick(columns));
    } else if (change instanceof RowDelete delete) {
      touched.add(delete.before().pick(columns));
    } else if (change instanceof RowUpdate update) {
      Row before = update.before().pick(columns);
      Row after = update.after().pick(columns);
      touched.add(before);
      if (!after.equals(before)) {
        touched.add(after);
      }
    }
  }

  /** The ordinals of the columns of a table's key. */
  static List<Integer> columnsOf(TableDefinition table) {
    return table.identity().map(UniqueKey::columns).orElseThrow();
  }
}
