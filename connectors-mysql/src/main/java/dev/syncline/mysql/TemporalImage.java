package dev.syncline.mysql;

import java.time.Duration;

/** MySQL's binary forms of dates and times in row images and in JSON documents. */
final class TemporalImage {

  private static final int SECONDS_BYTES = 4;
  private static final int DATE_BYTES = 3;
  private static final int OLD_TIME_BYTES = 3;
  private static final int DATETIME_BYTES = 5;
  private static final int TIME_BYTES = 3;
  private static final int MICROS_BITS = 24;
  private static final int TIME_OF_DAY_BITS = 17;
  private static final int DAY_BITS = 5;
  private static final int MONTHS = 13;
  private static final int MAX_MICROS = 999_999;
  private static final int DATE_LENGTH = 10;

  private TemporalImage() {}

  /** Reads a DATE: day, month and year in 5, 4 and 15 bits. */
  static Object date(ByteCursor in) {
    int packed = (int) in.unsigned(DATE_BYTES);
    return Temporal.date(packed >> 9, (packed >> 5) & 15, packed & 31);
  }

  /** Reads a DATETIME of MySQL 5.6 and later. */
  static Object dateTime(ByteCursor in, int fractionDigits) {
    long packed = in.bigEndian(DATETIME_BYTES) - (1L << (DATETIME_BYTES * Byte.SIZE - 1));
    if (packed < 0) {
      throw new MalformedValueException("a date is negative");
    }
    return dateTime(packed, fraction(in, fractionDigits), fractionDigits);
  }

  /** Reads a DATETIME as MySQL wrote it before 5.6: the digits of its parts in one number. */
  static Object oldDateTime(ByteCursor in) {
    long digits = in.unsigned(Long.BYTES);
    if (digits < 0) {
      throw new MalformedValueException("a date is negative");
    }
    return Temporal.dateTime(threePairs(digits / 1_000_000), threePairs(digits % 1_000_000), 0, 0);
  }

  /** Reads a TIMESTAMP of MySQL 5.6 and later. */
  static Object timestamp(ByteCursor in, int fractionDigits) {
    long seconds = in.bigEndian(SECONDS_BYTES);
    return Temporal.instant(seconds, fraction(in, fractionDigits), fractionDigits);
  }

  /** Reads a TIMESTAMP as MySQL wrote it before 5.6. */
  static Object oldTimestamp(ByteCursor in) {
    return Temporal.instant(in.unsigned(SECONDS_BYTES), 0, 0);
  }

  /** Reads a TIME of MySQL 5.6 and later: one number, fraction included, that may be negative. */
  static Duration time(ByteCursor in, int fractionDigits) {
    int fractionBytes = (fractionDigits + 1) / 2;
    int bits = (TIME_BYTES + fractionBytes) * Byte.SIZE;
    long packed = in.bigEndian(TIME_BYTES + fractionBytes) - (1L << (bits - 1));
    int fractionBits = fractionBytes * Byte.SIZE;
    long magnitude = Math.abs(packed);
    int fraction = (int) (magnitude & ((1L << fractionBits) - 1));
    return time(packed < 0, magnitude >> fractionBits, micros(fraction, fractionBytes));
  }

  /** Reads a TIME as MySQL wrote it before 5.6: the digits of its parts in one signed number. */
  static Duration oldTime(ByteCursor in) {
    int digits = (int) in.signed(OLD_TIME_BYTES);
    return Temporal.time(digits < 0, threePairs(Math.abs(digits)), 0);
  }

  /** The server's text for a date in a JSON document. */
  static String packedDateText(long packed) {
    return packedDateTimeText(packed).substring(0, DATE_LENGTH);
  }

  /** The server's text for a date with time of day in a JSON document: always with microseconds. */
  static String packedDateTimeText(long packed) {
    if (packed < 0) {
      throw new MalformedValueException("a date is negative");
    }
    long parts = packed >> MICROS_BITS;
    int[] time = parts((int) (parts & ((1 << TIME_OF_DAY_BITS) - 1)));
    return Temporal.dateTimeText(dateParts(parts >> TIME_OF_DAY_BITS), time, packedMicros(packed));
  }

  /** The server's text for a span of time in a JSON document: always with microseconds. */
  static String packedTimeText(long packed) {
    long magnitude = Math.abs(packed);
    int[] parts = parts((int) Math.min(Integer.MAX_VALUE, magnitude >> MICROS_BITS));
    return Temporal.timeText(packed < 0, parts, packedMicros(magnitude));
  }

  private static int packedMicros(long packed) {
    return checkedMicros((int) (packed & ((1L << MICROS_BITS) - 1)));
  }

  private static Object dateTime(long packed, int micros, int fractionDigits) {
    int[] time = parts((int) (packed & ((1 << TIME_OF_DAY_BITS) - 1)));
    return Temporal.dateTime(dateParts(packed >> TIME_OF_DAY_BITS), time, micros, fractionDigits);
  }

  /** Year, month and day, from 13 months a year and 5 bits for the day. */
  private static int[] dateParts(long packed) {
    int months = (int) Math.min(Integer.MAX_VALUE, packed >> DAY_BITS);
    return new int[] {months / MONTHS, months % MONTHS, (int) (packed & ((1 << DAY_BITS) - 1))};
  }

  private static Duration time(boolean negative, long packed, int micros) {
    return Temporal.time(negative, parts((int) Math.min(Integer.MAX_VALUE, packed)), micros);
  }

  /** Hours, minutes and seconds, the latter two in 6 bits each. */
  private static int[] parts(int packed) {
    return new int[] {packed >> 12, (packed >> 6) & 63, packed & 63};
  }

  /** Three numbers from decimal digits; the last two have two digits each. */
  private static int[] threePairs(long digits) {
    int first = (int) Math.min(Integer.MAX_VALUE, digits / 10_000);
    return new int[] {first, (int) (digits / 100 % 100), (int) (digits % 100)};
  }

  private static int fraction(ByteCursor in, int fractionDigits) {
    int bytes = (fractionDigits + 1) / 2;
    return micros((int) in.bigEndian(bytes), bytes);
  }

  /** Each byte of a fraction holds two digits. */
  private static int micros(int fraction, int bytes) {
    return switch (bytes) {
      case 0 -> 0;
      case 1 -> checkedMicros(fraction * 10_000);
      case 2 -> checkedMicros(fraction * 100);
      default -> checkedMicros(fraction);
    };
  }

  private static int checkedMicros(int micros) {
    if (micros < 0 || micros > MAX_MICROS) {
      throw new MalformedValueException("the fraction of a second is out of range");
    }
    return micros;
  }
}
