package dev.syncline.internal;

import dev.syncline.change.CascadeGroup;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Where the changes of each table belong. Owned by the job's thread. */
final class Routes {

  private static final int MOST_KEPT = 20_000;

  private final Map<TableId, TableId> groups = new HashMap<>();
  private final IdentityHashMap<TableDefinition, TableRoute> routes = new IdentityHashMap<>();

  /** Routes by which all changes of a group of tables have one home. */
  Routes(List<CascadeGroup> groups) {
    for (CascadeGroup group : groups) {
      TableId first = group.tables().get(0).id();
      group.tables().forEach(table -> this.groups.put(table.id(), first));
    }
  }

  /**
   * What the lanes of changes follow from besides their definitions and keys, in words, to be
   * recorded: lanes that were written by other routes must not be taken for these.
   */
  String layout(int lanes) {
    long digest = 0;
    for (Map.Entry<TableId, TableId> member : new TreeMap<>(groups).entrySet()) {
      digest = KeyHash.mix(digest, KeyHash.of(member.getKey().toString()));
      digest = KeyHash.mix(digest, KeyHash.of(member.getValue().toString()));
    }
    return "hash=%d lanes=%d groups=%x".formatted(KeyHash.VERSION, lanes, digest);
  }

  /** The route of a table. Readers give many changes the same definition, so that is looked up. */
  TableRoute of(TableDefinition table) {
    TableRoute route = routes.get(table);
    if (route == null) {
      if (routes.size() >= MOST_KEPT) {
        routes.clear();
      }
      TableId group = groups.get(table.id());
      route = group == null ? TableRoute.of(table) : TableRoute.ofGroup(group);
      routes.put(table, route);
    }
    return route;
  }
}
