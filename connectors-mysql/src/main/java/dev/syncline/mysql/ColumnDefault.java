package dev.syncline.mysql;

import dev.syncline.change.Column;
import dev.syncline.change.TableId;
import dev.syncline.change.ValueKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a column gets from an insert that does not name it, if that is a constant: the server leaves
 * it out of the log where it logs no whole rows.
 *
 * <p>The catalog prints a default as text, and not every text says exactly what is stored. Where it
 * does not, the default passes for unknown.
 */
final class ColumnDefault {

  private static final String NULL = "NULL";

  /** What {@link Column#constant} has of a column that has no default, not even NULL. */
  private static final String NONE = "NONE";

  private static final Pattern NUMBER =
      Pattern.compile("[-+]?[0-9]*\\.?[0-9]+([eE][-+]?[0-9]+)?|[bB]'[01]*'");

  /** What no collation ignores, or takes for the end of a text. */
  private static final Pattern PLAIN = Pattern.compile("[0-9A-Za-z]");

  /** What the catalog may have put in the place of characters that it cannot print. */
  private static final Pattern DOUBTFUL = Pattern.compile("[?\\\\\uFFFD]");

  /** How a catalog prints defaults. */
  enum Spelling {
    /** As they are; it says otherwise which are expressions. */
    PLAIN,
    /** Texts in quotes, numbers and expressions without, and NULL for NULL. */
    QUOTED,
    /** Texts and expressions alike, so that they cannot be told apart. */
    UNCLEAR;

    /** MariaDB knows expressions since 10.2.1 and tells texts from them since 10.2.7. */
    static Spelling of(MySqlFacts facts) {
      if (facts.isMariaDbFrom(10, 2, 7)) {
        return QUOTED;
      }
      return facts.isMariaDbFrom(10, 2, 1) ? UNCLEAR : PLAIN;
    }
  }

  private ColumnDefault() {}

  /**
   * A default in the form that {@link Column#constant} has it: NULL, or a constant in quotes, or
   * NONE; empty if it is not known.
   *
   * @param text {@code COLUMN_DEFAULT}; null for SQL NULL
   * @param computed whether the catalog says that an expression makes the default
   */
  static Optional<String> of(
      @Nullable String text, boolean nullable, Spelling spelling, boolean computed) {
    if (computed) {
      return Optional.empty();
    }
    if (text == null && !nullable) {
      return Optional.of(NONE);
    }
    if (text == null || (spelling == Spelling.QUOTED && text.equals(NULL))) {
      return Optional.of(NULL);
    }
    if (spelling == Spelling.UNCLEAR) {
      return Optional.empty();
    }
    if (spelling == Spelling.PLAIN || NUMBER.matcher(text).matches()) {
      return Optional.of("'" + text + "'");
    }
    boolean isText = text.length() > 1 && text.startsWith("'") && text.endsWith("'");
    String inside = isText ? text.substring(1, text.length() - 1) : "'";
    return inside.contains("'") ? Optional.empty() : Optional.of(text);
  }

  /** A value, which may be NULL. */
  record Value(@Nullable Object value) {}

  /** The default of a column in normal form; empty if it is not known exactly. */
  static Optional<Value> value(TableId table, Column column) {
    String constant = column.constant().orElse(NONE);
    if (constant.equals(NONE)) {
      return Optional.empty();
    }
    if (constant.equals(NULL)) {
      return Optional.of(new Value(null));
    }
    try {
      NativeType type = MySqlTypes.nativeType(table, column);
      Object value = parse(type, constant.substring(1, constant.length() - 1));
      return value == null ? Optional.empty() : Optional.of(new Value(value));
    } catch (MalformedValueException | ArithmeticException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Whether a column is NULL wherever an insert does not name it. */
  static boolean isNull(Column column) {
    return column.constant().equals(Optional.of(NULL));
  }

  /**
   * Whether a column that an insert does not name may get a value without the log having it, or one
   * that equals it in a key: the default, or what a lenient session takes for a column that has
   * none.
   */
  static boolean mayBe(TableId table, Column column, @Nullable Object value) {
    if (isNull(column) || value == null) {
      return isNull(column) && value == null;
    }
    Optional<Value> known = value(table, column);
    boolean hasNone = column.constant().equals(Optional.of(NONE));
    if (known.isEmpty() && !hasNone) {
      return true;
    }
    if (value instanceof Number number) {
      return number.doubleValue() == 0 || isKnown(known, value);
    }
    if (value instanceof byte[] bytes) {
      return new BigInteger(1, bytes).signum() == 0 || known.isPresent();
    }
    if (value instanceof String text && column.type().kind() == ValueKind.TEXT) {
      // Which texts are equal is the collation's matter; it may take many for the empty one.
      return known.isPresent() || !PLAIN.matcher(text).find();
    }
    return !(value instanceof java.time.temporal.Temporal) || isKnown(known, value);
  }

  private static boolean isKnown(Optional<Value> known, Object value) {
    return known.isPresent() && value.equals(known.get().value());
  }

  private static @Nullable Object parse(NativeType type, String text) {
    int digits = type.fractionDigits();
    return switch (type.base().kind()) {
      case INTEGER -> IntegerValue.parse(text);
      case YEAR -> Long.valueOf(text);
      case DECIMAL -> new BigDecimal(text).setScale(type.scale());
      // The server prints six digits of a FLOAT, whatever it stores.
      case FLOAT -> Float.parseFloat(text) == 0 ? Float.valueOf(0) : null;
      case DOUBLE -> Double.valueOf(text);
      case DATE -> Temporal.parseDate(text);
      case TIME -> Temporal.parseTime(text, digits);
      // Text that is no literal, such as CURRENT_TIMESTAMP, is no date either.
      case DATE_TIME -> Temporal.parseDateTime(text, digits);
      // Others are printed in some session's time zone.
      case INSTANT -> text.startsWith("0000-") ? Temporal.parseInstant(text, digits) : null;
      case BITS -> bits(type, text);
      case TEXT, ENUM, SET -> text(type, text);
      case BINARY -> text.isEmpty() && isOfAnyLength(type) ? new byte[0] : null;
      case JSON, GEOMETRY -> null;
    };
  }

  private static boolean isOfAnyLength(NativeType type) {
    return type.base() != NativeType.Base.BINARY;
  }

  private static @Nullable Object text(NativeType type, String text) {
    boolean isStoredShorter = type.base() == NativeType.Base.CHAR && text.endsWith(" ");
    return DOUBTFUL.matcher(text).find() || isStoredShorter ? null : text;
  }

  private static byte @Nullable [] bits(NativeType type, String text) {
    if (!text.toLowerCase(Locale.ROOT).startsWith("b'")) {
      return null;
    }
    byte[] bits = new byte[(type.length() + Byte.SIZE - 1) / Byte.SIZE];
    String digits = text.substring(2, text.length() - 1);
    for (int i = 0; i < digits.length(); i++) {
      int place = digits.length() - 1 - i;
      if (digits.charAt(i) == '1') {
        bits[bits.length - 1 - place / Byte.SIZE] |= (byte) (1 << (place % Byte.SIZE));
      }
    }
    return bits;
  }
}
