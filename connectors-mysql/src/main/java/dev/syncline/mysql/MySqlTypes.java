package dev.syncline.mysql;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.TableId;
import dev.syncline.change.ValueKind;

/**
 * What MySQL's and MariaDB's column types mean here: which form the values of a column have.
 *
 * <p>Nothing is guessed: a type or character set that is not known in every word is refused.
 */
final class MySqlTypes {

  private MySqlTypes() {}

  /**
   * The type of a column as the information schema describes it.
   *
   * @param table the table, for the message
   * @param column the column, for the message
   * @param columnType {@code COLUMN_TYPE}, for example {@code int(10) unsigned}
   * @param charset {@code CHARACTER_SET_NAME}, empty for SQL NULL
   * @param collation {@code COLLATION_NAME}, empty for SQL NULL
   * @throws UnsupportedChangeException if the type or the character set is not supported; the
   *     message names table, column and type
   */
  static ColumnType columnType(
      TableId table, String column, String columnType, String charset, String collation) {
    NativeType type = parse(table, column, columnType);
    ValueKind kind = type.base().kind();
    if (kind == ValueKind.TEXT || kind == ValueKind.ENUM || kind == ValueKind.SET) {
      if (MySqlCharset.named(charset).isEmpty()) {
        throw new UnsupportedChangeException(
            "Cannot read column '%s' of table '%s': its character set '%s' is not supported. "
                    .formatted(column, table, charset)
                + "Convert the column to utf8mb4, or leave the table out of the selection.");
      }
      return new ColumnType(kind, columnType, charset, collation);
    }
    return ColumnType.of(kind, columnType);
  }

  /**
   * The type of a column that was described by {@link #columnType}.
   *
   * @throws UnsupportedChangeException if the type is not supported
   */
  static NativeType nativeType(TableId table, Column column) {
    return parse(table, column.name(), column.type().nativeType());
  }

  /**
   * The character set of a text column that was described by {@link #columnType}.
   *
   * @throws UnsupportedChangeException if the character set is not supported
   */
  static MySqlCharset charset(TableId table, Column column) {
    return MySqlCharset.named(column.type().charset())
        .orElseThrow(
            () ->
                new UnsupportedChangeException(
                    "Cannot read column '%s' of table '%s': its character set '%s' is unknown."
                        .formatted(column.name(), table, column.type().charset())));
  }

  private static NativeType parse(TableId table, String column, String columnType) {
    return NativeType.parse(columnType)
        .orElseThrow(
            () ->
                new UnsupportedChangeException(
                    "Cannot read column '%s' of table '%s': its type '%s' is not supported. "
                            .formatted(column, table, abbreviated(columnType))
                        + "Change the column's type, or leave the table out of the selection."));
  }

  /** Label lists may be long. */
  private static String abbreviated(String columnType) {
    int max = 100;
    return columnType.length() <= max ? columnType : columnType.substring(0, max) + "...";
  }
}
