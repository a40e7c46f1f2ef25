package dev.syncline.mysql;

import dev.syncline.mysql.NamePlaces.Edit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Where the query of a view names tables. A server that keeps names of tables in lower case takes
 * them, and the names that a query gives to them, in any case; others do not. Used once.
 */
final class QueryNames {

  /** Words behind which no tables are named until the next {@code FROM}. */
  private static final Set<String> BEHIND_TABLES =
      Set.of(
          "SELECT",
          "WHERE",
          "GROUP",
          "HAVING",
          "WINDOW",
          "ORDER",
          "LIMIT",
          "UNION",
          "EXCEPT",
          "INTERSECT");

  /** Words that begin a query within another one. */
  private static final Set<String> QUERIES = Set.of("SELECT", "WITH", "VALUES");

  private final List<Edit> edits = new ArrayList<>();
  private final Deque<Boolean> outer = new ArrayDeque<>();
  private boolean tables;

  private QueryNames() {}

  /**
   * Puts names of databases and tables, and those that a query gives to tables, into lower case.
   * Beside them may be names of columns that the query reads, of which servers do not tell upper
   * from lower case; but none under which it gives them.
   *
   * @param words the tokens of a statement from the beginning of its query on
   */
  static List<Edit> inLowerCase(List<StatementParts.Word> words) {
    QueryNames names = new QueryNames();
    for (int i = 0; i < words.size(); i++) {
      SqlToken next =
          i + 1 < words.size() ? words.get(i + 1).token() : new SqlToken(SqlToken.Kind.END, "");
      names.take(words.get(i), next);
    }
    return names.edits;
  }

  private void take(StatementParts.Word word, SqlToken next) {
    SqlToken token = word.token();
    if (token.isSymbol('(')) {
      outer.push(tables);
      tables &= !QUERIES.contains(next.keyword());
    } else if (token.isSymbol(')') && !outer.isEmpty()) {
      tables = outer.pop();
    } else if (token.is("FROM")) {
      tables = true;
    } else if (BEHIND_TABLES.contains(token.keyword())) {
      tables = false;
    } else if (token.isName() && (tables || next.isSymbol('.'))) {
      String lower = token.text().toLowerCase(Locale.ROOT);
      if (!lower.equals(token.text())) {
        boolean quoted = token.kind() == SqlToken.Kind.QUOTED;
        edits.add(new Edit(word.start(), word.end(), quoted ? SqlNames.quote(lower) : lower));
      }
    }
  }
}
