package dev.syncline.mysql;

import dev.syncline.ChangeRejectedException;
import dev.syncline.change.Column;
import dev.syncline.change.TableId;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Writes values in normal form as literals of SQL, for sessions as {@link MySqlValues} wants them:
 * what {@link MySqlValues#bind} and the driver together make of them, without an object for each.
 *
 * <p>Texts are quoted by the rules of the manual's chapter "String Literals" without {@code
 * NO_BACKSLASH_ESCAPES}, which the sessions do not have and {@link MySqlConnections} makes sure of.
 */
final class SqlLiterals {

  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private SqlLiterals() {}

  /**
   * Appends a value.
   *
   * @param value in the normal form of the column; null for SQL NULL
   * @param table the table at the target, for messages
   * @throws ChangeRejectedException as {@link MySqlValues#bind} does
   */
  static void append(StringBuilder sql, @Nullable Object value, TableId table, Column column) {
    if (value == null) {
      sql.append("NULL");
      return;
    }
    switch (column.type().kind()) {
      case INTEGER, YEAR -> sql.append(value);
      case DECIMAL -> sql.append(((BigDecimal) value).toPlainString());
      case FLOAT, DOUBLE -> appendFloating(sql, ((Number) value).doubleValue());
      case TEXT, SET, JSON -> appendText(sql, (String) value);
      case ENUM -> appendText(sql, MySqlValues.label((String) value, table, column));
      case BINARY, GEOMETRY -> appendBytes(sql, (byte[]) value);
      // As bytes it would not compare as a number.
      case BITS -> sql.append(new BigInteger(1, (byte[]) value));
      case DATE, DATE_TIME, INSTANT, TIME ->
          sql.append('\'').append(Temporal.print(value)).append('\'');
    }
  }

  private static void appendFloating(StringBuilder sql, double value) {
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

  private static void appendText(StringBuilder sql, String text) {
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
}
