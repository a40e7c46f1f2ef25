package dev.syncline.mysql;

import dev.syncline.SyncException;
import dev.syncline.TargetNames;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableEffect;
import java.util.List;
import java.util.Optional;

/**
 * A statement of the source in the words of the target. The one place where names are replaced.
 *
 * @param sql the text
 * @param database the default database; empty if there is none
 * @param effects what it does to the tables of the target
 */
record TargetStatement(String sql, String database, List<TableEffect> effects) {

  /** Copies the list. */
  TargetStatement {
    effects = List.copyOf(effects);
  }

  /**
   * The statement of a change; empty if it says nothing of what the target has.
   *
   * @param server whose words it is in if it does not say so itself
   * @throws UnsupportedChangeException if a name cannot be replaced
   */
  static Optional<TargetStatement> of(SchemaChange change, TargetNames names, SqlVersion server) {
    SchemaChange.Statement statement = change.statement().orElseThrow();
    boolean folds = "1".equals(statement.settings().get(StatementSettings.LOWER_CASE));
    if (names.areSame() && !folds) {
      return Optional.of(
          new TargetStatement(statement.text(), statement.database(), change.effects()));
    }
    SqlVersion version =
        SqlVersion.parse(statement.settings().getOrDefault(StatementSettings.SERVER, ""))
            .orElse(server);
    try {
      return new StatementTranslation(change, names, version)
          .sql()
          .map(sql -> new TargetStatement(sql, database(statement, names), names.effects(change)));
    } catch (IllegalArgumentException | SyncException e) {
      throw new UnsupportedChangeException(
          ("Cannot bring a statement on %s to the target, where tables have other names or columns"
                  + " by the selection or by transforms: %s. Change the target by hand, and choose"
                  + " schemaChanges(IGNORE), or operations(..) without SCHEMA_CHANGE for the table,"
                  + " until the job is behind it. The statement: %s")
              .formatted(
                  change.effects().isEmpty()
                      ? "other objects than tables"
                      : "table "
                          + change.effects().stream().map(TableEffect::table).distinct().toList(),
                  e.getMessage(),
                  ShownSql.of(statement.text(), StatementSettings.mode(statement.settings()))),
          e);
    }
  }

  /** Some words mean what the default database has. One that takes no part is not there. */
  private static String database(SchemaChange.Statement statement, TargetNames names) {
    return names.database(statement.database()).orElse("");
  }
}
