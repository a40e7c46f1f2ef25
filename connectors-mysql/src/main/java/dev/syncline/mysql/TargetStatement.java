package dev.syncline.mysql;

import dev.syncline.LeftOut;
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
   * What is to be done at the target.
   *
   * @param statement the statement; empty if it says nothing of what the target has
   * @param leftOut what it says of views, routines, triggers and events that the target does not
   *     get
   */
  record Brought(Optional<TargetStatement> statement, List<LeftOut> leftOut) {

    /** Copies the list. */
    Brought {
      leftOut = List.copyOf(leftOut);
    }
  }

  /**
   * The statement of a change.
   *
   * @param target the server that is to run it, in whose words it is if it does not say so itself
   * @throws UnsupportedChangeException if a name cannot be replaced
   */
  static Brought of(SchemaChange change, TargetNames names, TargetServer target) {
    SchemaChange.Statement statement = change.statement().orElseThrow();
    boolean folds = "1".equals(statement.settings().get(StatementSettings.LOWER_CASE));
    SqlTokens.SqlMode mode = StatementSettings.mode(statement.settings());
    SqlVersion source = source(statement, target.version());
    boolean there = isThere(change, target.folding());
    if (names.areSame() && !folds && !there) {
      StatementText text =
          new StatementText(statement.text(), mode, source).forServer(target.version());
      return new Brought(
          Optional.of(new TargetStatement(text, statement.database(), change.effects())),
          List.of());
    }
    try {
      StatementTranslation translation = new StatementTranslation(change, names, source, target);
      Optional<String> sql = there ? translation.sqlOfViews() : translation.sql();
      List<TableEffect> effects = there ? List.of() : names.effects(change);
      return new Brought(
          sql.map(text -> new StatementText(text, mode, target.version()))
              .map(text -> new TargetStatement(text, database(change, names), effects)),
          translation.leftOut());
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

  /** Whether tables get names that a server which does not tell upper from lower case has. */
  private static boolean isThere(SchemaChange change, NameFolding target) {
    return !change.effects().isEmpty()
        && change.effects().stream()
            .allMatch(
                effect ->
                    effect instanceof TableEffect.Renamed renamed
                        && target.isSame(renamed.before().id(), renamed.after().id()));
  }

  /** The server that has logged a statement; the target's, if that is not said. */
  static SqlVersion source(SchemaChange.Statement statement, SqlVersion target) {
    return SqlVersion.parse(statement.settings().getOrDefault(StatementSettings.SERVER, ""))
        .orElse(target);
  }

  /**
   * Some words mean what the default database has. For tables one that takes no part is not there.
   */
  private static String database(SchemaChange change, TargetNames names) {
    String source = change.statement().orElseThrow().database();
    return names.database(source).orElse(change.effects().isEmpty() ? source : "");
  }
}
