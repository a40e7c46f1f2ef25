package dev.syncline.mysql;

/**
 * The names that MySQL makes for checks that get none, of the names of their tables. In a database
 * each can be there once, and they change when the table gets another name.
 */
final class CheckNames {

  private static final String MIDDLE = "_chk_";

  private CheckNames() {}

  /** The name of a check when its table has another name. */
  static String at(String check, String table, String target) {
    if (!check.startsWith(table + MIDDLE)) {
      return check;
    }
    String number = check.substring(table.length() + MIDDLE.length());
    boolean made = !number.isEmpty() && number.chars().allMatch(c -> c >= '0' && c <= '9');
    return made ? target + MIDDLE + number : check;
  }
}
