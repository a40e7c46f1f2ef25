package dev.syncline.mysql;

import java.util.Locale;

/**
 * The names that MySQL makes for foreign keys and checks that get none, of the names of their
 * tables. In a database each can be there once, and they change when the table gets another name;
 * so a table that has another name at the target has them under that one.
 */
final class ConstraintNames {

  private static final String CHECK = "_chk_";
  private static final int MAX_LENGTH = 64;

  private ConstraintNames() {}

  /** The name of a foreign key or check at the target. */
  static String at(String constraint, String table, String target) {
    boolean made = ForeignKeyNames.number(table, constraint) > 0 || isCheck(table, constraint);
    String there = made ? target + constraint.substring(table.length()) : constraint;
    return there.codePointCount(0, there.length()) <= MAX_LENGTH ? there : constraint;
  }

  /** Whether a name is one that MySQL makes for a check of a table. */
  private static boolean isCheck(String table, String constraint) {
    return constraint.startsWith(table + CHECK)
        && constraint.substring(table.length() + CHECK.length()).matches("[0-9]+");
  }

  /** Whether a name is one that a server may have made for a check, in whatever case. */
  static boolean isMadeForCheck(String table, String constraint) {
    String name = constraint.toLowerCase(Locale.ROOT);
    return isCheck(table.toLowerCase(Locale.ROOT), name) || name.matches("constraint_[0-9]+");
  }
}
