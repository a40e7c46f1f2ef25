package dev.syncline.testkit;

import dev.syncline.change.Row;
import dev.syncline.change.ValueKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Base64;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;

/** Prints the values of a key as text and parses them, for the bounds of ranges. */
final class KeyText {

  /** The forms of values that a bound can hold. */
  static final Set<ValueKind> KINDS =
      Set.of(
          ValueKind.INTEGER,
          ValueKind.DECIMAL,
          ValueKind.TEXT,
          ValueKind.BINARY,
          ValueKind.DATE,
          ValueKind.DATE_TIME,
          ValueKind.INSTANT,
          ValueKind.TIME,
          ValueKind.YEAR,
          ValueKind.ENUM);

  private KeyText() {}

  static String print(Row key) {
    StringJoiner text = new StringJoiner(",");
    for (int i = 0; i < key.size(); i++) {
      text.add(printValue(Objects.requireNonNull(key.value(i), "value of a key")));
    }
    return text.toString();
  }

  static Row parse(String text) {
    String[] parts = text.split(",", -1);
    Object[] values = new Object[parts.length];
    for (int i = 0; i < parts.length; i++) {
      values[i] = parseValue(parts[i]);
    }
    return Row.of(values);
  }

  private static String printValue(Object value) {
    if (value instanceof String text) {
      return "s" + encode(text.getBytes(StandardCharsets.UTF_8));
    }
    if (value instanceof byte[] bytes) {
      return "x" + encode(bytes);
    }
    return letter(value) + value.toString();
  }

  private static char letter(Object value) {
    if (value instanceof Long) {
      return 'l';
    }
    if (value instanceof BigInteger) {
      return 'b';
    }
    if (value instanceof BigDecimal) {
      return 'n';
    }
    if (value instanceof LocalDate) {
      return 'd';
    }
    if (value instanceof LocalDateTime) {
      return 't';
    }
    if (value instanceof Instant) {
      return 'i';
    }
    if (value instanceof Duration) {
      return 'p';
    }
    throw new IllegalArgumentException(
        "A bound of a memory table's range cannot hold a " + value.getClass().getSimpleName());
  }

  private static Object parseValue(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("A value of a key is missing.");
    }
    String rest = text.substring(1);
    return switch (text.charAt(0)) {
      case 's' -> new String(Base64.getDecoder().decode(rest), StandardCharsets.UTF_8);
      case 'x' -> Base64.getDecoder().decode(rest);
      case 'l' -> Long.valueOf(rest);
      case 'b' -> new BigInteger(rest);
      case 'n' -> new BigDecimal(rest);
      case 'd' -> LocalDate.parse(rest);
      case 't' -> LocalDateTime.parse(rest);
      case 'i' -> Instant.parse(rest);
      case 'p' -> Duration.parse(rest);
      default -> throw new IllegalArgumentException("'" + text + "' is no value of a key.");
    };
  }

  private static String encode(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
