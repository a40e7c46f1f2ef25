package dev.syncline.change;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Tables that change together, because foreign keys between them cascade without the stream saying
 * so. A copy of them is right only if the foreign keys do the same there: all of the tables are
 * loaded as they stand at one position, and what follows is applied in the source's order, by one
 * lane, with foreign keys checked.
 *
 * <p>Foreign keys that do not cascade hold a group together too, since a row that is deleted with
 * checks on must not be referred to any more.
 *
 * @param tables the tables, ordered by name
 */
public record CascadeGroup(List<TableDefinition> tables) {

  /** Copies the list. */
  public CascadeGroup {
    tables = List.copyOf(tables);
  }

  /** The groups among these tables. Keys that refer to other tables than these do not count. */
  public static List<CascadeGroup> of(Collection<TableDefinition> tables) {
    Map<TableId, TableDefinition> left = new TreeMap<>();
    tables.forEach(table -> left.put(table.id(), table));
    Map<TableId, Set<TableId>> neighbours = neighbours(left);
    List<CascadeGroup> groups = new ArrayList<>();
    while (!left.isEmpty()) {
      Set<TableId> ids = connected(left.keySet().iterator().next(), neighbours);
      List<TableDefinition> members = new ArrayList<>();
      ids.forEach(id -> members.add(Objects.requireNonNull(left.remove(id))));
      boolean cascades =
          members.stream()
              .flatMap(member -> member.foreignKeys().stream())
              .anyMatch(key -> key.cascades() && ids.contains(key.parent()));
      if (cascades) {
        groups.add(new CascadeGroup(members));
      }
    }
    return groups;
  }

  private static Map<TableId, Set<TableId>> neighbours(Map<TableId, TableDefinition> tables) {
    Map<TableId, Set<TableId>> neighbours = new TreeMap<>();
    for (TableDefinition table : tables.values()) {
      for (ForeignKey key : table.foreignKeys()) {
        if (tables.containsKey(key.parent())) {
          neighbours.computeIfAbsent(table.id(), id -> new HashSet<>()).add(key.parent());
          neighbours.computeIfAbsent(key.parent(), id -> new HashSet<>()).add(table.id());
        }
      }
    }
    return neighbours;
  }

  private static Set<TableId> connected(TableId first, Map<TableId, Set<TableId>> neighbours) {
    Set<TableId> found = new TreeSet<>();
    List<TableId> open = new ArrayList<>(List.of(first));
    while (!open.isEmpty()) {
      TableId next = open.remove(open.size() - 1);
      if (found.add(next)) {
        open.addAll(neighbours.getOrDefault(next, Set.of()));
      }
    }
    return found;
  }

  /** Whether a table is one of the group. */
  public boolean includes(TableId table) {
    return tables.stream().anyMatch(member -> member.id().equals(table));
  }
}
