package dev.syncline.internal;

import java.util.regex.Pattern;

/** Patterns for names, in which {@code *} stands for any text and {@code ?} for one character. */
public final class Glob {

  private Glob() {}

  /** What a pattern means. It tells upper from lower case. */
  public static Pattern regex(String text) {
    StringBuilder regex = new StringBuilder();
    text.codePoints()
        .mapToObj(c -> c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(Character.toString(c)))
        .forEach(regex::append);
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  /** Whether a name is the one that is given, or matches what is given if that is a pattern. */
  public static boolean matches(String given, String name) {
    return given.equals(name) || (!isName(given) && regex(given).matcher(name).matches());
  }

  /** Whether a text is a name, for which nothing else can stand. */
  public static boolean isName(String text) {
    return text.indexOf('*') < 0 && text.indexOf('?') < 0;
  }
}
