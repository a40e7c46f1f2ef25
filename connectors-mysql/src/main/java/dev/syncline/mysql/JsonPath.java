package dev.syncline.mysql;

import dev.syncline.mysql.JsonContainer.JsonKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A path to one value in a JSON document, as MySQL writes it: {@code $.name."odd name"[3]}. Not
 * thread-safe.
 */
final class JsonPath {
  private static final int MAX_INDEX_DIGITS = 10;
  private static final int UNICODE_DIGITS = 4;
  private static final int HEXADECIMAL = 16;
  private static final String LAST = "last";

  private final String text;
  private int at;

  private JsonPath(String text) {
    this.text = text;
  }

  /**
   * A step into a container.
   *
   * @param key the member of an object; null for an element of an array
   * @param index the element
   * @param fromEnd whether elements are counted from the last one on
   */
  record Leg(@Nullable JsonKey key, int index, boolean fromEnd) {}

  /**
   * Reads a path in UTF-8.
   *
   * @throws MalformedValueException if it is none
   */
  static List<Leg> parse(byte[] bytes, int start, int length) {
    JsonPath path = new JsonPath(MySqlCharset.UTF8.decode(bytes, start, length));
    path.expect('$');
    List<Leg> legs = new ArrayList<>();
    while (path.at < path.text.length()) {
      legs.add(path.leg());
    }
    return legs;
  }

  private Leg leg() {
    char kind = next();
    return switch (kind) {
      case '.' -> member(peek() == '"' ? quoted() : plain());
      case '[' -> element();
      default -> throw malformed();
    };
  }

  private static Leg member(String name) {
    byte[] key = name.getBytes(StandardCharsets.UTF_8);
    return new Leg(new JsonKey(key, 0, key.length), 0, false);
  }

  private Leg element() {
    boolean fromEnd = text.startsWith(LAST, at);
    int index = 0;
    if (fromEnd) {
      at += LAST.length();
      if (peek() == '-') {
        at++;
        index = number();
      }
    } else {
      index = number();
    }
    expect(']');
    return new Leg(null, index, fromEnd);
  }

  private int number() {
    int start = at;
    while (Character.digit(peek(), 10) >= 0) {
      at++;
    }
    if (at == start || at - start > MAX_INDEX_DIGITS) {
      throw malformed();
    }
    return (int) Math.min(Integer.MAX_VALUE, Long.parseLong(text.substring(start, at)));
  }

  private String plain() {
    int start = at;
    while (at < text.length() && text.charAt(at) != '.' && text.charAt(at) != '[') {
      at++;
    }
    if (at == start) {
      throw malformed();
    }
    return text.substring(start, at);
  }

  private String quoted() {
    expect('"');
    StringBuilder name = new StringBuilder();
    for (char c = next(); c != '"'; c = next()) {
      name.append(c == '\\' ? escaped() : c);
    }
    return name.toString();
  }

  private char escaped() {
    char c = next();
    return switch (c) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> c;
    };
  }

  private char unicode() {
    int code = 0;
    for (int i = 0; i < UNICODE_DIGITS; i++) {
      int digit = Character.digit(next(), HEXADECIMAL);
      if (digit < 0) {
        throw malformed();
      }
      code = code * HEXADECIMAL + digit;
    }
    return (char) code;
  }

  private void expect(char expected) {
    if (next() != expected) {
      throw malformed();
    }
  }

  private char next() {
    char c = peek();
    at++;
    return c;
  }

  private char peek() {
    if (at >= text.length()) {
      throw malformed();
    }
    return text.charAt(at);
  }

  private static MalformedValueException malformed() {
    return new MalformedValueException("a path in the JSON document is none");
  }
}
