package dev.syncline.mysql;

import dev.syncline.change.CascadeGroup;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The groups of tables between which foreign keys cascade at the target. Immutable. */
final class Cascades {

  /** No table is in a group. */
  static final Cascades NONE = new Cascades(List.of());

  private final Map<TableId, CascadeGroup> groups = new HashMap<>();
  private final Set<TableId> circular = new HashSet<>();

  private Cascades(List<CascadeGroup> groups) {
    for (CascadeGroup group : groups) {
      Map<TableId, Set<TableId>> parents = parents(group);
      for (TableDefinition table : group.tables()) {
        this.groups.put(table.id(), group);
        if (ancestors(table.id(), parents).contains(table.id())) {
          circular.add(table.id());
        }
      }
    }
  }

  static Cascades of(List<CascadeGroup> groups) {
    return groups.isEmpty() ? NONE : new Cascades(groups);
  }

  /** The group that a table is in. */
  Optional<CascadeGroup> group(TableId table) {
    return Optional.ofNullable(groups.get(table));
  }

  /** Whether rows of a table refer to rows of itself, if only by way of others. */
  boolean isCircular(TableId table) {
    return circular.contains(table);
  }

  private static Map<TableId, Set<TableId>> parents(CascadeGroup group) {
    Map<TableId, Set<TableId>> parents = new HashMap<>();
    for (TableDefinition table : group.tables()) {
      Set<TableId> ids = parents.computeIfAbsent(table.id(), id -> new HashSet<>());
      table.foreignKeys().stream().map(ForeignKey::parent).forEach(ids::add);
    }
    return parents;
  }

  private static Set<TableId> ancestors(TableId table, Map<TableId, Set<TableId>> parents) {
    Set<TableId> found = new HashSet<>();
    Set<TableId> next = parents.getOrDefault(table, Set.of());
    while (!next.isEmpty()) {
      Set<TableId> further = new HashSet<>();
      for (TableId parent : next) {
        if (found.add(parent)) {
          further.addAll(parents.getOrDefault(parent, Set.of()));
        }
      }
      next = further;
    }
    return found;
  }
}
