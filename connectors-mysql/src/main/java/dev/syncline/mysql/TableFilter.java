package dev.syncline.mysql;

import dev.syncline.change.Row;
import dev.syncline.change.TableDefinition;
import java.util.List;

/**
 * Says which rows of a table take part, as its server would. Immutable and thread-safe.
 *
 * @param table the table as it was when this was made
 * @param sql the condition for the server itself
 * @param columns the ordinals of the columns that it reads
 */
record TableFilter(
    TableDefinition table, String sql, List<Integer> columns, FilterExpression expression) {

  TableFilter {
    columns = List.copyOf(columns);
  }

  /**
   * Whether a row takes part; one for which the condition is NULL does not.
   *
   * @throws IllegalStateException if the row lacks a value that the condition reads
   */
  boolean test(Row row) {
    Object value = expression.value(row);
    return value != null && FilterExpression.isTrue(value);
  }
}
