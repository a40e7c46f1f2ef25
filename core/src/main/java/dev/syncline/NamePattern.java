package dev.syncline;

import dev.syncline.internal.Glob;
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
    return new NamePattern(text, Glob.regex(text));
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
