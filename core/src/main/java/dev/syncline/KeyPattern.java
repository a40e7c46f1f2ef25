package dev.syncline;

import java.nio.charset.StandardCharsets;

/**
 * A pattern for names of keys, with the meaning that it has for Redis itself (<a
 * href="https://redis.io/docs/latest/commands/keys/">KEYS</a>): {@code *} any bytes, {@code ?} one
 * byte, {@code [abc]}, {@code [^a]} and {@code [a-z]} one byte of those, a backslash takes the
 * meaning from what follows it.
 */
final class KeyPattern {

  private final String text;
  private final byte[] pattern;

  KeyPattern(String text) {
    this.text = text;
    this.pattern = text.getBytes(StandardCharsets.UTF_8);
  }

  boolean matches(byte[] key) {
    int at = 0;
    int in = 0;
    int star = -1;
    int from = 0;
    while (in < key.length) {
      int next = at < pattern.length && pattern[at] != '*' ? after(at, key[in]) : -1;
      if (next >= 0) {
        at = next;
        in++;
      } else if (at < pattern.length && pattern[at] == '*') {
        star = at++;
        from = in;
      } else if (star >= 0) {
        // The last star takes one byte more; an earlier one never needs to.
        at = star + 1;
        in = ++from;
      } else {
        return false;
      }
    }
    while (at < pattern.length && pattern[at] == '*') {
      at++;
    }
    return at == pattern.length;
  }

  /** Where the pattern goes on behind the element at a place if that takes a byte, else -1. */
  private int after(int at, byte value) {
    int element = pattern[at];
    if (element == '?') {
      return at + 1;
    }
    if (element == '[') {
      return afterClass(at + 1, value & 0xff);
    }
    int literal = element == '\\' && at + 1 < pattern.length ? at + 1 : at;
    return pattern[literal] == value ? literal + 1 : -1;
  }

  /** A class that is not closed ends with the pattern, as it does for Redis. */
  private int afterClass(int first, int value) {
    int at = first;
    boolean negated = at < pattern.length && pattern[at] == '^';
    at += negated ? 1 : 0;
    boolean found = false;
    while (at < pattern.length && pattern[at] != ']') {
      if (pattern[at] == '\\' && at + 1 < pattern.length) {
        at++;
        found |= (pattern[at] & 0xff) == value;
        at++;
      } else if (at + 2 < pattern.length && pattern[at + 1] == '-') {
        int one = pattern[at] & 0xff;
        int other = pattern[at + 2] & 0xff;
        found |= value >= Math.min(one, other) && value <= Math.max(one, other);
        at += 3;
      } else {
        found |= (pattern[at] & 0xff) == value;
        at++;
      }
    }
    return found != negated ? Math.min(at + 1, pattern.length) : -1;
  }

  @Override
  public String toString() {
    return text;
  }
}
