package dev.syncline.mysql;

import dev.syncline.mysql.SqlTokens.SqlMode;

/** A statement as messages show it: without its literals, which may be secret, and not too long. */
final class ShownSql {

  private static final int LONGEST = 400;
  private static final String HIDDEN = "…";

  private ShownSql() {}

  /** A statement from its beginning on. Numbers are shown, which say how long columns are. */
  static String of(String sql, SqlMode mode) {
    return shown(sql, mode, LONGEST, true);
  }

  /** A piece of a statement, cut off anywhere, in which a number may be the rest of a text. */
  static String piece(String words, SqlMode mode) {
    return shown(words, mode, Integer.MAX_VALUE, false);
  }

  private static String shown(String sql, SqlMode mode, int longest, boolean numbers) {
    StringBuilder shown = new StringBuilder();
    try {
      SqlTokens tokens = new SqlTokens(sql, mode);
      int end = numbers ? tokens.start() : 0;
      while (!tokens.current().isEnd() && shown.length() < longest) {
        String word = sql.substring(tokens.start(), tokens.end());
        if (word.startsWith("$")) {
          throw new IllegalArgumentException("it may be the quote of another language");
        }
        shown.append(tokens.start() > end ? " " : "");
        shown.append(
            switch (tokens.current().kind()) {
              case STRING -> "'" + HIDDEN + "'";
              case HEX, BITS -> HIDDEN;
              case NUMBER -> numbers ? word : HIDDEN;
              case WORD -> numbers || !Character.isDigit(word.charAt(0)) ? word : HIDDEN;
              case QUOTED, SYMBOL, END -> word;
            });
        end = tokens.end();
        tokens.next();
      }
      shown.append(tokens.current().isEnd() ? "" : " " + HIDDEN);
    } catch (IllegalArgumentException e) {
      // What follows is not understood, or a server has cut it off.
      shown.append(" " + HIDDEN);
    }
    return shown.toString().strip();
  }
}
