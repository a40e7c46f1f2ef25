package dev.syncline.transform;

import dev.syncline.change.ColumnType;
import dev.syncline.change.ValueKind;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Values as text. Floating-point numbers are refused: each system prints them in its own way. */
record TextConversion(int length) implements ValueChange {

  private static final Set<ValueKind> REFUSED =
      EnumSet.of(
          ValueKind.FLOAT, ValueKind.DOUBLE, ValueKind.BINARY, ValueKind.BITS, ValueKind.GEOMETRY);

  @Override
  public Optional<String> obstacle(ColumnType from) {
    return REFUSED.contains(from.kind())
        ? Optional.of(
            "values of type '%s' have no text of their own; use a function"
                .formatted(from.nativeType()))
        : Optional.empty();
  }

  @Override
  public ColumnType type(ColumnType from) {
    String type = "varchar(" + length + ")";
    if (!from.charset().isEmpty()) {
      return new ColumnType(ValueKind.TEXT, type, from.charset(), from.collation());
    }
    return from.kind() == ValueKind.JSON
        ? new ColumnType(ValueKind.TEXT, type, "utf8mb4", "utf8mb4_bin")
        : new ColumnType(ValueKind.TEXT, type, "ascii", "ascii_bin");
  }

  @Override
  public boolean keepsApart(ColumnType from) {
    return true;
  }

  @Override
  public Function<Object, @Nullable Object> values(ColumnType from) {
    return value -> {
      String text = PrintedValue.of(value);
      if (text.codePointCount(0, text.length()) > length) {
        throw new UnfitValueException("its text has more than " + length + " characters");
      }
      return text;
    };
  }
}
