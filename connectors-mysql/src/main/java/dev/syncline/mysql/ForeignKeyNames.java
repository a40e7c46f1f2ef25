package dev.syncline.mysql;

import java.util.Collection;

/** The names that servers make for foreign keys that get none. */
final class ForeignKeyNames {

  private static final String MIDDLE = "_ibfk_";
  private static final int MAX_DIGITS = 9;

  private ForeignKeyNames() {}

  /** The number in a name that the server made for a key of a table; 0 if it did not make it. */
  static int number(String table, String key) {
    if (!key.startsWith(table + MIDDLE)) {
      return 0;
    }
    String digits = key.substring(table.length() + MIDDLE.length());
    boolean isNumber =
        !digits.isEmpty()
            && digits.length() <= MAX_DIGITS
            && digits.charAt(0) != '0'
            && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    return isNumber ? Integer.parseInt(digits) : 0;
  }

  /** The highest number in such names; 0 if there is none. */
  static int highest(String table, Collection<String> keys) {
    return keys.stream().mapToInt(key -> number(table, key)).max().orElse(0);
  }

  /** A name with a number. */
  static String of(String table, int number) {
    return table + MIDDLE + number;
  }
}
