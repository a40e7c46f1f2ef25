package dev.syncline.transform;

import dev.syncline.change.Column;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.UniqueKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Tables with other columns. */
final class Definitions {

  private Definitions() {}

  /** A table with other columns at the places of its own, and perhaps more behind them. */
  static TableDefinition withColumns(TableDefinition table, List<Column> columns) {
    return new TableDefinition(
        table.id(),
        table.source(),
        columns,
        table.uniqueKeys(),
        table.foreignKeys(),
        table.notes());
  }

  /** A table without some columns, and without the keys that these are in. */
  static TableDefinition without(TableDefinition table, Set<Integer> dropped) {
    List<Column> columns = new ArrayList<>();
    int[] moved = new int[table.columns().size()];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = columns.size();
      if (!dropped.contains(i)) {
        columns.add(table.columns().get(i));
      }
    }
    List<UniqueKey> uniqueKeys = new ArrayList<>();
    for (UniqueKey key : table.uniqueKeys()) {
      if (key.columns().stream().noneMatch(dropped::contains)) {
        uniqueKeys.add(new UniqueKey(key.name(), moved(key.columns(), moved), key.coverage()));
      }
    }
    List<ForeignKey> foreignKeys = new ArrayList<>();
    for (ForeignKey key : table.foreignKeys()) {
      if (key.columns().stream().noneMatch(dropped::contains)) {
        foreignKeys.add(
            new ForeignKey(
                key.name(),
                moved(key.columns(), moved),
                key.parent(),
                key.parentColumns(),
                key.onDelete(),
                key.onUpdate(),
                key.logged()));
      }
    }
    return new TableDefinition(
        table.id(), table.source(), columns, uniqueKeys, foreignKeys, table.notes());
  }

  private static List<Integer> moved(List<Integer> ordinals, int[] to) {
    return ordinals.stream().map(ordinal -> to[ordinal]).toList();
  }
}
