package dev.syncline.mysql;

import dev.syncline.ChangeRejectedException;
import dev.syncline.change.Column;
import dev.syncline.change.TableId;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Gives values in normal form to a MySQL or MariaDB server so that it stores exactly what the
 * source had. The session must have {@code time_zone='+00:00'}, use {@code utf8mb4}, and its {@code
 * sql_mode} must hold {@code ALLOW_INVALID_DATES} and {@code NO_AUTO_VALUE_ON_ZERO} but neither
 * {@code NO_ZERO_DATE} nor {@code NO_ZERO_IN_DATE}.
 */
final class MySqlValues {

  private MySqlValues() {}

  /**
   * Binds a value to a parameter. Works for values to be stored as well as for comparing a column
   * with a bound of its key.
   *
   * @param index the parameter, from 1
   * @param value in the normal form of the column; null for SQL NULL
   * @param table the table at the target, for messages
   * @param column the column whose value this is
   * @throws ChangeRejectedException if a server in strict mode cannot store the value: ENUM's error
   *     value
   */
  static void bind(
      PreparedStatement statement, int index, @Nullable Object value, TableId table, Column column)
      throws SQLException {
    throw new UnsupportedOperationException(table + "." + column.name());
  }

  /**
   * A value of a key as text that {@link #parse} reads back; never null.
   *
   * @param value not null, in the normal form of the column
   */
  static String print(Object value, Column column) {
    throw new UnsupportedOperationException(column.name());
  }

  /**
   * The value that {@link #print} wrote.
   *
   * @throws IllegalArgumentException if the text is not one that {@link #print} writes for the
   *     column
   */
  static Object parse(String text, Column column) {
    throw new UnsupportedOperationException(column.name() + text);
  }
}
