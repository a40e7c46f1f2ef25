package dev.syncline.mysql;

import dev.syncline.mysql.NamePlace.Role;
import dev.syncline.mysql.SqlTokens.Span;
import dev.syncline.mysql.SqlTokens.SqlMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Walks over the tokens of a statement, and notes the names on its way. Whatever is not where it is
 * expected is an {@link IllegalArgumentException} with a reason for messages. Used by one thread.
 */
final class DdlCursor {
  private static final int CONTEXT = 40;

  private final String sql;
  private final SqlMode mode;
  private final List<Piece> pieces = new ArrayList<>();
  private final List<Span> conditions;
  private final List<NamePlace> places = new ArrayList<>();
  private final List<TextPart> parts = new ArrayList<>();
  private final Map<Integer, String> replaced = new HashMap<>();
  private Optional<String> unread = Optional.empty();
  private int at;

  /** A token with its place. */
  record Piece(SqlToken token, int start, int end) {}

  /**
   * Stands on the first token.
   *
   * @throws IllegalArgumentException if a quote or a comment does not end
   */
  DdlCursor(String sql, SqlMode mode, SqlVersion server) {
    this.sql = sql;
    this.mode = mode;
    SqlTokens tokens = new SqlTokens(sql, mode, server);
    while (!tokens.current().isEnd()) {
      pieces.add(new Piece(tokens.current(), tokens.start(), tokens.end()));
      tokens.next();
    }
    conditions = tokens.conditions();
    // A semicolon ends a statement, and nothing may stand behind it.
    if (!pieces.isEmpty() && pieces.get(pieces.size() - 1).token().isSymbol(';')) {
      pieces.remove(pieces.size() - 1);
    }
    pieces.add(new Piece(new SqlToken(SqlToken.Kind.END, ""), sql.length(), sql.length()));
  }

  /** All tokens, the end included. */
  List<Piece> pieces() {
    return pieces;
  }

  /** What stands for tokens that grammars do not know; nothing for those that they do without. */
  Map<Integer, String> replaced() {
    return replaced;
  }

  /** Goes on behind the keywords if it stands on them, which grammars do not know here. */
  boolean skipUnknown(String... keywords) {
    int from = at;
    boolean found = skip(keywords);
    leaveOut(from);
    return found;
  }

  /** Goes on behind a keyword, which grammars do not know here. */
  void expectUnknown(String keyword) {
    int from = at;
    expect(keyword);
    leaveOut(from);
  }

  /** Keeps the tokens passed since a mark from grammars, which do not know them. */
  void leaveOut(int mark) {
    for (int i = mark; i < at; i++) {
      replaced.put(i, "");
    }
  }

  /** Gives grammars other words for a token. */
  void replace(int mark, String words) {
    replaced.put(mark, words);
  }

  /** Goes on, and gives grammars another word for the one on which it stands. */
  void nextAs(String word) {
    replaced.put(at, word);
    next();
  }

  /** The clauses and definitions noted so far, those inside of others before these. */
  List<TextPart> parts() {
    return parts;
  }

  /** Notes what was read since a place as a part of the statement. */
  void notePart(int start, List<AlterClause> clauses, List<TableElement> elements) {
    int end = at == 0 ? start : pieces.get(at - 1).end();
    if (end > start) {
      parts.add(new TextPart(start, end, clauses, elements));
    }
  }

  /** The names noted so far. */
  NamePlaces names() {
    return new NamePlaces(sql, places, conditions, unread);
  }

  SqlToken current() {
    return pieces.get(at).token();
  }

  /** A token further on; the end if there is none. */
  SqlToken ahead(int count) {
    return pieces.get(Math.min(at + count, pieces.size() - 1)).token();
  }

  boolean isEnd() {
    return current().isEnd();
  }

  boolean is(String keyword) {
    return current().is(keyword);
  }

  boolean is(char symbol) {
    return current().isSymbol(symbol);
  }

  /** Whether these keywords follow one another here. */
  boolean are(String... keywords) {
    for (int i = 0; i < keywords.length; i++) {
      if (!ahead(i).is(keywords[i])) {
        return false;
      }
    }
    return true;
  }

  /** Whether it stands on one of the keywords. */
  boolean isAny(String... keywords) {
    for (String keyword : keywords) {
      if (is(keyword)) {
        return true;
      }
    }
    return false;
  }

  void next() {
    at = Math.min(at + 1, pieces.size() - 1);
  }

  /** Goes on behind the keywords if it stands on them. */
  boolean skip(String... keywords) {
    boolean found = are(keywords);
    if (found) {
      at += keywords.length;
    }
    return found;
  }

  /** Goes on behind one of the keywords if it stands on it. */
  boolean skipAny(String... keywords) {
    boolean found = isAny(keywords);
    if (found) {
      next();
    }
    return found;
  }

  boolean skip(char symbol) {
    boolean found = is(symbol);
    if (found) {
      next();
    }
    return found;
  }

  void expect(String... keywords) {
    if (!skip(keywords)) {
      throw unexpected("'" + String.join(" ", keywords) + "'");
    }
  }

  void expect(char symbol) {
    if (!skip(symbol)) {
      throw unexpected("'" + symbol + "'");
    }
  }

  /** Says that something else stands here. */
  IllegalArgumentException unexpected(String wanted) {
    int start = pieces.get(at).start();
    String found =
        isEnd()
            ? "the end"
            : "'"
                + ShownSql.piece(
                    sql.substring(start, Math.min(sql.length(), start + CONTEXT)), mode)
                + "'";
    return new IllegalArgumentException(
        "%s was expected at character %d, where there is %s".formatted(wanted, start + 1, found));
  }

  /** Checks that nothing follows. */
  void expectEnd() {
    if (!isEnd()) {
      throw unexpected("the end");
    }
  }

  /** A name without a database, which is not noted. */
  String word() {
    SqlToken token = current();
    if (!token.isName() || token.text().isEmpty() || isReserved(token)) {
      throw unexpected("a name");
    }
    next();
    return token.text();
  }

  private boolean isReserved(SqlToken token) {
    boolean behindDot = at > 0 && ahead(-1).isSymbol('.');
    return !behindDot && SqlWords.isReserved(token.keyword());
  }

  /** A word as a value of an option, also a reserved one, or a string. */
  String wordOrString() {
    SqlToken token = current();
    if (!token.isName() && token.kind() != SqlToken.Kind.STRING) {
      throw unexpected("a word or a string");
    }
    next();
    return token.text();
  }

  /** A character set in small letters, or {@code default}, which not all grammars know. */
  String charset() {
    if (is("DEFAULT")) {
      nextAs("BINARY");
      return "default";
    }
    return wordOrString().toLowerCase(Locale.ROOT);
  }

  String string() {
    SqlToken token = current();
    if (token.kind() != SqlToken.Kind.STRING) {
      throw unexpected("a string");
    }
    next();
    return token.text();
  }

  /** A whole number without a sign. */
  String number() {
    SqlToken token = current();
    boolean whole =
        token.kind() == SqlToken.Kind.NUMBER && token.text().chars().allMatch(Character::isDigit);
    if (!whole && token.kind() != SqlToken.Kind.HEX) {
      throw unexpected("a number");
    }
    next();
    return whole ? token.text() : Long.toString(Long.parseUnsignedLong(token.text(), 16));
  }

  /** A database. */
  String database() {
    int start = pieces.get(at).start();
    String name = word();
    note(start, Role.DATABASE, new DdlName(name, ""), new DdlName(name, ""));
    return name;
  }

  /** A table or object, with or without its database. */
  DdlName qualified(Role role) {
    int start = pieces.get(at).start();
    DdlName name;
    if (skip('.')) {
      name = new DdlName("", word());
    } else {
      String first = word();
      name = skip('.') ? new DdlName(first, word()) : new DdlName("", first);
    }
    note(start, role, name, name);
    return name;
  }

  DdlName table() {
    return qualified(Role.TABLE);
  }

  /** A column, key or constraint of a table. */
  String part(Role role, DdlName table) {
    int start = pieces.get(at).start();
    String name = word();
    note(start, role, new DdlName("", name), table);
    return name;
  }

  /** A column, with or without the table and its database in front. */
  String column(DdlName table) {
    if (ahead(1).isSymbol('.')) {
      int start = pieces.get(at).start();
      DdlName qualifier = new DdlName("", word());
      next();
      if (ahead(1).isSymbol('.')) {
        qualifier = new DdlName(qualifier.name(), word());
        next();
        note(start, at - 2, Role.QUALIFIER, qualifier, table);
      } else {
        note(start, at - 2, Role.QUALIFIER, qualifier, table);
      }
    }
    return part(Role.COLUMN, table);
  }

  private void note(int start, Role role, DdlName name, DdlName table) {
    note(start, at - 1, role, name, table);
  }

  private void note(int start, int last, Role role, DdlName name, DdlName table) {
    places.add(new NamePlace(start, pieces.get(last).end(), role, name, table));
  }

  /** The number of the token on which it stands, for {@link #noteAt}. */
  int mark() {
    return at;
  }

  /** Notes a token before as a name, and returns it. */
  String noteAt(int mark, Role role, DdlName table) {
    Piece piece = pieces.get(mark);
    DdlName name = new DdlName("", piece.token().text());
    places.add(new NamePlace(piece.start(), piece.end(), role, name, table));
    return name.name();
  }

  /** Notes the word on which it stands, and goes on. */
  void noteWord(Role role, DdlName table) {
    noteAt(at, role, table);
    next();
  }

  /** Says that names may stand where nobody looks. */
  void leaveUnread(String what) {
    unread = Optional.of(what);
  }

  /** Goes to the end. */
  void skipAll() {
    at = pieces.size() - 1;
  }

  /** Goes on to the parenthesis that closes the one on which it stands. */
  void skipParentheses() {
    expect('(');
    int depth = 1;
    while (depth > 0) {
      if (isEnd()) {
        throw unexpected("')'");
      }
      depth += is('(') ? 1 : is(')') ? -1 : 0;
      next();
    }
  }

  /** Where it stands in the text. */
  int place() {
    return pieces.get(at).start();
  }

  /** The text from a place to the end of the token before the one on which it stands. */
  String textFrom(int start) {
    int end = at == 0 ? start : pieces.get(at - 1).end();
    return end <= start ? "" : sql.substring(start, end);
  }
}
