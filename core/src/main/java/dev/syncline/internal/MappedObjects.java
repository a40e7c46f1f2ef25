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
    Set<String> changed = new HashSet<>();
    for (TableDefinition table : tables) {
      if (!shapes.isSame(table)) {
        changed.add(table.id().database());
      }
    }
    List<SchemaObject> objects = new ArrayList<>();
    List<LeftOut> leftOut = new ArrayList<>(found.unreadable());
    for (SchemaObject object : found.objects()) {
      if (isConcerned(object, changed) || isMoved(object, shapes.mapping())) {
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

  private static boolean isConcerned(SchemaObject object, Set<String> changed) {
    return changed.contains(object.database())
        || object.needs().stream().map(TableId::database).anyMatch(changed::contains);
  }

  private static boolean isMoved(SchemaObject object, Mapping mapping) {
    TableId there = mapping.target(new TableId(object.database(), object.name()));
    return !mapping.folded(there.database()).equals(mapping.folded(object.database()));
  }
}
