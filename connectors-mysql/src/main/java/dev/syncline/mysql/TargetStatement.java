package dev.syncline.mysql;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import java.util.List;

/**
 * A statement of the source in the words of the target. The one place where names are replaced.
 *
 * @param sql the text
 * @param database the default database; empty if there is none
 */
record TargetStatement(String sql, String database) {

  /**
   * The statement of a change.
   *
   * @throws UnsupportedChangeException if a name cannot be replaced
   */
  static TargetStatement of(SchemaChange change) {
    for (TableEffect effect : change.effects()) {
      for (TableDefinition table : tables(effect)) {
        if (!table.id().equals(table.source())) {
          throw new UnsupportedChangeException(
              ("Cannot run a statement on table '%s' at the target, where it has the name '%s':"
                      + " names in statements are not replaced.")
                  .formatted(table.source(), table.id()));
        }
      }
    }
    SchemaChange.Statement statement = change.statement().orElseThrow();
    return new TargetStatement(statement.text(), statement.database());
  }

  private static List<TableDefinition> tables(TableEffect effect) {
    if (effect instanceof TableEffect.Created created) {
      return List.of(created.after());
    }
    if (effect instanceof TableEffect.Altered altered) {
      return List.of(altered.before(), altered.after());
    }
    if (effect instanceof TableEffect.Renamed renamed) {
      return List.of(renamed.before(), renamed.after());
    }
    if (effect instanceof TableEffect.Dropped dropped) {
      return List.of(dropped.before());
    }
    return effect instanceof TableEffect.Emptied emptied ? List.of(emptied.before()) : List.of();
  }
}
