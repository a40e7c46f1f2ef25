package dev.syncline.mysql;

import java.util.List;
import java.util.Set;

/**
 * Character set and collation of text in a condition, and how it compares. Only what is the same on
 * every server and for every text is here: order by code, and case of ASCII. Immutable.
 *
 * @param charset in the words of newer servers
 * @param collation the same
 * @param strength what decides between two of them
 */
record FilterText(String charset, String collation, Strength strength) {
  private static final String LITERAL_CHARSET = "utf8mb4";

  /** What decides whose collation is taken. */
  enum Strength {
    /** A string in the condition, which takes any other. */
    LITERAL,
    COLUMN,
    /** COLLATE. */
    EXPLICIT
  }

  static final FilterText LITERAL = new FilterText(LITERAL_CHARSET, "", Strength.LITERAL);

  /** What can be compared. */
  private static final Set<String> EXACT =
      Set.of("utf8mb4_bin", "utf8mb3_bin", "latin1_bin", "ascii_bin", "ascii_general_ci");

  /** Each has all characters of those before it. */
  private static final List<String> UTF8 = List.of("ascii", "utf8mb3", "utf8mb4");

  static FilterText of(String charset, String collation, Strength strength) {
    return new FilterText(modern(charset), modern(collation), strength);
  }

  /** MySQL's {@code utf8} of three bytes has two names. */
  private static String modern(String name) {
    return name.equals("utf8") || name.startsWith("utf8_") ? "utf8mb3" + name.substring(4) : name;
  }

  boolean isLiteral() {
    return strength == Strength.LITERAL;
  }

  /** Whether a server stores each character of a text as UTF-8 does. */
  boolean isUtf8() {
    return UTF8.contains(charset);
  }

  boolean isAscii() {
    return charset.equals("ascii");
  }

  /** Whether characters and bytes count as the server counts them. */
  boolean hasCharacters() {
    return isUtf8() || charset.equals("latin1");
  }

  /**
   * This text with a collation that the condition names.
   *
   * @throws FilterException if the character set does not have it, or it cannot be evaluated
   */
  FilterText collated(String name) {
    String wanted = modern(name);
    String expected = wanted.substring(0, Math.max(0, wanted.indexOf('_')));
    if (!charset.equals(expected)) {
      throw new FilterException(
          "COLLATE %s does not fit the character set '%s'.".formatted(name, charset)
              + " Write CONVERT(... USING utf8mb4) COLLATE utf8mb4_bin.");
    }
    FilterText collated = new FilterText(charset, wanted, Strength.EXPLICIT);
    collated.checkExact();
    return collated;
  }

  /** Whether each text is the same one in another character set, and compares alike there. */
  boolean isWithin(FilterText other) {
    boolean holds =
        charset.equals(other.charset)
            || (isUtf8() && other.isUtf8() && UTF8.indexOf(charset) < UTF8.indexOf(other.charset));
    return holds && order().equals(other.order());
  }

  /** The collation without its character set. */
  private String order() {
    return collation.substring(collation.indexOf('_') + 1);
  }

  /** The one that counts if two texts meet. */
  static FilterText of(FilterText left, FilterText right) {
    boolean first = left.strength.compareTo(right.strength) >= 0;
    FilterText strong = first ? left : right;
    FilterText weak = first ? right : left;
    boolean sameCharset = weak.isLiteral() || weak.charset.equals(strong.charset);
    boolean sameCollation =
        weak.strength != strong.strength || weak.collation.equals(strong.collation);
    if (!sameCharset || !sameCollation) {
      throw new FilterException(
          "Text of the collations '%s' and '%s' meets; give both the same, as in CONVERT(... USING"
                  .formatted(left.collation, right.collation)
              + " utf8mb4) COLLATE utf8mb4_bin.");
    }
    return strong;
  }

  /** Whether a string of the condition can become text of this character set. */
  void checkHolds(String literal) {
    boolean holds =
        switch (charset) {
          case "utf8mb4" -> true;
          case "utf8mb3" -> literal.chars().noneMatch(c -> Character.isSurrogate((char) c));
          default -> literal.chars().allMatch(c -> c < 0x80);
        };
    if (!holds) {
      throw new FilterException(
          "The string '%s' has characters beyond those that can be compared with text in '%s'."
                  .formatted(literal, charset)
              + " Write CONVERT(... USING utf8mb4) COLLATE utf8mb4_bin for the other side.");
    }
  }

  /** Refuses collations under which it is not certain for each text what it equals. */
  void checkExact() {
    if (isLiteral()) {
      throw new FilterException(
          "Strings of the condition are compared with each other; a column is missing.");
    }
    if (!EXACT.contains(collation)) {
      String exact = charset + "_bin";
      throw new FilterException(
          ("Text of collation '%s' cannot be compared exactly like the server does it. Say how to"
                  + " compare: write %s behind the column, which tells upper from lower case and"
                  + " accents.")
              .formatted(
                  collation,
                  EXACT.contains(exact)
                      ? "COLLATE " + exact
                      : "CONVERT(... USING utf8mb4) COLLATE utf8mb4_bin in place of the column, or"
                          + " COLLATE"));
    }
  }

  /** Refuses to sort by collations that go by codes which the text does not show. */
  void checkOrdered() {
    checkExact();
    if (charset.equals("latin1")) {
      throw new FilterException(
          "Text in 'latin1' can be compared for equality only; write CONVERT(... USING utf8mb4)"
              + " COLLATE utf8mb4_bin for another order.");
    }
  }

  /** Whether upper and lower case are the same. */
  boolean folds() {
    return collation.endsWith("_ci");
  }

  /** Compares as the server does; all of these collations ignore spaces at the end. */
  int compare(String left, String right) {
    int i = 0;
    int shorter = Math.min(left.length(), right.length());
    while (i < shorter) {
      int a = left.codePointAt(i);
      int b = right.codePointAt(i);
      int order = Integer.compare(weight(a), weight(b));
      if (order != 0) {
        return order;
      }
      i += Character.charCount(a);
    }
    return left.length() > i ? tail(left, i) : -tail(right, i);
  }

  /** What is left of a text against spaces. */
  private static int tail(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) != ' ') {
        return text.charAt(i) < ' ' ? -1 : 1;
      }
    }
    return 0;
  }

  /** What a character counts as. */
  int weight(int character) {
    boolean small = folds() && character >= 'a' && character <= 'z';
    return small ? character - ('a' - 'A') : character;
  }

  /** The collation, for messages. */
  String words() {
    return isLiteral() ? "a string" : "text of collation '" + collation + "'";
  }
}
