package dev.syncline.mysql;

/**
 * Cuts an SQL text of MySQL or MariaDB into tokens, one after the other, without comments. What
 * stands in a conditional comment counts as if it stood outside. Not thread-safe.
 */
final class SqlTokens {
  private static final SqlToken END = new SqlToken(SqlToken.Kind.END, "");

  private final String sql;
  private final SqlMode mode;
  private int at;
  private int start;
  private SqlToken current = END;

  /**
   * How the session that wrote the text read quotes.
   *
   * @param ansiQuotes whether double quotes enclose names
   * @param backslashEscapes whether a backslash in a string hides the character behind it
   */
  record SqlMode(boolean ansiQuotes, boolean backslashEscapes) {
    static final SqlMode DEFAULT = new SqlMode(false, true);

    private static final long ANSI_QUOTES = 1L << 2;
    private static final long NO_BACKSLASH_ESCAPES = 1L << 20;

    /** The mode in the bits of {@code sql_mode}. */
    static SqlMode of(long bits) {
      return new SqlMode((bits & ANSI_QUOTES) != 0, (bits & NO_BACKSLASH_ESCAPES) == 0);
    }
  }

  /** Stands on the first token. */
  SqlTokens(String sql, SqlMode mode) {
    this.sql = sql;
    this.mode = mode;
    next();
  }

  /** The token on which it stands. */
  SqlToken current() {
    return current;
  }

  /** Where the token on which it stands begins in the text. */
  int start() {
    return start;
  }

  /** Where the token on which it stands ends in the text. */
  int end() {
    return at;
  }

  /**
   * Goes on to the next token and returns it.
   *
   * @throws IllegalArgumentException if a quote or a comment does not end
   */
  SqlToken next() {
    skipBlanksAndComments();
    start = at;
    current = at == sql.length() ? END : read();
    return current;
  }

  /** Goes on if it stands on the keyword, which is given in capital letters. */
  boolean skip(String keyword) {
    boolean found = current.is(keyword);
    if (found) {
      next();
    }
    return found;
  }

  /** Goes on if it stands on the symbol. */
  boolean skip(char symbol) {
    boolean found = current.isSymbol(symbol);
    if (found) {
      next();
    }
    return found;
  }

  private void skipBlanksAndComments() {
    while (at < sql.length()) {
      char c = sql.charAt(at);
      if (c <= ' ') {
        at++;
      } else if (c == '#' || isDashComment()) {
        int end = sql.indexOf('\n', at);
        at = end < 0 ? sql.length() : end + 1;
      } else if (sql.startsWith("*/", at)) {
        at += 2;
      } else if (sql.startsWith("/*", at)) {
        skipComment();
      } else {
        return;
      }
    }
  }

  private boolean isDashComment() {
    return sql.startsWith("--", at) && (at + 2 == sql.length() || sql.charAt(at + 2) <= ' ');
  }

  private void skipComment() {
    boolean mySql = sql.startsWith("/*!", at);
    boolean mariaDb = sql.startsWith("/*M!", at);
    if (mySql || mariaDb) {
      at += mySql ? 3 : 4;
      while (at < sql.length() && Character.isDigit(sql.charAt(at))) {
        at++;
      }
      return;
    }
    int end = sql.indexOf("*/", at + 2);
    if (end < 0) {
      throw new IllegalArgumentException("a comment does not end");
    }
    at = end + 2;
  }

  private SqlToken read() {
    char c = sql.charAt(at);
    if (c == '`' || (c == '"' && mode.ansiQuotes())) {
      return new SqlToken(SqlToken.Kind.QUOTED, quoted(c, false));
    }
    if (c == '\'' || c == '"') {
      quoted(c, mode.backslashEscapes());
      return new SqlToken(SqlToken.Kind.STRING, "");
    }
    int start = at++;
    if (!isWordCharacter(c)) {
      return new SqlToken(SqlToken.Kind.SYMBOL, Character.toString(c));
    }
    while (at < sql.length() && isWordCharacter(sql.charAt(at))) {
      at++;
    }
    return new SqlToken(SqlToken.Kind.WORD, sql.substring(start, at));
  }

  private String quoted(char quote, boolean escapes) {
    StringBuilder text = new StringBuilder();
    at++;
    while (at < sql.length()) {
      char c = sql.charAt(at++);
      if (c == quote && (at == sql.length() || sql.charAt(at) != quote)) {
        return text.toString();
      }
      // A doubled quote and a hidden character are two characters for one.
      if (c == quote || (escapes && c == '\\')) {
        at++;
      }
      if (quote == '`' || mode.ansiQuotes()) {
        text.append(c);
      }
    }
    throw new IllegalArgumentException("a quote does not end");
  }

  private static boolean isWordCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '$'
        || c >= 0x80;
  }
}
