package dev.syncline.mysql;

import dev.syncline.mysql.SqlTokens.SqlMode;
import java.util.List;
import java.util.Optional;

/**
 * A statement and how it is read.
 *
 * @param mode how the session reads quotes
 * @param server the server that reads it, which takes some conditional comments and not others
 */
record StatementText(String sql, SqlMode mode, SqlVersion server) {

  /** Stands on the first token. */
  SqlTokens tokens() {
    return new SqlTokens(sql, mode, server);
  }

  /**
   * What another server is given to do the same: the text as it is written, or, if that server
   * would take other conditional comments, with the words of those that this one takes and without
   * the others. A text that cannot be read stays as it is.
   */
  StatementText forServer(SqlVersion other) {
    boolean plain = !sql.contains("/*!") && !sql.contains("/*M!");
    try {
      return plain || other.equals(server)
          ? new StatementText(sql, mode, other)
          : new StatementText(words(other), mode, other);
    } catch (IllegalArgumentException e) {
      return new StatementText(sql, mode, other);
    }
  }

  private String words(SqlVersion other) {
    SqlTokens ours = tokens();
    SqlTokens theirs = new SqlTokens(sql, mode, other);
    boolean same = ours.current().equals(theirs.current());
    while (!ours.current().isEnd()) {
      same &= ours.next().equals(theirs.next());
    }
    return same
        ? sql
        : new NamePlaces(sql, List.of(), ours.conditions(), Optional.empty())
            .rewrittenForAnyServer(NamePlace::name);
  }
}
