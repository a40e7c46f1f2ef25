package dev.syncline.mysql;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.SchemaChange;
import dev.syncline.mysql.DdlStatement.TableOption;
import java.util.List;

/**
 * Refuses statements on tables that name a character set behind a collation, where the target is
 * not known to take that as the source does: on one of them the character set takes the collation
 * back, and keys would hold other values for equal.
 */
final class CollationOrder {

  private CollationOrder() {}

  /**
   * Looks at a statement.
   *
   * @param server the one that is to run it
   * @throws UnsupportedChangeException if the table would get another collation than at the source
   */
  static void check(SchemaChange.Statement statement, SqlVersion server) {
    SqlVersion source = TargetStatement.source(statement, server);
    if (source.keepsCollation().equals(server.keepsCollation())) {
      return;
    }
    SqlTokens.SqlMode mode = StatementSettings.mode(statement.settings());
    if (isBehind(options(new DdlParser(source).parse(statement.text(), mode).statement()))) {
      throw new UnsupportedChangeException(
          ("Cannot run a statement of the source at the target as it was run: it names a character"
                  + " set behind a collation, and servers differ in which of them counts. Run it at"
                  + " the target by hand, with the collation last, and let the job ignore schema"
                  + " changes until it has passed. The statement: %s")
              .formatted(ShownSql.of(statement.text(), mode)));
    }
  }

  private static List<TableOption> options(DdlStatement read) {
    if (read instanceof DdlStatement.CreateTable create) {
      return create.options();
    }
    if (read instanceof DdlStatement.AlterTable alter) {
      return alter.clauses().stream()
          .filter(AlterClause.SetOption.class::isInstance)
          .map(clause -> ((AlterClause.SetOption) clause).option())
          .toList();
    }
    return List.of();
  }

  private static boolean isBehind(List<TableOption> options) {
    boolean collated = false;
    boolean behind = false;
    for (TableOption option : options) {
      if (option.name().equals("COLLATE")) {
        collated = true;
        behind = false;
      } else if (option.name().equals("CHARSET")) {
        behind = collated;
      }
    }
    return behind;
  }
}
