package dev.syncline.mysql;

import java.util.Locale;

/**
 * A piece of an SQL text.
 *
 * @param text a word as written, a quoted name without its quotes, a symbol of one character; empty
 *     for a string, whose content nobody needs
 */
record SqlToken(Kind kind, String text) {
  /** What a piece is. */
  enum Kind {
    /** A keyword, a name without quotes or a number. */
    WORD,
    /** A name in quotes. */
    QUOTED,
    /** A literal in quotes. */
    STRING,
    /** Any other character. */
    SYMBOL,
    /** The end of the text. */
    END
  }

  /** Whether this is the keyword, which is given in capital letters. */
  boolean is(String keyword) {
    return kind == Kind.WORD && text.equalsIgnoreCase(keyword);
  }

  boolean isSymbol(char symbol) {
    return kind == Kind.SYMBOL && text.charAt(0) == symbol;
  }

  /** Whether this may be (a part of) the name of an object. */
  boolean isName() {
    return kind == Kind.WORD || kind == Kind.QUOTED;
  }

  boolean isEnd() {
    return kind == Kind.END;
  }

  /** A keyword in capital letters; empty if this is no word. */
  String keyword() {
    return kind == Kind.WORD ? text.toUpperCase(Locale.ROOT) : "";
  }
}
