package dev.syncline.mysql;

import dev.syncline.mysql.SqlTokens.SqlMode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Words of a statement that stand in a comment with an exclamation mark and a version, so that
 * older servers, and those of the other product, pass over them.
 *
 * @param mariaDb whether only servers of MariaDB look at them
 * @param version the first version that does, as a number such as 80023; 0 for all
 * @param text the words
 */
record ConditionalComment(boolean mariaDb, int version, String text) {

  private static final Pattern BEGIN = Pattern.compile("/\\*(M?)!(\\d{0,6})");

  /** The conditional words of a statement, in order. */
  static List<ConditionalComment> of(String sql) {
    List<ConditionalComment> comments = new ArrayList<>();
    SqlTokens tokens = new SqlTokens(sql, SqlMode.DEFAULT);
    int end = 0;
    int from = -1;
    boolean mariaDb = false;
    int version = 0;
    while (!tokens.current().isEnd()) {
      String gap = sql.substring(end, tokens.start());
      if (from >= 0 && gap.contains("*/")) {
        comments.add(new ConditionalComment(mariaDb, version, sql.substring(from, end)));
        from = -1;
      }
      Matcher begin = BEGIN.matcher(gap);
      while (begin.find()) {
        from = tokens.start();
        mariaDb = !begin.group(1).isEmpty();
        version = begin.group(2).isEmpty() ? 0 : Integer.parseInt(begin.group(2));
      }
      end = tokens.end();
      tokens.next();
    }
    if (from >= 0) {
      comments.add(new ConditionalComment(mariaDb, version, sql.substring(from, end)));
    }
    return comments;
  }

  /** Whether a server passes over the words. */
  boolean isIgnoredBy(MySqlFacts server) {
    return !SqlVersion.of(server).takes(mariaDb, version);
  }
}
