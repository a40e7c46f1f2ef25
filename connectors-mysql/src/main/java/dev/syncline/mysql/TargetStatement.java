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
 * @param text the text, for the server of the target
 * @param database the default database; empty if there is none
 * @param effects what it does to the tables of the target
 */
record TargetStatement(StatementText text, String database, List<TableEffect> effects) {

  /** Copies the list. */
  TargetStatement {
    effects = List.copyOf(effects);
  }

  String sql() {
    return text.sql();
  }

  /**
   * The statement of a change; empty if it says nothing of what the target has.
   *
   * @param target the server that is to run it, in whose words it is if it does not say so itself
   * @throws UnsupportedChangeException if a name cannot be replaced
   */
  static Optional<TargetStatement> of(SchemaChange change, TargetNames names, SqlVersion target) {
    SchemaChange.Statement statement = change.statement().orElseThrow();
    boolean folds = "1".equals(statement.settings().get(StatementSettings.LOWER_CASE));
    SqlTokens.SqlMode mode = StatementSettings.mode(statement.settings());
    SqlVersion source = source(statement, target);
    if (names.areSame() && !folds) {
      StatementText text = new StatementText(statement.text(), mode, source).forServer(target);
      return Optional.of(new TargetStatement(text, statement.database(), change.effects()));
    }
    try {
      return new StatementTranslation(change, names, source)
          .sql()
          .map(
              sql ->
                  new TargetStatement(
                      new StatementText(sql, mode, target),
                      database(statement, names),
                      names.effects(change)));
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

  /** The server that has logged a statement; the target's, if that is not said. */
  static SqlVersion source(SchemaChange.Statement statement, SqlVersion target) {
    return SqlVersion.parse(statement.settings().getOrDefault(StatementSettings.SERVER, ""))
        .orElse(target);
  }

  /** Some words mean what the default database has. One that takes no part is not there. */
  private static String database(SchemaChange.Statement statement, TargetNames names) {
    return names.database(statement.database()).orElse("");
  }
}
