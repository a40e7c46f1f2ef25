package dev.syncline;

import java.util.Objects;
import java.util.regex.Pattern;

/** A pattern for names as it was given, and what it means. */
record NamePattern(String text, Pattern regex) {

  /**
   * Reads a pattern.
   *
   * @param what what it is a pattern for, for messages
   */
  static NamePattern of(String text, String what) {
    if (Objects.requireNonNull(text, "pattern").isEmpty()) {
      throw new IllegalArgumentException("A pattern for " + what + " must not be empty.");
    }
    StringBuilder regex = new StringBuilder();
    text.codePoints()
        .mapToObj(c -> c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(Character.toString(c)))
        .forEach(regex::append);
    return new NamePattern(text, Pattern.compile(regex.toString(), Pattern.DOTALL));
  }

  boolean matches(String name) {
    return regex.matcher(name).matches();
  }

  boolean matchesAll() {
    return text.matches("\\*+");
  }

  @Override
  public String toString() {
    return text;
  }
}
