package dev.syncline.mysql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Cuts an SQL text of MySQL or MariaDB into tokens, one after the other, without comments. What
 * stands in a conditional comment counts as if it stood outside, unless the server is known and
 * passes over it. Not thread-safe.
 */
final class SqlTokens {
  private static final SqlToken END = new SqlToken(SqlToken.Kind.END, "");

  private static final int VERSION_DIGITS = 5;

  private final String sql;
  private final SqlMode mode;
  private final Optional<SqlVersion> server;
  private final List<Span> conditions = new ArrayList<>();
  private int at;
  private int start;
  private int open;
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

  /** A piece of the text. */
  record Span(int start, int end) {}

  /** Stands on the first token; takes every conditional comment. */
  SqlTokens(String sql, SqlMode mode) {
    this(sql, mode, Optional.empty());
  }

  /** Stands on the first token; takes the conditional comments that a server takes. */
  SqlTokens(String sql, SqlMode mode, SqlVersion server) {
    this(sql, mode, Optional.of(server));
  }

  private SqlTokens(String sql, SqlMode mode, Optional<SqlVersion> server) {
    this.sql = sql;
    this.mode = mode;
    this.server = server;
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
   * The beginnings and ends of conditional comments so far whose content was taken, and whole ones
   * whose content was not.
   */
  List<Span> conditions() {
    return conditions;
  }

  /**
   * Goes on to the next token and returns it.
   *
   * @throws IllegalArgumentException if a quote or a comment does not end
   */
  SqlToken next() {
    boolean behindDot = current.isSymbol('.') && at > start;
    int before = at;
    skipBlanksAndComments();
    start = at;
    current = at == sql.length() ? END : read(behindDot && at == before);
    if (current.isEnd() && open > 0) {
      throw new IllegalArgumentException("a comment does not end");
    }
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
      if (isBlank(c)) {
        at++;
      } else if (c == '#' || isDashComment()) {
        int end = sql.indexOf('\n', at);
        at = end < 0 ? sql.length() : end + 1;
      } else if (open > 0 && sql.startsWith("*/", at)) {
        open--;
        conditions.add(new Span(at, at + 2));
        at += 2;
      } else if (sql.startsWith("/*", at)) {
        skipComment();
      } else {
        return;
      }
    }
  }

  /** Other control characters are no blanks to the servers. */
  private static boolean isBlank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  private boolean isDashComment() {
    return sql.startsWith("--", at) && (at + 2 == sql.length() || sql.charAt(at + 2) <= ' ');
  }

  private void skipComment() {
    int from = at;
    boolean ofMariaDb = sql.startsWith("/*M!", at);
    if (!ofMariaDb && !sql.startsWith("/*!", at)) {
      at = commentEnd(at + 2);
      return;
    }
    at += ofMariaDb ? 4 : 3;
    boolean six = server.isEmpty() || server.get().readsSixDigits();
    int digits = Math.min(digits(at), six ? VERSION_DIGITS + 1 : VERSION_DIGITS);
    int version = 0;
    if (digits >= VERSION_DIGITS) {
      version = Integer.parseInt(sql.substring(at, at + digits));
      at += digits;
    }
    if (server.isEmpty() || server.get().takes(ofMariaDb, version)) {
      open++;
      conditions.add(new Span(from, at));
    } else {
      // MySQL looks for nothing in what is MariaDB's.
      boolean plain = ofMariaDb && !server.get().mariaDb();
      at = plain ? commentEnd(from + 2) : ignoredEnd();
      conditions.add(new Span(from, at));
    }
  }

  private int digits(int from) {
    int to = from;
    while (to < sql.length() && isDigit(sql.charAt(to))) {
      to++;
    }
    return to - from;
  }

  private int commentEnd(int from) {
    int end = sql.indexOf("*/", from);
    if (end < 0) {
      throw new IllegalArgumentException("a comment does not end");
    }
    return end + 2;
  }

  /** What is passed over may have comments in it, but no deeper ones. */
  private int ignoredEnd() {
    int end = commentEnd(at);
    int inner = sql.indexOf("/*", at);
    while (inner >= 0 && inner < end - 2) {
      int innerEnd = commentEnd(inner + 2);
      end = commentEnd(innerEnd);
      inner = sql.indexOf("/*", innerEnd);
    }
    return end;
  }

  private SqlToken read(boolean behindDot) {
    char c = sql.charAt(at);
    if (c == '`' || (c == '"' && mode.ansiQuotes())) {
      return new SqlToken(SqlToken.Kind.QUOTED, quoted(false));
    }
    if (c == '\'' || c == '"') {
      return new SqlToken(SqlToken.Kind.STRING, quoted(mode.backslashEscapes()));
    }
    boolean point = c == '.' && !behindDot && at + 1 < sql.length() && isDigit(sql.charAt(at + 1));
    if (point && !followsName()) {
      return number();
    }
    if (!isWordCharacter(c)) {
      at++;
      return new SqlToken(SqlToken.Kind.SYMBOL, Character.toString(c));
    }
    if (isDigit(c) && !behindDot) {
      return numberOrWord();
    }
    return introduced().orElseGet(this::word);
  }

  /** Whether a name stands right before, so that a point separates names. */
  private boolean followsName() {
    return current.isName() && !isBlankBefore();
  }

  private boolean isBlankBefore() {
    return isBlank(sql.charAt(at - 1)) || sql.startsWith("*/", at - 2);
  }

  private SqlToken word() {
    int from = at;
    while (at < sql.length() && isWordCharacter(sql.charAt(at))) {
      at++;
    }
    return new SqlToken(SqlToken.Kind.WORD, sql.substring(from, at));
  }

  /** A string with a letter before it that says what it is. */
  private Optional<SqlToken> introduced() {
    if (at + 1 >= sql.length() || sql.charAt(at + 1) != '\'') {
      return Optional.empty();
    }
    char c = Character.toUpperCase(sql.charAt(at));
    if (c != 'N' && c != 'X' && c != 'B') {
      return Optional.empty();
    }
    at++;
    String text = quoted(c == 'N' && mode.backslashEscapes());
    boolean digits =
        c == 'X'
            ? text.length() % 2 == 0 && text.chars().allMatch(d -> Character.digit(d, 16) >= 0)
            : text.chars().allMatch(d -> d == '0' || d == '1');
    if (c != 'N' && !digits) {
      throw new IllegalArgumentException("the literal '" + text + "' has other digits");
    }
    SqlToken.Kind kind =
        c == 'N' ? SqlToken.Kind.STRING : c == 'X' ? SqlToken.Kind.HEX : SqlToken.Kind.BITS;
    return Optional.of(new SqlToken(kind, text));
  }

  /** A number such as 1, 1.5, 1e5 or 0x1F, or a name such as 1a. */
  private SqlToken numberOrWord() {
    int from = at;
    SqlToken word = word();
    String text = word.text();
    if (text.matches("0x[0-9a-fA-F]+")) {
      return new SqlToken(SqlToken.Kind.HEX, text.substring(2));
    }
    if (text.matches("0b[01]+")) {
      return new SqlToken(SqlToken.Kind.BITS, text.substring(2));
    }
    int digits = digits(from);
    boolean whole = from + digits == at;
    boolean exponent = !whole && isExponent(from + digits);
    if (!whole && !exponent) {
      return word;
    }
    at = from;
    return number();
  }

  /** Whether an E with digits stands at a place, with or without a sign. */
  private boolean isExponent(int place) {
    if (place >= sql.length() || Character.toUpperCase(sql.charAt(place)) != 'E') {
      return false;
    }
    boolean sign = sql.startsWith("+", place + 1) || sql.startsWith("-", place + 1);
    return digits(place + (sign ? 2 : 1)) > 0;
  }

  private SqlToken number() {
    int from = at;
    at += digits(at);
    if (at < sql.length() && sql.charAt(at) == '.') {
      at++;
      at += digits(at);
    }
    if (isExponent(at)) {
      at += 2;
      at += digits(at);
    }
    return new SqlToken(SqlToken.Kind.NUMBER, sql.substring(from, at));
  }

  private String quoted(boolean escapes) {
    char quote = sql.charAt(at++);
    StringBuilder text = new StringBuilder();
    while (at < sql.length()) {
      char c = sql.charAt(at++);
      if (c == quote && (at == sql.length() || sql.charAt(at) != quote)) {
        return text.toString();
      }
      if (c == quote) {
        at++;
      } else if (escapes && c == '\\' && at < sql.length()) {
        appendEscaped(text, sql.charAt(at++));
        continue;
      }
      text.append(c);
    }
    throw new IllegalArgumentException("a quote does not end");
  }

  private static void appendEscaped(StringBuilder text, char c) {
    switch (c) {
      case '0' -> text.append('\0');
      case 'b' -> text.append('\b');
      case 'n' -> text.append('\n');
      case 'r' -> text.append('\r');
      case 't' -> text.append('\t');
      case 'Z' -> text.append((char) 0x1A);
      // These stay hidden, for LIKE.
      case '_', '%' -> text.append('\\').append(c);
      default -> text.append(c);
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isWordCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || isDigit(c)
        || c == '_'
        || c == '$'
        || c >= 0x80;
  }
}
