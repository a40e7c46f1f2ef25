package dev.syncline.mysql;

import dev.syncline.mysql.NamePlaces.Edit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The text of a statement, from which parts are taken and to which others are added. Immutable. */
final class StatementParts {

  private final List<Word> words = new ArrayList<>();

  /** A token with its place. */
  record Word(SqlToken token, int start, int end) {}

  StatementParts(String sql, SqlTokens.SqlMode mode, SqlVersion server) {
    SqlTokens tokens = new SqlTokens(sql, mode, server);
    while (!tokens.current().isEnd()) {
      words.add(new Word(tokens.current(), tokens.start(), tokens.end()));
      tokens.next();
    }
  }

  /** The first of some keywords or symbols from a place on. */
  Word token(int from, String... any) {
    Set<String> wanted = Set.of(any);
    for (Word word : words) {
      boolean found =
          word.start() >= from
              && (wanted.contains(word.token().keyword())
                  || (word.token().kind() == SqlToken.Kind.SYMBOL
                      && wanted.contains(word.token().text())));
      if (found) {
        return word;
      }
    }
    throw new IllegalArgumentException("'" + String.join("' or '", any) + "' is missing");
  }

  /** The tokens from a place on. */
  List<Word> from(int place) {
    return words.stream().filter(word -> word.start() >= place).toList();
  }

  /** The tokens of a part. */
  List<Word> in(TextPart part) {
    return words.stream().filter(w -> w.start() >= part.start() && w.end() <= part.end()).toList();
  }

  /** Where the name of a key without one belongs. */
  int placeOfKeyName(TextPart part) {
    return token(part.start(), "(", "USING", "TYPE").start();
  }

  /** Puts a name in front of a foreign key that has none. */
  Edit namedForeignKey(TextPart part, String name) {
    int start = token(part.start(), "FOREIGN").start();
    boolean begun = in(part).stream().anyMatch(w -> w.token().is("CONSTRAINT") && w.end() <= start);
    String words = (begun ? "" : "CONSTRAINT ") + SqlNames.quote(name) + " ";
    return new Edit(start, start, words);
  }

  /** Leaves out where a column is put, which ends a clause. */
  Optional<Edit> withoutPlace(TextPart part) {
    List<Word> all = in(part);
    int last = all.size() - 2;
    return last >= 0 && all.get(last).token().is("AFTER")
        ? Optional.of(new Edit(all.get(last).start(), part.end(), ""))
        : Optional.empty();
  }

  /** Leaves out the words that make a column of a definition a key by itself. */
  List<Edit> withoutKeys(TextPart part, boolean primaryToo) {
    List<Edit> edits = new ArrayList<>();
    List<Word> all = in(part);
    int depth = 0;
    // The name of the column may be such a word.
    for (int i = 1; i < all.size(); i++) {
      SqlToken token = all.get(i).token();
      depth += token.isSymbol('(') ? 1 : token.isSymbol(')') ? -1 : 0;
      boolean behindPoint = all.get(i - 1).token().isSymbol('.');
      boolean unique = token.is("UNIQUE");
      boolean primary = token.is("PRIMARY") || token.is("KEY");
      if (depth == 0 && !behindPoint && (unique || (primary && primaryToo))) {
        boolean two = i + 1 < all.size() && all.get(i + 1).token().is("KEY");
        edits.add(new Edit(all.get(i).start(), all.get(two ? i + 1 : i).end(), ""));
        i += two ? 1 : 0;
      } else if (depth == 0 && token.is("PRIMARY")) {
        // Its KEY stays with it.
        i++;
      }
    }
    return edits;
  }

  /** Says what the word SERIAL says, but not that the column is a key; empty if it is not sure. */
  Optional<Edit> withoutSerial(TextPart part) {
    List<Word> all = in(part);
    List<Word> found = all.stream().skip(1).filter(word -> word.token().is("SERIAL")).toList();
    if (found.size() != 1) {
      return Optional.empty();
    }
    Word serial = found.get(0);
    int behind = all.indexOf(serial) + 2;
    boolean more = behind < all.size() && all.get(behind).token().is("VALUE");
    return Optional.of(
        more
            ? new Edit(serial.start(), all.get(behind).end(), "NOT NULL AUTO_INCREMENT")
            : new Edit(serial.start(), serial.end(), "BIGINT UNSIGNED NOT NULL AUTO_INCREMENT"));
  }

  /**
   * Keeps some parts of a list, each with the comma in front of it.
   *
   * @param additions what stands behind them
   * @return the changes; empty if nothing would be left
   */
  static Optional<List<Edit>> kept(
      List<TextPart> parts, List<TextPart> kept, List<String> additions) {
    List<Edit> edits = new ArrayList<>();
    if (parts.isEmpty() || (kept.isEmpty() && additions.isEmpty())) {
      return Optional.empty();
    }
    int end = parts.get(parts.size() - 1).end();
    if (kept.isEmpty()) {
      edits.add(new Edit(parts.get(0).start(), end, String.join(", ", additions)));
      return Optional.of(edits);
    }
    int at = parts.indexOf(kept.get(0));
    if (at > 0) {
      edits.add(new Edit(parts.get(0).start(), kept.get(0).start(), ""));
    }
    for (int i = at + 1; i < parts.size(); i++) {
      if (!kept.contains(parts.get(i))) {
        edits.add(new Edit(parts.get(i - 1).end(), parts.get(i).end(), ""));
      }
    }
    additions.forEach(addition -> edits.add(new Edit(end, end, ", " + addition)));
    return Optional.of(edits);
  }
}
