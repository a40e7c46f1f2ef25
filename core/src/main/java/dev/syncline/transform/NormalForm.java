package dev.syncline.transform;

import dev.syncline.change.ColumnType;
import dev.syncline.change.ImpossibleDate;
import dev.syncline.change.ValueKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;

/** Checks that values which an application has made are of the form of their column. */
final class NormalForm {

  private static final int BITS_OF_A_LONG = 63;

  private NormalForm() {}

  /** The value. */
  static Object checked(ColumnType type, Object value) {
    if (!isOf(type.kind(), value)) {
      throw new UnfitValueException(
          "its type '%s' needs a value of the form %s, but a %s was given"
              .formatted(type.nativeType(), type.kind(), value.getClass().getSimpleName()));
    }
    return value;
  }

  private static boolean isOf(ValueKind kind, Object value) {
    boolean impossible = value instanceof ImpossibleDate;
    return switch (kind) {
      case INTEGER ->
          value instanceof Long
              || (value instanceof BigInteger number
                  && number.signum() > 0
                  && number.bitLength() > BITS_OF_A_LONG);
      case DECIMAL -> value instanceof BigDecimal;
      case FLOAT -> value instanceof Float;
      case DOUBLE -> value instanceof Double;
      case TEXT, ENUM, SET, JSON -> value instanceof String;
      case BINARY, BITS, GEOMETRY -> value instanceof byte[];
      case DATE -> value instanceof LocalDate || impossible;
      case DATE_TIME -> value instanceof LocalDateTime || impossible;
      case INSTANT -> value instanceof Instant || impossible;
      case TIME -> value instanceof Duration;
      case YEAR -> value instanceof Long;
    };
  }
}
