package dev.syncline.mysql;

/** A statement as messages show it: without its literals, which may be secret, and not too long. */
final class ShownSql {

  private static final int LONGEST = 400;

  private ShownSql() {}

  static String of(String sql, SqlTokens.SqlMode mode) {
    StringBuilder shown = new StringBuilder();
    try {
      SqlTokens tokens = new SqlTokens(sql, mode);
      int end = tokens.start();
      while (!tokens.current().isEnd() && shown.length() < LONGEST) {
        shown.append(tokens.start() > end ? " " : "");
        shown.append(
            switch (tokens.current().kind()) {
              case STRING, HEX, BITS -> "'...'";
              case WORD, QUOTED, NUMBER, SYMBOL, END -> sql.substring(tokens.start(), tokens.end());
            });
        end = tokens.end();
        tokens.next();
      }
      return tokens.current().isEnd() ? shown.toString() : shown + " ...";
    } catch (IllegalArgumentException e) {
      return shown + " ...";
    }
  }
}
