package dev.syncline.transform;

import dev.syncline.change.ColumnType;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Transforms#convert} makes of the values of a column. NULL stays NULL. Nothing is
 * rounded or cut: a value that does not fit fails. Immutable and thread-safe.
 */
public final class Conversion {

  private static final int MOST_CHARACTERS = 16_383;
  private static final int MOST_DIGITS = 65;
  private static final int MOST_FRACTION_DIGITS = 30;

  private final String name;
  private final ValueChange change;

  private Conversion(String name, ValueChange change) {
    this.name = name;
    this.change = change;
  }

  /**
   * To a {@code varchar} of so many characters, from integers, decimals, dates, times, years,
   * texts, ENUM, SET and JSON. Dates and times are as MySQL prints them, with the fraction digits
   * that are not 0; an instant (MySQL's TIMESTAMP) is in UTC.
   *
   * @param length 1 to 16383
   * @throws IllegalArgumentException if it is not in this range
   */
  public static Conversion toText(int length) {
    checkRange(length, 1, MOST_CHARACTERS, "length");
    return new Conversion("toText(" + length + ")", new TextConversion(length));
  }

  /**
   * To a {@code bigint}, from integers, decimals without fraction, years, and texts that are a
   * whole number and nothing else.
   */
  public static Conversion toInteger() {
    return new Conversion("toInteger()", new IntegerConversion());
  }

  /**
   * To a {@code decimal}, from integers, decimals, and texts that are a number and nothing else.
   *
   * @param precision the number of digits, 1 to 65
   * @param scale how many of them are behind the point, 0 to 30 and not more than there are
   * @throws IllegalArgumentException if they are not in this range
   */
  public static Conversion toDecimal(int precision, int scale) {
    checkRange(precision, 1, MOST_DIGITS, "precision");
    checkRange(scale, 0, Math.min(precision, MOST_FRACTION_DIGITS), "scale");
    return new Conversion(
        "toDecimal(%d, %d)".formatted(precision, scale), new DecimalConversion(precision, scale));
  }

  /**
   * To any type, by a function of the application. Not for columns of keys, since two keys could
   * become one.
   *
   * @param type the type of the column behind it
   * @param function is called from several threads with values in the form of {@link
   *     dev.syncline.change.ValueKind}, never with null, and gives values in that of the new type,
   *     or null for NULL; the same value must always have the same result
   */
  public static Conversion by(ColumnType type, Function<Object, @Nullable Object> function) {
    Objects.requireNonNull(type, "type");
    return new Conversion(
        "to '" + type.nativeType() + "'",
        new OwnConversion(type, Objects.requireNonNull(function, "function")));
  }

  private static void checkRange(int value, int least, int most, String what) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "The %s must be from %d to %d; got %d.".formatted(what, least, most, value));
    }
  }

  ValueChange change() {
    return change;
  }

  /** What it converts to. */
  @Override
  public String toString() {
    return name;
  }
}
