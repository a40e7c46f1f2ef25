package dev.syncline.internal;

import dev.syncline.LeftOut;
import dev.syncline.ObjectSourceSession.Found;
import dev.syncline.SchemaObject;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which views, routines, events and triggers mean the same at the target. They speak of tables in
 * the source's names, so those in or about databases whose tables are others at the target do not.
 */
final class MappedObjects {

  private MappedObjects() {}

  /** The objects that can be made; the others are among those that cannot. */
  static Found of(Found found, Collection<TableDefinition> tables, Shapes<?> shapes) {
    if (found.objects().isEmpty() || shapes.isIdentity()) {
      return found;
    }
    Set<String> changed = changed(tables, shapes);
    List<SchemaObject> objects = new ArrayList<>();
    List<LeftOut> leftOut = new ArrayList<>(found.unreadable());
    for (SchemaObject object : found.objects()) {
      TableId name = new TableId(object.database(), object.name());
      List<String> named = object.needs().stream().map(TableId::database).toList();
      if (!isKept(name, named, changed, shapes.mapping())) {
        leftOut.add(
            new LeftOut(
                object.kind(),
                object.fullName(),
                "it speaks of tables that have other names or columns at the target, by the"
                    + " selection; make it there by hand"));
      } else {
        objects.add(object);
      }
    }
    return new Found(objects, leftOut);
  }

  /**
   * Whether an object is at the target as at the source, by the tables that are followed.
   *
   * @param databases those that it is known to name beside its own
   */
  static boolean isKept(
      TableId object,
      Collection<String> databases,
      Collection<TableDefinition> tables,
      Shapes<?> shapes) {
    return isKept(object, databases, changed(tables, shapes), shapes.mapping());
  }

  private static boolean isKept(
      TableId object, Collection<String> databases, Set<String> changed, Mapping mapping) {
    return !changed.contains(object.database())
        && databases.stream().noneMatch(changed::contains)
        && !isMoved(object, mapping);
  }

  /** The databases of the source that have tables which are others at the target. */
  private static Set<String> changed(Collection<TableDefinition> tables, Shapes<?> shapes) {
    Set<String> changed = new HashSet<>();
    for (TableDefinition table : tables) {
      if (!shapes.isSame(table)) {
        changed.add(table.id().database());
      }
    }
    return changed;
  }

  private static boolean isMoved(TableId object, Mapping mapping) {
    TableId there = mapping.target(object);
    return !mapping.folded(there.database()).equals(mapping.folded(object.database()));
  }
}
