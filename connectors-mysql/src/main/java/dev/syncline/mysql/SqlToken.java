package dev.syncline.mysql;

import java.util.Locale;

/**
 * A piece of an SQL text.
 *
 * @param text a word or a number as written, a name or a string in quotes as it is meant, the
 *     digits of a literal in hex or bits, a symbol of one character
 */
record SqlToken(Kind kind, String text) {
  /** What a piece is. */
  enum Kind {
    /** A keyword, or a name without quotes, which may begin with a digit. */
    WORD,
    /** A name in quotes. */
    QUOTED,
    /** A literal in quotes. */
    STRING,
    /** A number without a sign. */
    NUMBER,
    /** {@code 0x1F} and {@code x'1F'}. */
    HEX,
    /** {@code 0b101} and {@code b'101'}. */
    BITS,
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
