package dev.syncline.mysql;

import dev.syncline.TargetNames;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableEffect;

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
  static TargetStatement of(SchemaChange change, TargetNames names) {
    SchemaChange.Statement statement = change.statement().orElseThrow();
    if (!names.areSame()) {
      String sql = statement.text();
      SqlTokens.SqlMode mode = StatementSettings.mode(statement.settings());
      throw new UnsupportedChangeException(
          ("Cannot run the statement '%s' on %s at the target, which has other names or columns:"
                  + " names in statements are not replaced. Change the target by hand, and choose"
                  + " schemaChanges(IGNORE) until the job is behind it.")
              .formatted(
                  ShownSql.of(sql, mode),
                  change.effects().stream().map(TableEffect::table).distinct().toList()));
    }
    return new TargetStatement(statement.text(), statement.database());
  }
}
