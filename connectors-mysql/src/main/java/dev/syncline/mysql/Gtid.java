package dev.syncline.mysql;

import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A global transaction id of MySQL.
 *
 * @param source the server's UUID in small letters; with a tag {@code uuid:tag}
 * @param number the number of the transaction, at least 1
 */
record Gtid(String source, long number) {

  private static final int UUID_LENGTH = 36;
  private static final String UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
  static final Pattern UUID_ONLY = Pattern.compile(UUID);
  static final Pattern TAG = Pattern.compile("[a-z_][a-z0-9_]{0,31}");
  private static final Pattern SOURCE = Pattern.compile(UUID + "(:" + TAG.pattern() + ")?");
  private static final Pattern TEXT = Pattern.compile("(.*):(\\d{1,19})");

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the source is no UUID with an optional tag or the number is
   *     below 1
   */
  Gtid {
    Objects.requireNonNull(source, "source");
    boolean known = isUuid(source) || SOURCE.matcher(source).matches();
    if (number < 1 || number == Long.MAX_VALUE || !known) {
      throw new IllegalArgumentException(
          "A GTID must be 'uuid:number' or 'uuid:tag:number' with a number from 1 on, but is '"
              + source
              + ":"
              + number
              + "'.");
    }
  }

  /** Without a regular expression, since each transaction has a GTID. */
  private static boolean isUuid(String text) {
    if (text.length() != UUID_LENGTH) {
      return false;
    }
    for (int i = 0; i < UUID_LENGTH; i++) {
      char c = text.charAt(i);
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      boolean hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      if (dash ? c != '-' : !hex) {
        return false;
      }
    }
    return true;
  }

  /**
   * Parses what {@link #toString} prints.
   *
   * @throws IllegalArgumentException if the text is no GTID
   */
  static Gtid parse(String text) {
    Matcher matcher = TEXT.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "A GTID must be 'uuid:number' or 'uuid:tag:number', but is '" + text + "'.");
    }
    return new Gtid(matcher.group(1), Long.parseLong(matcher.group(2)));
  }

  @Override
  public String toString() {
    return source + ":" + number;
  }
}
