package dev.syncline.mysql;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How one column is read by SQL: the expression to select, and what its result means. The
 * expressions keep the driver from interpreting values: it would refuse zero dates, round floating
 * point numbers, make booleans of bits and guess time zones. Immutable and thread-safe.
 */
final class SelectedColumn {

  /** Brings one result, which may be NULL, into normal form. */
  @FunctionalInterface
  private interface Reading {
    @Nullable Object read(ResultSet results, int index) throws SQLException;
  }

  /** The longest text of a date with time. */
  private static final int TEMPORAL_LENGTH = 26;

  private final String name;
  private final String expression;
  private final Reading reading;

  private SelectedColumn(String name, String expression, Reading reading) {
    this.name = name;
    this.expression = expression;
    this.reading = reading;
  }

  /**
   * The way to read a column.
   *
   * @param charset the character set of a column whose kind is TEXT
   */
  static SelectedColumn of(String name, NativeType type, @Nullable MySqlCharset charset) {
    String quoted = "`" + name.replace("`", "``") + "`";
    int digits = type.fractionDigits();
    return switch (type.base().kind()) {
      case INTEGER -> new SelectedColumn(name, quoted, integer(type));
      // Without the addition the driver may take it for a date.
      case YEAR -> new SelectedColumn(name, quoted + " + 0", SelectedColumn::signed);
      case DECIMAL -> new SelectedColumn(name, quoted, decimal(type.scale()));
      // The server rounds FLOAT for display; the multiplication also keeps the sign of zero.
      case FLOAT -> new SelectedColumn(name, quoted + " * 1E0", SelectedColumn::singlePrecision);
      case DOUBLE -> new SelectedColumn(name, quoted + " * 1E0", SelectedColumn::doublePrecision);
      case BITS -> new SelectedColumn(name, asBinary(quoted), ResultSet::getBytes);
      case BINARY, GEOMETRY -> new SelectedColumn(name, quoted, ResultSet::getBytes);
      case DATE -> new SelectedColumn(name, asChar(quoted), parsing(Temporal::parseDate));
      case TIME ->
          new SelectedColumn(
              name, asChar(quoted), parsing(text -> Temporal.parseTime(text, digits)));
      case DATE_TIME ->
          new SelectedColumn(
              name, asChar(quoted), parsing(text -> Temporal.parseDateTime(text, digits)));
      case INSTANT ->
          new SelectedColumn(
              name, asChar(quoted), parsing(text -> Temporal.parseInstant(text, digits)));
      case TEXT -> text(name, quoted, Objects.requireNonNull(charset, "charset"));
      case ENUM, SET -> new SelectedColumn(name, asUtf8(quoted), decoding(MySqlCharset.UTF8));
      case JSON -> new SelectedColumn(name, asUtf8(quoted), SelectedColumn::json);
    };
  }

  private static String asChar(String quoted) {
    // Cursors of MySQL 5.5 cut a TIME after eight characters unless they are told the length.
    return "CAST(" + quoted + " AS CHAR(" + TEMPORAL_LENGTH + "))";
  }

  private static String asUtf8(String quoted) {
    return "CONVERT(" + quoted + " USING utf8mb4)";
  }

  private static String asBinary(String quoted) {
    return "CAST(" + quoted + " AS BINARY)";
  }

  /**
   * Text of other character sets comes as its bytes: the server would replace what it cannot map.
   */
  private static SelectedColumn text(String name, String quoted, MySqlCharset charset) {
    String expression = charset.isSentAsStored() ? quoted : asBinary(quoted);
    return new SelectedColumn(name, expression, decoding(charset));
  }

  String name() {
    return name;
  }

  String expression() {
    return expression;
  }

  /**
   * The value in normal form, null for NULL.
   *
   * @throws MalformedValueException if the result is no value of the column
   */
  @Nullable Object read(ResultSet results, int index) throws SQLException {
    return reading.read(results, index);
  }

  private static Reading integer(NativeType type) {
    if (type.base() == NativeType.Base.BIGINT && type.unsigned()) {
      return SelectedColumn::unsigned;
    }
    return SelectedColumn::signed;
  }

  private static @Nullable Object signed(ResultSet results, int index) throws SQLException {
    long value = results.getLong(index);
    return results.wasNull() ? null : (Object) value;
  }

  private static @Nullable Object unsigned(ResultSet results, int index) throws SQLException {
    String text = results.getString(index);
    return text == null ? null : IntegerValue.parse(text);
  }

  private static Reading decimal(int scale) {
    return (results, index) -> {
      BigDecimal value = results.getBigDecimal(index);
      if (value != null && value.scale() != scale) {
        throw new MalformedValueException("the number has another scale than declared");
      }
      return value;
    };
  }

  private static @Nullable Object singlePrecision(ResultSet results, int index)
      throws SQLException {
    float value = (float) results.getDouble(index);
    return results.wasNull() ? null : (Object) value;
  }

  private static @Nullable Object doublePrecision(ResultSet results, int index)
      throws SQLException {
    double value = results.getDouble(index);
    return results.wasNull() ? null : (Object) value;
  }

  /**
   * MySQL 5.7 leaves line ends in opaque values bare, which is no JSON and no later server's text.
   */
  private static @Nullable Object json(ResultSet results, int index) throws SQLException {
    byte[] bytes = results.getBytes(index);
    return bytes == null
        ? null
        : MySqlCharset.UTF8.decode(bytes, 0, bytes.length).replace("\n", "\\n");
  }

  private static Reading decoding(MySqlCharset charset) {
    return (results, index) -> {
      byte[] bytes = results.getBytes(index);
      return bytes == null ? null : charset.decode(bytes, 0, bytes.length);
    };
  }

  /** What turns a server's text of a value that is not text into its normal form. */
  @FunctionalInterface
  private interface Parsing {
    Object parse(String text);
  }

  private static Reading parsing(Parsing how) {
    return (results, index) -> {
      byte[] bytes = results.getBytes(index);
      return bytes == null ? null : how.parse(new String(bytes, StandardCharsets.US_ASCII));
    };
  }
}
