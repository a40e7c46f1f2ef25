package dev.syncline.mysql;

import dev.syncline.mysql.FilterNode.Constant;
import dev.syncline.mysql.FilterNode.Literal;
import dev.syncline.mysql.SqlTokens.SqlMode;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The tokens of a condition with their content and places: strings, and numbers of several tokens.
 * Not thread-safe.
 */
final class FilterTokens {
  private static final Pattern DIGITS = Pattern.compile("[0-9]+");
  private static final Pattern HEX = Pattern.compile("(?:[0-9A-Fa-f]{2})*");

  private final String sql;
  private final SqlTokens tokens;
  private int end;

  FilterTokens(String sql) {
    this.sql = sql;
    this.tokens = guarded(sql);
    checkGap();
  }

  private static SqlTokens guarded(String sql) {
    try {
      return new SqlTokens(sql, SqlMode.DEFAULT);
    } catch (IllegalArgumentException e) {
      throw new FilterException(e.getMessage() + ".");
    }
  }

  /** What stands in a conditional comment counts on some servers only. */
  private void checkGap() {
    String gap = sql.substring(end, tokens.start());
    boolean conditional = gap.contains("/*!") || gap.contains("/*M!");
    boolean endsNone = gap.contains("*/") && !gap.contains("/*");
    if (conditional || endsNone) {
      throw new FilterException(
          "A conditional comment, or the end of one, stands before place %d; write what it holds"
                  .formatted(tokens.start() + 1)
              + " for this server without it.");
    }
  }

  SqlToken current() {
    return tokens.current();
  }

  /** Goes on to the next token. */
  void next() {
    end = tokens.end();
    try {
      SqlToken unused = tokens.next();
    } catch (IllegalArgumentException e) {
      throw new FilterException("Behind place " + end + ", " + e.getMessage() + ".");
    }
    checkGap();
  }

  boolean skip(String keyword) {
    boolean found = current().is(keyword);
    if (found) {
      next();
    }
    return found;
  }

  boolean skip(char symbol) {
    boolean found = current().isSymbol(symbol);
    if (found) {
      next();
    }
    return found;
  }

  /** Whether the next characters are these, of which the first is the token it stands on. */
  boolean isAt(String symbols) {
    return current().kind() == SqlToken.Kind.SYMBOL && sql.startsWith(symbols, tokens.start());
  }

  /** Goes on behind these characters, which are a token each. */
  boolean skipSymbols(String symbols) {
    boolean found = isAt(symbols);
    for (int i = 0; found && i < symbols.length(); i++) {
      next();
    }
    return found;
  }

  void expect(char symbol) {
    if (!skip(symbol)) {
      throw unexpected("'" + symbol + "'");
    }
  }

  void expect(String keyword) {
    if (!skip(keyword)) {
      throw unexpected(keyword);
    }
  }

  /** Says what stands there instead of what may. */
  FilterException unexpected(String expected) {
    return new FilterException(
        "Found %s%s, but expected %s.".formatted(found(), place(), expected));
  }

  /** What stands there. */
  String found() {
    if (current().isEnd()) {
      return "the end";
    }
    String text = sql.substring(tokens.start(), tokens.end());
    return "'" + (text.length() > 40 ? text.substring(0, 40) + "..." : text) + "'";
  }

  /** Where it stands, for messages; counted from 1. */
  String place() {
    return " at place " + (tokens.start() + 1);
  }

  /** Whether the next character follows without a blank. */
  private boolean touches(char symbol) {
    return current().isSymbol(symbol) && tokens.start() == end;
  }

  /** Whether a number begins here. */
  boolean isAtNumber() {
    SqlToken token = current();
    boolean point =
        token.isSymbol('.')
            && tokens.end() < sql.length()
            && Character.isDigit(sql.charAt(tokens.end()));
    return point
        || (token.kind() == SqlToken.Kind.WORD && Character.isDigit(token.text().charAt(0)));
  }

  /** Reads a number, or bytes that begin like one. */
  Constant number() {
    String place = place();
    if (current().text().toLowerCase(Locale.ROOT).startsWith("0x")) {
      String hex = current().text().substring(2);
      next();
      return bytes(hex, place);
    }
    StringBuilder number = new StringBuilder();
    if (!current().isSymbol('.')) {
      number.append(digits(place));
    } else {
      number.append('0');
      end = tokens.start();
    }
    if (touches('.')) {
      next();
      number.append('.');
      boolean hasMore = current().kind() == SqlToken.Kind.WORD && tokens.start() == end;
      number.append(hasMore ? digits(place) : "0");
    }
    return new Constant(Literal.NUMBER, number.toString());
  }

  private String digits(String place) {
    String digits = current().text();
    if (!DIGITS.matcher(digits).matches()) {
      throw new FilterException(
          "'%s'%s is no number in plain digits. Write numbers without an exponent, and names that"
                  .formatted(digits, place)
              + " begin with a digit between back-ticks.");
    }
    next();
    return digits;
  }

  /** Reads the string on which it stands, and those that follow. */
  String string() {
    StringBuilder text = new StringBuilder();
    while (current().kind() == SqlToken.Kind.STRING) {
      append(text, sql.substring(tokens.start(), tokens.end()));
      next();
    }
    return text.toString();
  }

  /** Reads a string of hexadecimal digits. */
  Constant hexString() {
    String place = place();
    return bytes(string(), place);
  }

  private static Constant bytes(String hex, String place) {
    if (!HEX.matcher(hex).matches()) {
      throw new FilterException(
          "The bytes%s are not pairs of hexadecimal digits.".formatted(place));
    }
    return new Constant(Literal.BYTES, hex.toUpperCase(Locale.ROOT));
  }

  private void append(StringBuilder text, String literal) {
    char quote = literal.charAt(0);
    for (int i = 1; i < literal.length() - 1; i++) {
      char c = literal.charAt(i);
      if (c == quote) {
        i++;
        text.append(c);
      } else if (c == '\\') {
        i++;
        appendEscaped(text, literal.charAt(i));
      } else {
        text.append(c);
      }
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean half =
          Character.isHighSurrogate(c)
              ? i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))
              : Character.isLowSurrogate(c)
                  && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
      if (half) {
        throw new FilterException("The string%s has half of a character.".formatted(place()));
      }
    }
  }

  private static void appendEscaped(StringBuilder text, char c) {
    switch (c) {
      case '0' -> text.append('\0');
      case 'b' -> text.append('\b');
      case 'n' -> text.append('\n');
      case 'r' -> text.append('\r');
      case 't' -> text.append('\t');
      case 'Z' -> text.append('\u001A');
      // These keep the backslash, so that patterns can have them.
      case '%', '_' -> text.append('\\').append(c);
      default -> text.append(c);
    }
  }
}
