package dev.syncline.mysql;

import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.mysql.FilterType.Moment;
import dev.syncline.mysql.FilterType.Sign;
import dev.syncline.mysql.FilterType.Whole;
import java.math.BigDecimal;
import java.math.BigInteger;

/** What columns give to a condition. */
final class FilterColumns {
  private static final long MOST_OF_TEXT = 1L << 32;

  private FilterColumns() {}

  /**
   * The type of a column's values.
   *
   * @throws FilterException if servers compare them in a way of their own
   */
  static FilterType type(Column column, NativeType type) {
    return switch (type.base()) {
      case TINYINT -> whole(8, type.unsigned());
      case SMALLINT -> whole(16, type.unsigned());
      case MEDIUMINT -> whole(24, type.unsigned());
      case INT -> whole(32, type.unsigned());
      case BIGINT -> whole(64, type.unsigned());
      // As a DOUBLE, MariaDB takes the largest values for negative ones.
      case BIT ->
          type.length() == 64 ? new FilterType.Opaque("a BIT(64)") : whole(type.length(), true);
      case DECIMAL ->
          new FilterType.Decimal(Math.max(1, type.length() - type.scale()), type.scale());
      case FLOAT, DOUBLE -> floating(column, type);
      case YEAR -> new FilterType.Year();
      case DATE -> new Moment(Moment.Kind.DATE, 0);
      case DATETIME, TIMESTAMP -> new Moment(Moment.Kind.DATETIME, type.fractionDigits());
      case TIME -> new Moment(Moment.Kind.TIME, type.fractionDigits());
      case CHAR, VARCHAR -> text(column.type(), type.length());
      case TINYTEXT, TEXT, MEDIUMTEXT, LONGTEXT -> text(column.type(), MOST_OF_TEXT);
      case BINARY, VARBINARY -> new FilterType.Bytes(type.length());
      case TINYBLOB, BLOB, MEDIUMBLOB, LONGBLOB -> new FilterType.Bytes(MOST_OF_TEXT);
      case ENUM, SET -> new FilterType.Labels(type.base().name(), type.labels());
      case JSON,
          GEOMETRY,
          POINT,
          LINESTRING,
          POLYGON,
          MULTIPOINT,
          MULTILINESTRING,
          MULTIPOLYGON,
          GEOMETRYCOLLECTION,
          GEOMCOLLECTION ->
          new FilterType.Opaque("a " + type.base().name());
    };
  }

  private static Whole whole(int bits, boolean unsigned) {
    BigInteger one = BigInteger.ONE;
    return unsigned
        ? new Whole(BigInteger.ZERO, one.shiftLeft(bits).subtract(one), Sign.UNSIGNED)
        : new Whole(
            one.shiftLeft(bits - 1).negate(), one.shiftLeft(bits - 1).subtract(one), Sign.SIGNED);
  }

  private static FilterType floating(Column column, NativeType type) {
    if (type.length() > 0) {
      throw new FilterException(
          ("Column '%s' is '%s': servers hold numbers of such types for equal that differ a little."
                  + " Compare a column of another type.")
              .formatted(column.name(), column.type().nativeType()));
    }
    return new FilterType.Floating();
  }

  private static FilterType text(ColumnType type, long most) {
    FilterText order = FilterText.of(type.charset(), type.collation(), FilterText.Strength.COLUMN);
    return new FilterType.Text(order, most);
  }

  /** Brings a value from its column's normal form into that of the condition. */
  static FilterExpression.Step value(FilterType type) {
    if (type instanceof Whole || type instanceof FilterType.Year) {
      return FilterColumns::whole;
    }
    if (type instanceof FilterType.Floating) {
      return value -> ((Number) value).doubleValue();
    }
    return type instanceof Moment ? FilterMoments::number : value -> value;
  }

  private static BigDecimal whole(Object value) {
    if (value instanceof Long number) {
      return BigDecimal.valueOf(number);
    }
    return value instanceof byte[] bits
        ? new BigDecimal(new BigInteger(1, bits))
        : new BigDecimal((BigInteger) value);
  }
}
