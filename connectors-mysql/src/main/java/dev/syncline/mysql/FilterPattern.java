package dev.syncline.mysql;

import dev.syncline.mysql.FilterType.Text;
import dev.syncline.mysql.FilterType.Whole;
import java.util.Arrays;
import java.util.List;

/** LIKE: character by character, spaces at the end included. Immutable. */
final class FilterPattern {
  private static final int ANY_TEXT = -1;
  private static final int ANY_CHARACTER = -2;

  private final int[] pattern;
  private final FilterText order;

  private FilterPattern(int[] pattern, FilterText order) {
    this.pattern = pattern;
    this.order = order;
  }

  static FilterExpression like(List<FilterExpression> operands) {
    FilterExpression tested = operands.get(0);
    FilterExpression pattern = operands.get(1);
    String text = pattern.literal();
    if (tested.isNothing() || pattern.isNothing()) {
      return FilterExpression.NOTHING;
    }
    if (text == null) {
      throw new FilterException("The pattern of LIKE is a string.");
    }
    if (!(tested.type() instanceof Text of) || !(pattern.type() instanceof Text own)) {
      throw new FilterException(
          "LIKE takes text, and this is %s; compare it in another way."
              .formatted(tested.type().words()));
    }
    FilterText order = FilterText.of(of.order(), own.order());
    order.checkExact();
    order.checkHolds(text);
    int escape = operands.size() < 3 ? '\\' : escape(operands.get(2));
    FilterPattern compiled = new FilterPattern(read(text, escape, order), order);
    return tested.then(
        Whole.TRUTH, value -> FilterExpression.truth(compiled.matches((String) value)));
  }

  private static int escape(FilterExpression escape) {
    String text = escape.literal();
    if (text == null || text.length() != 1 || text.charAt(0) > '~' || text.charAt(0) < ' ') {
      throw new FilterException("ESCAPE takes one character of ASCII.");
    }
    if (text.equals("%") || text.equals("_")) {
      throw new FilterException(
          "Servers differ in what ESCAPE '%s' means; take a character that stands for itself."
              .formatted(text));
    }
    return text.charAt(0);
  }

  private static int[] read(String text, int escape, FilterText order) {
    int[] characters = text.codePoints().toArray();
    int[] pattern = new int[characters.length];
    int length = 0;
    for (int i = 0; i < characters.length; i++) {
      int c = characters[i];
      if (c == escape && i + 1 < characters.length) {
        i++;
        pattern[length++] = order.weight(characters[i]);
      } else if (c == '%') {
        pattern[length++] = ANY_TEXT;
      } else {
        pattern[length++] = c == '_' ? ANY_CHARACTER : order.weight(c);
      }
    }
    return Arrays.copyOf(pattern, length);
  }

  /** Whether a text matches. Of several places for an any-text only the last one can matter. */
  private boolean matches(String text) {
    int[] characters = text.codePoints().map(order::weight).toArray();
    int at = 0;
    int in = 0;
    int star = -1;
    int taken = 0;
    while (at < characters.length) {
      boolean same =
          in < pattern.length && (pattern[in] == ANY_CHARACTER || pattern[in] == characters[at]);
      if (same) {
        at++;
        in++;
      } else if (in < pattern.length && pattern[in] == ANY_TEXT) {
        star = in++;
        taken = at;
      } else if (star >= 0) {
        in = star + 1;
        at = ++taken;
      } else {
        return false;
      }
    }
    while (in < pattern.length && pattern[in] == ANY_TEXT) {
      in++;
    }
    return in == pattern.length;
  }
}
