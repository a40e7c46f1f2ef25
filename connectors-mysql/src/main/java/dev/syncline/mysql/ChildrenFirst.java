package dev.syncline.mysql;

import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The order in which servers let tables be dropped that foreign keys bind: before 8.0, and MariaDB,
 * look at each table of a list by itself. In a circle there is no such order.
 */
final class ChildrenFirst {

  private final Map<TableId, List<TableId>> children = new HashMap<>();
  private final Set<TableId> ordered = new LinkedHashSet<>();
  private final Set<TableId> seen = new LinkedHashSet<>();

  private ChildrenFirst(Collection<TableDefinition> tables) {
    for (TableDefinition table : tables) {
      for (ForeignKey key : table.foreignKeys()) {
        children.computeIfAbsent(key.parent(), parent -> new ArrayList<>()).add(table.id());
      }
    }
  }

  /** The tables with children in front of their parents, otherwise ordered by name. */
  static List<TableId> order(Collection<TableDefinition> tables) {
    Map<TableId, TableDefinition> sorted = new TreeMap<>();
    tables.forEach(table -> sorted.put(table.id(), table));
    ChildrenFirst order = new ChildrenFirst(sorted.values());
    sorted.keySet().forEach(order::take);
    return List.copyOf(order.ordered);
  }

  private void take(TableId table) {
    if (seen.add(table)) {
      children.getOrDefault(table, List.of()).forEach(this::take);
      ordered.add(table);
    }
  }
}
