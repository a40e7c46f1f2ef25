package dev.syncline.mysql;

import java.math.BigInteger;
import java.util.List;

/**
 * What an expression gives, as far as its type says it: so much is known that no operation that is
 * let through can fail or lose digits. Immutable.
 */
sealed interface FilterType {

  /** The type in words, for messages. */
  String words();

  /** NULL, and nothing else. */
  record Nothing() implements FilterType {
    @Override
    public String words() {
      return "NULL";
    }
  }

  /** Whether a server computes with a sign; expressions differ in it from server to server. */
  enum Sign {
    SIGNED,
    UNSIGNED,
    EITHER
  }

  /** Whole numbers in a range; values are {@link java.math.BigDecimal}. */
  record Whole(BigInteger least, BigInteger most, Sign sign) implements FilterType {
    static final BigInteger MIN = BigInteger.ONE.shiftLeft(63).negate();
    static final BigInteger MAX = BigInteger.ONE.shiftLeft(63).subtract(BigInteger.ONE);
    static final BigInteger UNSIGNED_MAX = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
    static final Whole TRUTH = between(0, 1);

    /** What functions give that count something. */
    static Whole between(long least, long most) {
      return new Whole(BigInteger.valueOf(least), BigInteger.valueOf(most), Sign.EITHER);
    }

    /** Whether every server can hold all of the values. */
    boolean fits() {
      return switch (sign) {
        case SIGNED -> least.compareTo(MIN) >= 0 && most.compareTo(MAX) <= 0;
        case UNSIGNED -> least.signum() >= 0 && most.compareTo(UNSIGNED_MAX) <= 0;
        case EITHER -> least.signum() >= 0 && most.compareTo(MAX) <= 0;
      };
    }

    int digits() {
      return Math.max(least.abs().toString().length(), most.abs().toString().length());
    }

    @Override
    public String words() {
      return "a whole number from " + least + " to " + most;
    }
  }

  /**
   * Decimal numbers; values are {@link java.math.BigDecimal}.
   *
   * @param whole digits before the point at most
   * @param scale digits behind it at most
   */
  record Decimal(int whole, int scale) implements FilterType {
    private static final int MOST_DIGITS = 65;
    private static final int MOST_SCALE = 30;

    boolean fits() {
      return whole + scale <= MOST_DIGITS && scale <= MOST_SCALE;
    }

    @Override
    public String words() {
      return "a decimal number of %d and %d digits".formatted(whole, scale);
    }
  }

  /** Binary fractions; values are {@link Double}. */
  record Floating() implements FilterType {
    @Override
    public String words() {
      return "a FLOAT or DOUBLE";
    }
  }

  /**
   * Text; values are {@link String}.
   *
   * @param most characters at most
   */
  record Text(FilterText order, long most) implements FilterType {
    @Override
    public String words() {
      return order.words();
    }
  }

  /** Bytes; values are {@code byte[]}. */
  record Bytes(long most) implements FilterType {
    @Override
    public String words() {
      return "bytes";
    }
  }

  /**
   * Dates, with and without time of day, and spans; values are {@link Long}.
   *
   * @param digits of the fraction of a second
   */
  record Moment(Kind kind, int digits) implements FilterType {
    /** A moment of which any fraction of a second may be known. */
    static Moment of(Kind kind) {
      return new Moment(kind, 6);
    }

    /** What a moment has. */
    enum Kind {
      DATE,
      DATETIME,
      TIME
    }

    @Override
    public String words() {
      return "a " + kind;
    }
  }

  /** A column of type YEAR; values are {@link java.math.BigDecimal}. */
  record Year() implements FilterType {
    @Override
    public String words() {
      return "a YEAR";
    }
  }

  /** A column of type ENUM or SET; values are {@link String}. */
  record Labels(String base, List<String> labels) implements FilterType {
    /** Copies the list. */
    public Labels {
      labels = List.copyOf(labels);
    }

    @Override
    public String words() {
      return "an " + base;
    }
  }

  /** A column of which only that can be said whether it is NULL. */
  record Opaque(String name) implements FilterType {
    @Override
    public String words() {
      return name;
    }
  }
}
