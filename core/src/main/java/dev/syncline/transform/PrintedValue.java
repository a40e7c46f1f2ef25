package dev.syncline.transform;

import dev.syncline.change.ImpossibleDate;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;

/** Values as text: equal values give equal texts, and different ones of a column different ones. */
final class PrintedValue {

  private static final DateTimeFormatter DATE_TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter(Locale.ROOT);

  private PrintedValue() {}

  /** Of numbers, texts, dates and times; an instant is printed in UTC. */
  static String of(Object value) {
    if (value instanceof BigDecimal number) {
      return number.toPlainString();
    }
    if (value instanceof Instant instant) {
      return DATE_TIME.format(instant.atOffset(ZoneOffset.UTC));
    }
    if (value instanceof LocalDateTime dateTime) {
      return DATE_TIME.format(dateTime);
    }
    if (value instanceof Duration time) {
      return time(time);
    }
    if (value instanceof ImpossibleDate date) {
      return date.literal();
    }
    if (value instanceof String
        || value instanceof Long
        || value instanceof BigInteger
        || value instanceof Float
        || value instanceof Double
        || value instanceof LocalDate) {
      return value.toString();
    }
    throw new UnfitValueException("a " + value.getClass().getSimpleName() + " is no text");
  }

  private static String time(Duration time) {
    Duration size = time.abs();
    String text =
        String.format(
            Locale.ROOT,
            "%s%02d:%02d:%02d",
            time.isNegative() ? "-" : "",
            size.toHours(),
            size.toMinutesPart(),
            size.toSecondsPart());
    return size.toNanosPart() == 0
        ? text
        : text + String.format(Locale.ROOT, ".%09d", size.toNanosPart()).replaceAll("0+$", "");
  }

  /**
   * What is hashed. Numbers have no digits that mean nothing, so that a number keeps its hash when
   * its column gets another scale.
   */
  static byte[] toHash(Object value) {
    if (value instanceof byte[] bytes) {
      return bytes;
    }
    String text =
        value instanceof BigDecimal number
            ? number.stripTrailingZeros().toPlainString()
            : of(value);
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
