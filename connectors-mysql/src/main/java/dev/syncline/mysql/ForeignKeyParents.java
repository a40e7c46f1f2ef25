package dev.syncline.mysql;

import dev.syncline.TableStructure;
import dev.syncline.change.TableId;
import dev.syncline.mysql.SqlTokens.SqlMode;
import java.util.Set;
import java.util.TreeSet;

/** Finds the tables that the foreign keys of a table refer to, in the server's own words for it. */
final class ForeignKeyParents {

  private ForeignKeyParents() {}

  /** The tables referred to; a table may be its own parent. */
  static Set<TableId> of(TableStructure table) {
    if (!table.statements().dialect().equals(MySqlCatalog.DIALECT)) {
      return Set.of();
    }
    Set<TableId> parents = new TreeSet<>();
    SqlTokens tokens = new SqlTokens(table.statements().table(), SqlMode.DEFAULT);
    while (!tokens.current().isEnd()) {
      // A reserved word: outside of quotes it begins nothing else.
      if (tokens.skip("REFERENCES")) {
        parents.add(parent(tokens, table.definition().id().database()));
      } else {
        tokens.next();
      }
    }
    return parents;
  }

  private static TableId parent(SqlTokens tokens, String database) {
    String first = tokens.current().text();
    tokens.next();
    return tokens.skip('.')
        ? new TableId(first, tokens.current().text())
        : new TableId(database, first);
  }
}
