package dev.syncline.mysql;

import dev.syncline.change.ImpossibleDate;
import dev.syncline.mysql.FilterType.Moment;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Dates and times as numbers in the order in which servers have them, those that the calendar does
 * not have included: the parts of a moment in bits, and the microseconds of a span.
 */
final class FilterMoments {
  private static final int MICRO_BITS = 20;
  private static final int TIME_BITS = 17 + MICRO_BITS;
  private static final int NANOS_PER_MICRO = 1_000;
  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final Pattern DATE = Pattern.compile("(\\d{4})-(\\d\\d)-(\\d\\d)");
  private static final Pattern DATE_TIME =
      Pattern.compile("(\\d{4})-(\\d\\d)-(\\d\\d)[ T](\\d\\d):(\\d\\d):(\\d\\d)(?:\\.(\\d{1,6}))?");
  private static final Pattern TIME =
      Pattern.compile("(-?)(\\d{2,3}):([0-5]\\d):([0-5]\\d)(?:\\.(\\d{1,6}))?");
  private static final int MOST_HOURS = 838;

  private FilterMoments() {}

  /** The number for a value in normal form. */
  static Long number(Object value) {
    if (value instanceof LocalDate date) {
      return date(date.getYear(), date.getMonthValue(), date.getDayOfMonth());
    }
    if (value instanceof LocalDateTime local) {
      return local(local);
    }
    if (value instanceof Instant instant) {
      return local(LocalDateTime.ofInstant(instant, ZoneOffset.UTC));
    }
    if (value instanceof Duration span) {
      return Math.addExact(
          Math.multiplyExact(span.getSeconds(), MICROS_PER_SECOND),
          (long) (span.getNano() / NANOS_PER_MICRO));
    }
    return parsed(((ImpossibleDate) value).literal(), value);
  }

  private static Long parsed(String literal, Object value) {
    Matcher date = DATE.matcher(literal);
    if (date.matches()) {
      return date(part(date, 1), part(date, 2), part(date, 3));
    }
    Matcher moment = DATE_TIME.matcher(literal);
    if (moment.matches()) {
      return dateTime(moment);
    }
    throw new IllegalStateException(value + " is no date.");
  }

  private static long local(LocalDateTime local) {
    return date(local.getYear(), local.getMonthValue(), local.getDayOfMonth())
        | time(
            local.getHour(),
            local.getMinute(),
            local.getSecond(),
            local.getNano() / NANOS_PER_MICRO);
  }

  private static long dateTime(Matcher parts) {
    return date(part(parts, 1), part(parts, 2), part(parts, 3))
        | time(part(parts, 4), part(parts, 5), part(parts, 6), micros(parts.group(7)));
  }

  private static long date(int year, int month, int day) {
    return (((year * 13L + month) << 5) | day) << TIME_BITS;
  }

  private static long time(int hour, int minute, int second, int micros) {
    return ((((long) hour << 12) | (minute << 6) | second) << MICRO_BITS) | micros;
  }

  private static int part(Matcher parts, int group) {
    return Integer.parseInt(parts.group(group));
  }

  private static int micros(@Nullable String digits) {
    return digits == null ? 0 : Integer.parseInt((digits + "00000").substring(0, 6));
  }

  /**
   * The number for a string that is compared with a moment.
   *
   * @param kind what it is compared with; a DATE has no time of day
   * @throws FilterException if it is no such moment, or one that the calendar does not have
   */
  static Long literal(String text, Moment.Kind kind) {
    if (kind == Moment.Kind.TIME) {
      return span(text);
    }
    Matcher date = DATE.matcher(text);
    Matcher moment = DATE_TIME.matcher(text);
    boolean isDate = date.matches();
    boolean isMoment = kind == Moment.Kind.DATETIME && moment.matches();
    try {
      if (isDate) {
        LocalDate unused = LocalDate.of(part(date, 1), part(date, 2), part(date, 3));
        return positive(text, part(date, 1), date(part(date, 1), part(date, 2), part(date, 3)));
      }
      if (isMoment) {
        LocalDateTime unused =
            LocalDateTime.of(
                part(moment, 1),
                part(moment, 2),
                part(moment, 3),
                part(moment, 4),
                part(moment, 5),
                part(moment, 6));
        return positive(text, part(moment, 1), dateTime(moment));
      }
    } catch (DateTimeException e) {
      throw noMoment(text, kind);
    }
    throw noMoment(text, kind);
  }

  private static Long positive(String text, int year, long number) {
    if (year == 0) {
      throw noMoment(text, Moment.Kind.DATE);
    }
    return number;
  }

  private static Long span(String text) {
    Matcher time = TIME.matcher(text);
    if (!time.matches() || part(time, 2) > MOST_HOURS) {
      throw noMoment(text, Moment.Kind.TIME);
    }
    long seconds = part(time, 2) * 3_600L + part(time, 3) * 60L + part(time, 4);
    long micros = seconds * MICROS_PER_SECOND + micros(time.group(5));
    return time.group(1).isEmpty() ? micros : -micros;
  }

  private static FilterException noMoment(String text, Moment.Kind kind) {
    String form =
        switch (kind) {
          case DATE -> "'2024-12-31'";
          case DATETIME -> "'2024-12-31' or '2024-12-31 23:59:59' (with up to six digits more)";
          case TIME -> "'23:59:59' (with up to six digits more)";
        };
    return new FilterException(
        "'%s' is no %s of the calendar in a form that all servers read the same: expected %s."
            .formatted(text, kind, form));
  }

  /** The moment without its time of day. */
  static long day(long number) {
    return number >> TIME_BITS << TIME_BITS;
  }

  static int year(long number) {
    return (int) (number >> (TIME_BITS + 5)) / 13;
  }

  static int month(long number) {
    return (int) (number >> (TIME_BITS + 5)) % 13;
  }

  static int dayOfMonth(long number) {
    return (int) (number >> TIME_BITS) & 31;
  }

  static int hour(long number) {
    return (int) (number >> (MICRO_BITS + 12)) & 31;
  }

  static int minute(long number) {
    return (int) (number >> (MICRO_BITS + 6)) & 63;
  }

  static int second(long number) {
    return (int) (number >> MICRO_BITS) & 63;
  }

  /** A part of a span, whose sign does not count. */
  static long ofSpan(long micros, long secondsOfPart, long most) {
    return Math.abs(micros) / MICROS_PER_SECOND / secondsOfPart % most;
  }
}
