package dev.syncline.mysql;

import dev.syncline.ObjectKind;
import dev.syncline.TableSelection;
import dev.syncline.change.TableId;
import dev.syncline.mysql.DdlStatement.ObjectChange;
import dev.syncline.mysql.DdlStatement.Verb;
import java.util.List;
import java.util.Set;

/**
 * Which views, routines, triggers and events take part: those that {@link ObjectCatalog} would find
 * at the source.
 *
 * @param selection which tables take part
 * @param kinds the kinds that the job copies
 */
record FollowedObjects(TableSelection selection, Set<ObjectKind> kinds) {

  /** Copies the set. */
  FollowedObjects {
    kinds = Set.copyOf(kinds);
  }

  /** Whether any object of a kind takes part. */
  boolean has(ObjectKind kind) {
    return kinds.contains(kind);
  }

  /** Those of the objects of a statement that take part. */
  List<DdlName> of(ObjectChange change, String database) {
    return change.names().stream().filter(name -> isFollowed(change, name, database)).toList();
  }

  private boolean isFollowed(ObjectChange change, DdlName name, String database) {
    if (name.database().isEmpty() && database.isEmpty()) {
      return false;
    }
    TableId id = name.in(database);
    return switch (change.type()) {
      case VIEW -> has(ObjectKind.VIEW) && selection.includes(id);
      case FUNCTION -> has(ObjectKind.FUNCTION) && selection.includesWhole(id.database());
      case PROCEDURE -> has(ObjectKind.PROCEDURE) && selection.includesWhole(id.database());
      case EVENT -> has(ObjectKind.EVENT) && selection.includesWhole(id.database());
      case TRIGGER -> has(ObjectKind.TRIGGER) && isTriggerSelected(change, id);
      case PACKAGE, SEQUENCE, LIBRARY -> false;
    };
  }

  /** Of one that is dropped the statement does not say of which table it was. */
  private boolean isTriggerSelected(ObjectChange change, TableId trigger) {
    if (change.verb() == Verb.DROP) {
      return selection.includesDatabase(trigger.database());
    }
    return change
        .table()
        .map(table -> selection.includes(table.in(trigger.database())))
        .orElse(false);
  }

  /** Whether a statement that is not understood may be on an object that takes part. */
  boolean mayConcern(String verb, String database) {
    return selection.includesDatabase(database)
        && kinds.stream().anyMatch(kind -> verb.endsWith(" " + kind.name()));
  }
}
