package dev.syncline.transform;

import dev.syncline.change.ColumnType;
import dev.syncline.change.ValueKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Values as decimal numbers. */
record DecimalConversion(int precision, int scale) implements ValueChange {

  /** Longer texts are refused unread: an exponent makes numbers of any size. */
  private static final int LONGEST_TEXT = 100;

  @Override
  public Optional<String> obstacle(ColumnType from) {
    return switch (from.kind()) {
      case INTEGER, DECIMAL, YEAR, TEXT -> Optional.empty();
      default ->
          Optional.of(
              "values of type '%s' are no decimal numbers; use a function"
                  .formatted(from.nativeType()));
    };
  }

  @Override
  public ColumnType type(ColumnType from) {
    return ColumnType.of(ValueKind.DECIMAL, "decimal(" + precision + "," + scale + ")");
  }

  /** One number has many texts. */
  @Override
  public boolean keepsApart(ColumnType from) {
    return from.kind() != ValueKind.TEXT;
  }

  @Override
  public Function<Object, @Nullable Object> values(ColumnType from) {
    return value -> {
      BigDecimal number = number(value);
      boolean fits =
          number.signum() == 0
              || ((long) number.precision() - number.scale() <= precision - scale
                  && number.stripTrailingZeros().scale() <= scale);
      if (!fits) {
        throw new UnfitValueException("it does not fit without rounding");
      }
      return number.signum() == 0
          ? BigDecimal.ZERO.setScale(scale)
          : number.setScale(scale, RoundingMode.UNNECESSARY);
    };
  }

  private static BigDecimal number(Object value) {
    if (value instanceof BigDecimal number) {
      return number;
    }
    if (value instanceof BigInteger number) {
      return new BigDecimal(number);
    }
    if (value instanceof Long number) {
      return BigDecimal.valueOf(number);
    }
    String text = (String) value;
    if (text.length() <= LONGEST_TEXT) {
      try {
        return new BigDecimal(text);
      } catch (NumberFormatException e) {
        // Its message may have the value in it, so it is no cause.
        throw new UnfitValueException("it is no number");
      }
    }
    throw new UnfitValueException("it is no number");
  }
}
