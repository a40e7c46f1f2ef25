package dev.syncline.transform;

import dev.syncline.change.ColumnType;
import dev.syncline.change.ValueKind;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One value for all. */
final class FullMask implements ValueChange {

  private static final String STARS = "****";

  /** A day that every database can store, in every time zone. */
  private static final LocalDate DAY = LocalDate.of(2000, 1, 1);

  @Override
  public Optional<String> obstacle(ColumnType from) {
    return from.kind() == ValueKind.ENUM || from.kind() == ValueKind.GEOMETRY
        ? Optional.of(
            "its type '%s' has no value that says nothing; drop the column, or use a hash"
                .formatted(from.nativeType()))
        : Optional.empty();
  }

  @Override
  public ColumnType type(ColumnType from) {
    return from;
  }

  @Override
  public boolean keepsApart(ColumnType from) {
    return false;
  }

  @Override
  public Function<Object, @Nullable Object> values(ColumnType from) {
    return switch (from.kind()) {
      case TEXT -> value -> stars((String) value);
      case INTEGER -> value -> 0L;
      case DECIMAL -> value -> BigDecimal.ZERO.setScale(((BigDecimal) value).scale());
      case FLOAT -> value -> 0f;
      case DOUBLE -> value -> 0d;
      case BINARY, BITS -> value -> new byte[((byte[]) value).length];
      case DATE -> value -> DAY;
      case DATE_TIME -> value -> DAY.atStartOfDay();
      case INSTANT -> value -> DAY.atStartOfDay().toInstant(ZoneOffset.UTC);
      case TIME -> value -> Duration.ZERO;
      case YEAR -> value -> (long) DAY.getYear();
      case SET -> value -> "";
      case JSON -> value -> "{}";
      case ENUM, GEOMETRY -> throw new IllegalStateException("refused before");
    };
  }

  private static String stars(String text) {
    return STARS.substring(0, Math.min(STARS.length(), text.codePointCount(0, text.length())));
  }
}
