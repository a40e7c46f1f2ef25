package dev.syncline.mysql;

import dev.syncline.ChangeRejectedException;
import dev.syncline.change.Column;
import dev.syncline.change.TableId;
import dev.syncline.change.ValueKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HexFormat;
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
    if (value == null) {
      statement.setNull(index, Types.NULL);
      return;
    }
    switch (column.type().kind()) {
      case INTEGER, YEAR -> bindInteger(statement, index, value);
      case DECIMAL -> statement.setBigDecimal(index, (BigDecimal) value);
      case FLOAT, DOUBLE -> bindFloating(statement, index, ((Number) value).doubleValue());
      case TEXT, SET, JSON -> statement.setString(index, (String) value);
      case ENUM -> statement.setString(index, label((String) value, table, column));
      case BINARY, GEOMETRY -> statement.setBytes(index, (byte[]) value);
      // As bytes it would not compare as a number.
      case BITS -> bindInteger(statement, index, new BigInteger(1, (byte[]) value));
      case DATE, DATE_TIME, INSTANT, TIME -> statement.setString(index, Temporal.print(value));
    }
  }

  private static void bindInteger(PreparedStatement statement, int index, Object value)
      throws SQLException {
    if (value instanceof BigInteger number) {
      statement.setBigDecimal(index, new BigDecimal(number));
    } else {
      statement.setLong(index, (Long) value);
    }
  }

  private static void bindFloating(PreparedStatement statement, int index, double value)
      throws SQLException {
    boolean isNegativeZero = value == 0 && Double.doubleToRawLongBits(value) < 0;
    if (isNegativeZero) {
      // As a number it would be a DECIMAL literal, whose zero has no sign.
      statement.setString(index, "-0");
    } else {
      statement.setDouble(index, value);
    }
  }

  /**
   * The label of an ENUM column as it is written.
   *
   * @throws ChangeRejectedException if it is the error value
   */
  static String label(String label, TableId table, Column column) {
    if (label.isEmpty() && !declaresEmptyLabel(column)) {
      throw new ChangeRejectedException(
          table,
          ("Cannot write ENUM column '%s' of table '%s': the source's row holds the error value"
               + " with index 0, which a server in strict mode does not store. Give the row one of"
               + " the declared labels at the source.")
              .formatted(column.name(), table),
          null);
    }
    return label;
  }

  private static boolean declaresEmptyLabel(Column column) {
    return NativeType.parse(column.type().nativeType())
        .filter(type -> type.labels().contains(""))
        .isPresent();
  }

  /**
   * The SQL that stands for a value where it is stored in, or compared with, a column of MySQL:
   * {@code ?} for nearly all. JSON documents with numbers that MySQL's parser would change need
   * more; MariaDB, which keeps documents as text, takes {@code ?} and {@link #bind} for all.
   *
   * @param value in the normal form of the column; null for SQL NULL
   */
  static String parameter(@Nullable Object value, Column column) {
    return value != null && column.type().kind() == ValueKind.JSON
        ? ExactJson.of((String) value).expression()
        : "?";
  }

  /**
   * Binds the parameters in the SQL of {@link #parameter}.
   *
   * @param index the first parameter, from 1
   * @return the index of the parameter that follows
   * @throws ChangeRejectedException as {@link #bind} does
   */
  static int bindParameter(
      PreparedStatement statement, int index, @Nullable Object value, TableId table, Column column)
      throws SQLException {
    if (value != null && column.type().kind() == ValueKind.JSON) {
      return ExactJson.of((String) value).bind(statement, index);
    }
    bind(statement, index, value, table, column);
    return index + 1;
  }

  /**
   * A value of a key as text that {@link #parse} reads back.
   *
   * @param value not null, in the normal form of the column
   */
  static String print(Object value, Column column) {
    return switch (column.type().kind()) {
      case INTEGER, YEAR, FLOAT, DOUBLE -> value.toString();
      case DECIMAL -> ((BigDecimal) value).toPlainString();
      case TEXT, ENUM, SET, JSON -> (String) value;
      case BINARY, BITS, GEOMETRY -> HexFormat.of().formatHex((byte[]) value);
      case DATE, DATE_TIME, INSTANT, TIME -> Temporal.print(value);
    };
  }

  /**
   * The value that {@link #print} wrote.
   *
   * @throws IllegalArgumentException if the text is none that {@link #print} writes for the column
   */
  static Object parse(String text, Column column) {
    ValueKind kind = column.type().kind();
    try {
      return switch (kind) {
        case INTEGER, YEAR -> IntegerValue.parse(text);
        case FLOAT -> Float.valueOf(text);
        case DOUBLE -> Double.valueOf(text);
        case DECIMAL -> new BigDecimal(text);
        case TEXT, ENUM, SET, JSON -> text;
        case BINARY, BITS, GEOMETRY -> HexFormat.of().parseHex(text);
        case DATE -> Temporal.parseDate(text);
        case DATE_TIME -> Temporal.parseDateTime(text, Temporal.fractionDigits(text));
        case INSTANT -> Temporal.parseInstant(text, Temporal.fractionDigits(text));
        case TIME -> Temporal.parseTime(text, Temporal.fractionDigits(text));
      };
    } catch (IllegalArgumentException e) {
      // Without the cause, whose message may hold the value.
      throw new IllegalArgumentException(
          "Cannot read a stored bound of column '%s': it is no %s.".formatted(column.name(), kind));
    }
  }
}
