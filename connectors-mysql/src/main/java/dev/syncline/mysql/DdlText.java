package dev.syncline.mysql;

import dev.syncline.mysql.DdlCursor.Piece;
import dev.syncline.mysql.NamePlace.Role;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A statement in a plain spelling for grammars: without comments, with all names in back-ticks, and
 * with strings that need no escapes. Which names and values there are makes no difference to them,
 * and neither which words a release reserves.
 */
final class DdlText {
  private static final Pattern SIMPLE = Pattern.compile("[A-Za-z0-9_ :.-]*");

  /** What is in parentheses is deeper, and so is what a sign or a word stands in front of. */
  private static final int MAX_PREFIXES = 8;

  private final List<Piece> pieces;
  private final List<NamePlace> names;
  private final Map<Integer, String> replaced;

  /**
   * A text.
   *
   * @param replaced see {@link DdlCursor#replaced}
   */
  DdlText(List<Piece> pieces, List<NamePlace> names, Map<Integer, String> replaced) {
    this.pieces = pieces;
    this.names = names.stream().filter(name -> name.role() != Role.MAYBE_COLUMN).toList();
    this.replaced = replaced;
  }

  /** The text. */
  String plain() {
    StringBuilder text = new StringBuilder();
    int name = 0;
    int end = 0;
    for (int i = 0; i < pieces.size() - 1; i++) {
      Piece piece = pieces.get(i);
      while (name < names.size() && names.get(name).end() <= piece.start()) {
        name++;
      }
      boolean isName = name < names.size() && names.get(name).start() <= piece.start();
      if (piece.start() > end || needsBlank(i)) {
        text.append(' ');
      }
      if (replaced.containsKey(i)) {
        text.append(replaced.get(i));
      } else {
        append(text, piece.token(), isName);
      }
      end = piece.end();
    }
    return text.toString();
  }

  /** Words stand apart, also where a literal ends. */
  private boolean needsBlank(int i) {
    return i > 0
        && pieces.get(i).token().kind() != SqlToken.Kind.SYMBOL
        && pieces.get(i - 1).token().kind() != SqlToken.Kind.SYMBOL;
  }

  private static void append(StringBuilder text, SqlToken token, boolean isName) {
    switch (token.kind()) {
      case WORD -> {
        if (isName) {
          appendQuoted(text, token.text());
        } else {
          text.append(token.keyword());
        }
      }
      case QUOTED -> appendQuoted(text, token.text());
      case STRING -> {
        String value = SIMPLE.matcher(token.text()).matches() ? token.text() : "s";
        text.append('\'').append(value).append('\'');
      }
      case HEX -> text.append("0x").append(token.text().isEmpty() ? "00" : token.text());
      case BITS -> text.append("0b").append(token.text().isEmpty() ? "0" : token.text());
      case NUMBER -> text.append(token.text()).append(token.text().endsWith(".") ? "0" : "");
      case SYMBOL -> text.append(token.text());
      case END -> {
        // Nothing is behind it.
      }
    }
  }

  private static void appendQuoted(StringBuilder text, String name) {
    text.append('`');
    name.chars()
        .forEach(c -> text.append(c < 0x80 && Character.isLetterOrDigit(c) ? (char) c : 'x'));
    text.append('`');
  }

  /** How deep expressions are in one another, at most. */
  int depth() {
    int depth = 0;
    int deepest = 0;
    int prefixes = 0;
    for (Piece piece : pieces) {
      SqlToken token = piece.token();
      depth += token.isSymbol('(') || token.is("CASE") ? 1 : 0;
      depth -= token.isSymbol(')') || (token.is("END") && depth > 0) ? 1 : 0;
      boolean prefix =
          token.is("NOT")
              || token.is("BINARY")
              || token.is("INTERVAL")
              || (token.kind() == SqlToken.Kind.SYMBOL && "!-+~".contains(token.text()));
      prefixes = prefix ? prefixes + 1 : 0;
      deepest = Math.max(deepest, depth + Math.max(0, prefixes - MAX_PREFIXES));
    }
    return deepest;
  }
}
