package dev.syncline.mysql;

import dev.syncline.ChangeRejectedException;
import dev.syncline.change.Column;
import dev.syncline.change.ImpossibleDate;
import dev.syncline.change.TableId;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Writes values in normal form as literals of SQL, so that a MySQL or MariaDB server stores exactly
 * what the source had. The session must have {@code time_zone='+00:00'}, use {@code utf8mb4}, and
 * its {@code sql_mode} must hold {@code ALLOW_INVALID_DATES} and {@code NO_AUTO_VALUE_ON_ZERO} but
 * neither {@code NO_ZERO_DATE} nor {@code NO_ZERO_IN_DATE}.
 *
 * <p>Texts are quoted by the rules of the manual's chapter "String Literals" without {@code
 * NO_BACKSLASH_ESCAPES}, which the sessions do not have and {@link MySqlConnections} makes sure of.
 */
final class SqlLiterals {

  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private SqlLiterals() {}

  /**
   * Appends a value to be stored or to be compared with the column.
   *
   * @param value in the normal form of the column; null for SQL NULL
   * @param table the table at the target, for messages
   * @throws ChangeRejectedException if a server in strict mode cannot store the value: ENUM's error
   *     value, infinite numbers
   * @throws ClassCastException if the value is not in the normal form of the column
   */
  static void append(StringBuilder sql, @Nullable Object value, TableId table, Column column) {
    if (value == null) {
      sql.append("NULL");
      return;
    }
    switch (column.type().kind()) {
      case INTEGER, YEAR -> appendInteger(sql, value);
      case DECIMAL -> sql.append(((BigDecimal) value).toPlainString());
      case FLOAT, DOUBLE -> appendFloating(sql, ((Number) value).doubleValue(), table, column);
      case TEXT, SET, JSON -> appendText(sql, (String) value);
      case ENUM -> appendText(sql, label((String) value, table, column));
      case BINARY, GEOMETRY -> appendBytes(sql, (byte[]) value);
      // As bytes it would not compare as a number.
      case BITS -> sql.append(new BigInteger(1, (byte[]) value));
      case DATE, DATE_TIME, INSTANT, TIME -> appendTemporal(sql, value);
    }
  }

  /** Nothing but numbers goes into a statement without quotes. */
  private static void appendInteger(StringBuilder sql, Object value) {
    if (value instanceof BigInteger number) {
      sql.append(number);
    } else {
      sql.append(((Long) value).longValue());
    }
  }

  private static void appendFloating(
      StringBuilder sql, double value, TableId table, Column column) {
    if (!Double.isFinite(value)) {
      throw new ChangeRejectedException(
          table,
          "Cannot write column '%s' of table '%s': MySQL has no infinite numbers and no NaN."
              .formatted(column.name(), table),
          null);
    }
    boolean isNegativeZero = value == 0 && Double.doubleToRawLongBits(value) < 0;
    if (isNegativeZero) {
      // As a number it would be a DECIMAL literal, whose zero has no sign.
      sql.append("'-0'");
      return;
    }
    String text = Double.toString(value);
    sql.append(text);
    if (text.indexOf('E') < 0) {
      // Without an exponent it would be a DECIMAL literal, too.
      sql.append("E0");
    }
  }

  private static void appendTemporal(StringBuilder sql, Object value) {
    if (value instanceof ImpossibleDate impossible) {
      // Whoever made it may have put anything into it.
      appendText(sql, impossible.literal());
    } else {
      Temporal.append(sql.append('\''), value);
      sql.append('\'');
    }
  }

  /** Appends a text as a string. */
  static void appendText(StringBuilder sql, String text) {
    sql.append('\'');
    int plain = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\'' || c == '\\' || c == 0) {
        sql.append(text, plain, i).append('\\').append(c == 0 ? '0' : c);
        plain = i + 1;
      }
    }
    sql.append(text, plain, text.length()).append('\'');
  }

  private static void appendBytes(StringBuilder sql, byte[] bytes) {
    sql.append("x'");
    for (byte b : bytes) {
      sql.append(HEX[(b >> 4) & 15]).append(HEX[b & 15]);
    }
    sql.append('\'');
  }

  /** The label of an ENUM column as it is written. */
  private static String label(String label, TableId table, Column column) {
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
}
