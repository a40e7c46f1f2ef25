package dev.syncline.mysql;

import dev.syncline.change.CascadeGroup;
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
  private final Set<TableId> ordered = new HashSet<>();

  private Cascades(List<CascadeGroup> groups) {
    for (CascadeGroup group : groups) {
      for (TableDefinition table : group.tables()) {
        this.groups.put(table.id(), group);
        if (isOrdered(table, group)) {
          ordered.add(table.id());
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

  /**
   * Whether it matters in which order rows of a table are deleted. It does not where each row that
   * comes to be deleted or emptied hangs on one of them only: then each takes its own rows along,
   * and finds them as if it were alone. So it must not be possible to come from the table to a
   * table by two foreign keys, nor back to itself.
   */
  boolean orderOfDeletesMatters(TableId table) {
    return ordered.contains(table);
  }

  private static boolean isOrdered(TableDefinition table, CascadeGroup group) {
    Set<TableId> reached = withDescendants(table.id(), group);
    return group.tables().stream()
        .filter(member -> reached.contains(member.id()))
        .anyMatch(member -> keysInto(member, reached) > (member.equals(table) ? 0 : 1));
  }

  private static long keysInto(TableDefinition table, Set<TableId> parents) {
    return table.foreignKeys().stream().filter(key -> parents.contains(key.parent())).count();
  }

  /** A table and all whose rows refer to its rows, if only by way of others. */
  private static Set<TableId> withDescendants(TableId table, CascadeGroup group) {
    Set<TableId> reached = new HashSet<>(Set.of(table));
    boolean grows = true;
    while (grows) {
      grows = false;
      for (TableDefinition member : group.tables()) {
        if (keysInto(member, reached) > 0 && reached.add(member.id())) {
          grows = true;
        }
      }
    }
    return reached;
  }
}
