package dev.syncline.mysql;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which texts a collation holds for equal, as far as that can be told without its server: the texts
 * in {@code scope} are equal if and only if their canonical forms are. Immutable.
 *
 * @param scope the texts about which something is known
 * @param folds whether upper and lower case are the same
 * @param pads whether spaces at the end count for nothing
 */
record TextEquality(Scope scope, boolean folds, boolean pads) {

  /** The texts about which something is known. */
  enum Scope {
    ALL,
    PRINTABLE_ASCII,
    NOTHING
  }

  private static final TextEquality UNKNOWN = new TextEquality(Scope.NOTHING, false, false);

  /**
   * Collations under which printable ASCII differs in nothing but case. Others have contractions or
   * equate letters: in some, {@code i} equals {@code j}, in some {@code aa} differs from {@code
   * aA}.
   */
  private static final Set<String> FOLDING =
      Set.of(
          "general_ci",
          "general_nopad_ci",
          "unicode_ci",
          "unicode_nopad_ci",
          "unicode_520_ci",
          "unicode_520_nopad_ci",
          "0900_ai_ci",
          "0900_as_ci",
          "uca1400_ai_ci",
          "uca1400_as_ci",
          "uca1400_nopad_ai_ci",
          "uca1400_nopad_as_ci");

  private static final Set<String> FOLDING_CHARSETS = Set.of("utf8mb4", "utf8mb3", "utf8", "ascii");

  /** The equality of a collation; of every text's bytes if the name is empty. */
  static TextEquality of(String collation) {
    String name = collation.toLowerCase(Locale.ROOT);
    if (name.isEmpty() || name.equals("binary")) {
      return new TextEquality(Scope.ALL, false, false);
    }
    if (name.equals("utf8mb4_0900_bin")) {
      // MariaDB, which knows it since 11.4, ignores spaces at the end; MySQL does not.
      return UNKNOWN;
    }
    boolean pads = !name.contains("_0900_") && !name.contains("_nopad_");
    int end = Math.max(0, name.indexOf('_'));
    String charset = name.substring(0, end);
    String order = name.substring(end + 1);
    if (name.endsWith("_bin") && !charset.equals("swe7")) {
      return new TextEquality(Scope.ALL, false, pads);
    }
    boolean foldsAscii = FOLDING_CHARSETS.contains(charset) && FOLDING.contains(order);
    if (foldsAscii || Set.of("latin1_swedish_ci", "latin1_general_ci").contains(name)) {
      return new TextEquality(Scope.PRINTABLE_ASCII, true, pads);
    }
    if (order.equals("0900_as_cs") || order.equals("zh_0900_as_cs")) {
      return new TextEquality(Scope.PRINTABLE_ASCII, false, pads);
    }
    return UNKNOWN;
  }

  /** The form that equal texts share; null if it cannot be told which texts equal this one. */
  @Nullable String canonical(String text) {
    if (scope == Scope.NOTHING || (scope == Scope.PRINTABLE_ASCII && !isPrintableAscii(text))) {
      return null;
    }
    String trimmed = pads ? withoutTrailingSpaces(text) : text;
    return folds ? trimmed.toLowerCase(Locale.ROOT) : trimmed;
  }

  private static boolean isPrintableAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~') {
        return false;
      }
    }
    return true;
  }

  private static String withoutTrailingSpaces(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == ' ') {
      end--;
    }
    return text.substring(0, end);
  }
}
