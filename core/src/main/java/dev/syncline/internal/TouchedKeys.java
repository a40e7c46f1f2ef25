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
import java.util.Optional;

/**
 * The keys, old and new, that a part of a transaction changes in tables whose snapshot is running.
 *
 * @param keys the keys of each such table in the order of the changes; a key may be there more than
 *     once
 * @param size how many keys there are, long ones counted as several
 */
record TouchedKeys(Map<TableId, List<Touch>> keys, int size) {

  /** More than keys of numbers take. */
  private static final int USUAL_BYTES = 128;

  static final TouchedKeys NONE = new TouchedKeys(Map.of(), 0);

  /**
   * A key that a change touches.
   *
   * @param patch the row after the change if it lacks values, so that the stream does not bring the
   *     row, but only what has changed of it
   */
  record Touch(Row key, Optional<Row> patch) {

    private int size() {
      long bytes = key.approximateBytes() + patch.map(Row::approximateBytes).orElse(0L);
      return 1 + (int) (bytes / USUAL_BYTES);
    }
  }

  /** The keys that changes touch in some tables, given by the columns of their keys. */
  static TouchedKeys of(List<? extends Change> changes, Map<TableId, List<Integer>> keyColumns) {
    if (keyColumns.isEmpty()) {
      return NONE;
    }
    Map<TableId, List<Touch>> keys = new HashMap<>();
    int size = 0;
    for (Change change : changes) {
      if (change instanceof TableChange row) {
        List<Integer> columns = keyColumns.get(row.table().id());
        if (columns != null) {
          List<Touch> touched = keys.computeIfAbsent(row.table().id(), t -> new ArrayList<>());
          int before = touched.size();
          add(row, columns, touched);
          for (Touch touch : touched.subList(before, touched.size())) {
            size += touch.size();
          }
        }
      }
    }
    return size == 0 ? NONE : new TouchedKeys(keys, size);
  }

  private static void add(TableChange change, List<Integer> columns, List<Touch> touched) {
    if (change instanceof RowInsert insert) {
      touched.add(whole(insert.after().pick(columns)));
    } else if (change instanceof RowDelete delete) {
      touched.add(whole(delete.before().pick(columns)));
    } else if (change instanceof RowUpdate update) {
      Row before = update.before().pick(columns);
      Row after = update.after().pick(columns);
      boolean moves = !after.equals(before);
      if (!moves && !update.table().isWritable(update.after())) {
        touched.add(new Touch(before, Optional.of(update.after())));
        return;
      }
      touched.add(whole(before));
      if (moves) {
        // Should the row not be at the target, a move that lacks values is refused there.
        touched.add(whole(after));
      }
    }
  }

  private static Touch whole(Row key) {
    return new Touch(key, Optional.empty());
  }

  /** The ordinals of the columns of a table's key. */
  static List<Integer> columnsOf(TableDefinition table) {
    return table.identity().map(UniqueKey::columns).orElseThrow();
  }
}
