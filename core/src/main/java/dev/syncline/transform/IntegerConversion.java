package dev.syncline.transform;

import dev.syncline.change.ColumnType;
import dev.syncline.change.ValueKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Values as whole numbers of 64 bits with a sign. */
record IntegerConversion() implements ValueChange {

  private static final ColumnType TYPE = ColumnType.of(ValueKind.INTEGER, "bigint");

  @Override
  public Optional<String> obstacle(ColumnType from) {
    return switch (from.kind()) {
      case INTEGER, DECIMAL, YEAR, TEXT -> Optional.empty();
      default ->
          Optional.of(
              "values of type '%s' are no whole numbers; use a function"
                  .formatted(from.nativeType()));
    };
  }

  @Override
  public ColumnType type(ColumnType from) {
    return TYPE;
  }

  /** Texts may have zeros in front. */
  @Override
  public boolean keepsApart(ColumnType from) {
    return from.kind() != ValueKind.TEXT;
  }

  @Override
  public Function<Object, @Nullable Object> values(ColumnType from) {
    return value -> {
      try {
        if (value instanceof BigDecimal number) {
          return number.longValueExact();
        }
        if (value instanceof BigInteger number) {
          return number.longValueExact();
        }
        return value instanceof String text ? (Object) Long.parseLong(text) : value;
      } catch (ArithmeticException | NumberFormatException e) {
        // Its message has the value in it, so it is no cause.
        throw new UnfitValueException("it is no whole number of 64 bits");
      }
    };
  }
}
