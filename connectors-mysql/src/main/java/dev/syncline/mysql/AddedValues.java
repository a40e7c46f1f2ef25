package dev.syncline.mysql;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Values that the server itself gives to the rows that are there as a statement adds a column. The
 * log has none of them, so they must be the same at any server that has the rows.
 */
final class AddedValues {

  /** What differs from server to server, or from row to row in the order of reading. */
  private static final Pattern SERVERS_OWN =
      Pattern.compile(
          "(?i)\\b(?:CONNECTION_ID|LASTVAL|NEXTVAL|RAND|RANDOM_BYTES|ROW_COUNT|SYS_GUID|SYSDATE"
              + "|UUID|UUID_SHORT|UUID_V4|UUID_V7)\\s*\\(|\\b(?:NEXT|PREVIOUS)\\s+VALUE\\b");

  private AddedValues() {}

  /**
   * Refuses what gives rows other values at another server.
   *
   * @throws UnknownEffectException if it may
   */
  static void check(TableModel before, List<AlterClause> clauses) {
    for (AlterClause clause : clauses) {
      if (clause instanceof AlterClause.AddColumn added) {
        check(before, added.column());
      }
    }
  }

  private static void check(TableModel before, TableElement.Column column) {
    boolean ordered =
        before.options().engine().equalsIgnoreCase("InnoDB") && !before.serversKey().isEmpty();
    if (column.autoIncrement() && !ordered) {
      throw new UnknownEffectException(
          "it numbers the rows of a table without a key in an order that is in no log");
    }
    boolean own =
        column
            .value()
            .filter(value -> value.kind() == TableElement.Default.Kind.EXPRESSION)
            .filter(value -> SERVERS_OWN.matcher(value.text()).find())
            .isPresent();
    if (own) {
      throw new UnknownEffectException(
          "it gives rows values that each server makes for itself, in column '%s'"
              .formatted(column.name()));
    }
  }
}
