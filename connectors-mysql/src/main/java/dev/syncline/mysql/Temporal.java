package dev.syncline.mysql;

import dev.syncline.change.ImpossibleDate;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;

/**
 * The normal form of dates and times: from their parts, from the server's text, and back to text.
 * No calendar but ISO's and no time zone but UTC takes part.
 */
final class Temporal {

  private static final int NANOS_PER_MICRO = 1000;
  private static final int MAX_FRACTION_DIGITS = 6;
  private static final int SECONDS_PER_MINUTE = 60;
  private static final int SECONDS_PER_HOUR = 3600;
  private static final int DATE_LENGTH = 10;
  private static final int DATE_TIME_LENGTH = 19;
  private static final int SHORTEST_MONTH = 28;
  private static final int MAX_HOURS = 838;
  private static final int LAST_HOUR = 23;
  private static final int MAX_YEAR = 9999;
  private static final int MAX_NUMBER = 99_999;
  private static final int NANO_DIGITS = 9;
  private static final int[] POWERS_OF_TEN = {
    1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000
  };

  private Temporal() {}

  /** A {@link LocalDate}, or an {@link ImpossibleDate} where the calendar has no such day. */
  static Object date(int year, int month, int day) {
    checkDateRange(year, month, day);
    return exists(year, month, day)
        ? LocalDate.of(year, month, day)
        : new ImpossibleDate(dateText(year, month, day));
  }

  /**
   * A {@link LocalDateTime}, or an {@link ImpossibleDate} where the calendar has no such day.
   *
   * @param micros the fraction of the second
   * @param fractionDigits how many digits of it the column has
   */
  static Object dateTime(int[] date, int[] time, int micros, int fractionDigits) {
    checkDateRange(date[0], date[1], date[2]);
    checkTimeRange(time[0], time[1], time[2], LAST_HOUR);
    if (exists(date[0], date[1], date[2])) {
      return LocalDateTime.of(
          date[0], date[1], date[2], time[0], time[1], time[2], micros * NANOS_PER_MICRO);
    }
    return new ImpossibleDate(literal(date, time, micros, fractionDigits));
  }

  private static String literal(int[] date, int[] time, int micros, int fractionDigits) {
    StringBuilder literal = new StringBuilder(dateText(date[0], date[1], date[2]));
    appendTime(literal.append(' '), time[0], time[1], time[2]);
    appendFraction(literal, micros, fractionDigits);
    return literal.toString();
  }

  /** A date with time of day and microseconds as JSON documents have it. */
  static String dateTimeText(int[] date, int[] time, int micros) {
    checkDateRange(date[0], date[1], date[2]);
    checkTimeRange(time[0], time[1], time[2], LAST_HOUR);
    return literal(date, time, micros, MAX_FRACTION_DIGITS);
  }

  /** A span of time with microseconds as JSON documents have it. */
  static String timeText(boolean negative, int[] parts, int micros) {
    checkTimeRange(parts[0], parts[1], parts[2], MAX_HOURS);
    StringBuilder text = new StringBuilder(negative ? "-" : "");
    appendTime(text, parts[0], parts[1], parts[2]);
    appendFraction(text, micros, MAX_FRACTION_DIGITS);
    return text.toString();
  }

  /**
   * An {@link Instant}, or an {@link ImpossibleDate} for MySQL's zero time stamp, which is not
   * 1970: the first second that a time stamp can hold is the one after.
   */
  static Object instant(long seconds, int micros, int fractionDigits) {
    return seconds == 0 && micros == 0
        ? zeroInstant(fractionDigits)
        : Instant.ofEpochSecond(seconds, (long) micros * NANOS_PER_MICRO);
  }

  /** A span of time. */
  static Duration time(boolean negative, int[] parts, int micros) {
    checkTimeRange(parts[0], parts[1], parts[2], MAX_HOURS);
    long seconds =
        (long) parts[0] * SECONDS_PER_HOUR + (long) parts[1] * SECONDS_PER_MINUTE + parts[2];
    Duration span = Duration.ofSeconds(seconds, (long) micros * NANOS_PER_MICRO);
    return negative ? span.negated() : span;
  }

  /** Reads a server's text of a DATE. */
  static Object parseDate(String text) {
    int[] date = dateParts(text, DATE_LENGTH);
    return date(date[0], date[1], date[2]);
  }

  /** Reads a server's text of a DATETIME. */
  static Object parseDateTime(String text, int fractionDigits) {
    int[] date = dateParts(text, DATE_TIME_LENGTH + fractionLength(fractionDigits));
    int[] time = timeParts(text, DATE_LENGTH + 1, DATE_LENGTH + 3);
    return dateTime(date, time, fraction(text, DATE_TIME_LENGTH, fractionDigits), fractionDigits);
  }

  /** Reads a server's text of a TIMESTAMP in a session whose time zone is UTC. */
  static Object parseInstant(String text, int fractionDigits) {
    Object value = parseDateTime(text, fractionDigits);
    if (value instanceof LocalDateTime local) {
      return local.toInstant(ZoneOffset.UTC);
    }
    if (value.equals(zeroInstant(fractionDigits))) {
      return value;
    }
    throw new MalformedValueException("a time stamp is no date of the calendar");
  }

  /** Reads a server's text of a TIME. */
  static Duration parseTime(String text, int fractionDigits) {
    boolean negative = text.startsWith("-");
    int hours = negative ? 1 : 0;
    int colon = text.indexOf(':');
    int end = colon + 6;
    if (colon - hours < 2 || text.length() != end + fractionLength(fractionDigits)) {
      throw new MalformedValueException("the server's text is no time");
    }
    int[] parts = timeParts(text, hours, colon);
    return time(negative, parts, fraction(text, end, fractionDigits));
  }

  /**
   * Appends the literal of a date, date and time, instant or span in normal form, without quotes.
   */
  static void append(StringBuilder text, Object value) {
    if (value instanceof LocalDateTime local) {
      appendDateTime(text, local);
    } else if (value instanceof Instant instant) {
      appendDateTime(
          text,
          LocalDateTime.ofEpochSecond(instant.getEpochSecond(), instant.getNano(), ZoneOffset.UTC));
    } else if (value instanceof LocalDate date) {
      appendDate(text, date.getYear(), date.getMonthValue(), date.getDayOfMonth());
    } else if (value instanceof ImpossibleDate impossible) {
      text.append(impossible.literal());
    } else {
      Duration span = ((Duration) value).abs();
      text.append(((Duration) value).isNegative() ? "-" : "");
      appendTime(text, (int) span.toHours(), span.toMinutesPart(), span.toSecondsPart());
      appendNanos(text, span.toNanosPart());
    }
  }

  private static void appendDateTime(StringBuilder text, LocalDateTime value) {
    appendDate(text, value.getYear(), value.getMonthValue(), value.getDayOfMonth());
    appendTime(text.append(' '), value.getHour(), value.getMinute(), value.getSecond());
    appendNanos(text, value.getNano());
  }

  private static void appendNanos(StringBuilder text, int nanos) {
    if (nanos % NANOS_PER_MICRO != 0) {
      // Finer than MySQL's, so from another source: the server rounds.
      appendPadded(text.append('.'), nanos, NANO_DIGITS);
    } else if (nanos != 0) {
      appendFraction(text, nanos / NANOS_PER_MICRO, MAX_FRACTION_DIGITS);
    }
  }

  /** MySQL's zero time stamp. */
  private static ImpossibleDate zeroInstant(int fractionDigits) {
    StringBuilder literal = new StringBuilder("0000-00-00 00:00:00");
    appendFraction(literal, 0, fractionDigits);
    return new ImpossibleDate(literal.toString());
  }

  private static boolean exists(int year, int month, int day) {
    boolean inEachMonth = day <= SHORTEST_MONTH;
    return year > 0
        && month > 0
        && day > 0
        && (inEachMonth || day <= YearMonth.of(year, month).lengthOfMonth());
  }

  private static void checkDateRange(int year, int month, int day) {
    if (year < 0 || year > MAX_YEAR || month < 0 || month > 12 || day < 0 || day > 31) {
      throw new MalformedValueException("a part of the date is out of range");
    }
  }

  private static void checkTimeRange(int hours, int minutes, int seconds, int maxHours) {
    boolean isInRange = hours >= 0 && hours <= maxHours && minutes >= 0 && seconds >= 0;
    if (!isInRange || minutes > 59 || seconds > 59) {
      throw new MalformedValueException("a part of the time is out of range");
    }
  }

  private static String dateText(int year, int month, int day) {
    StringBuilder text = new StringBuilder(DATE_TIME_LENGTH + 1 + MAX_FRACTION_DIGITS);
    appendDate(text, year, month, day);
    return text.toString();
  }

  private static void appendDate(StringBuilder text, int year, int month, int day) {
    appendPadded(text, year, 4);
    appendPadded(text.append('-'), month, 2);
    appendPadded(text.append('-'), day, 2);
  }

  private static void appendTime(StringBuilder text, int hours, int minutes, int seconds) {
    appendPadded(text, hours, 2);
    appendPadded(text.append(':'), minutes, 2);
    appendPadded(text.append(':'), seconds, 2);
  }

  private static void appendFraction(StringBuilder text, int micros, int digits) {
    if (digits > 0) {
      int scaled = micros / POWERS_OF_TEN[MAX_FRACTION_DIGITS - digits];
      appendPadded(text.append('.'), scaled, digits);
    }
  }

  private static void appendPadded(StringBuilder text, int number, int width) {
    for (int digits = width - 1; digits > 0 && number < POWERS_OF_TEN[digits]; digits--) {
      text.append('0');
    }
    text.append(number);
  }

  private static int[] dateParts(String text, int length) {
    if (text.length() != length || text.charAt(4) != '-' || text.charAt(7) != '-') {
      throw new MalformedValueException("the server's text is no date");
    }
    return new int[] {number(text, 0, 4), number(text, 5, 7), number(text, 8, DATE_LENGTH)};
  }

  /** The hours are from {@code start} to {@code colon}; the rest has fixed width. */
  private static int[] timeParts(String text, int start, int colon) {
    if (text.charAt(colon) != ':' || text.charAt(colon + 3) != ':') {
      throw new MalformedValueException("the server's text is no time");
    }
    return new int[] {
      number(text, start, colon),
      number(text, colon + 1, colon + 3),
      number(text, colon + 4, colon + 6)
    };
  }

  private static int fractionLength(int digits) {
    return digits == 0 ? 0 : digits + 1;
  }

  private static int fraction(String text, int dot, int digits) {
    if (digits == 0) {
      return 0;
    }
    if (text.charAt(dot) != '.') {
      throw new MalformedValueException("the server's text has no fraction of a second");
    }
    int fraction = number(text, dot + 1, dot + 1 + digits);
    return fraction * POWERS_OF_TEN[MAX_FRACTION_DIGITS - digits];
  }

  private static int number(String text, int start, int end) {
    int number = 0;
    for (int i = start; i < end; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9 || number > MAX_NUMBER) {
        throw new MalformedValueException("the server's text is no date and no time");
      }
      number = number * 10 + digit;
    }
    return number;
  }
}
