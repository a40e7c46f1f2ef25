package dev.syncline.mysql;

import dev.syncline.change.ValueKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A column type as the server's information schema spells it, taken apart.
 *
 * @param base the type without its arguments
 * @param length the first number in parentheses (characters, bytes, bits, digits or fraction
 *     digits); what the server means without one
 * @param scale the second number in parentheses; 0 without one
 * @param unsigned whether numbers have no sign
 * @param labels the members of an ENUM or SET, otherwise empty
 */
record NativeType(Base base, int length, int scale, boolean unsigned, List<String> labels) {

  /** The types that Syncline knows, with the form of their values. */
  enum Base {
    TINYINT(ValueKind.INTEGER),
    SMALLINT(ValueKind.INTEGER),
    MEDIUMINT(ValueKind.INTEGER),
    INT(ValueKind.INTEGER),
    BIGINT(ValueKind.INTEGER),
    DECIMAL(ValueKind.DECIMAL),
    FLOAT(ValueKind.FLOAT),
    DOUBLE(ValueKind.DOUBLE),
    BIT(ValueKind.BITS),
    YEAR(ValueKind.YEAR),
    DATE(ValueKind.DATE),
    TIME(ValueKind.TIME),
    DATETIME(ValueKind.DATE_TIME),
    TIMESTAMP(ValueKind.INSTANT),
    CHAR(ValueKind.TEXT),
    VARCHAR(ValueKind.TEXT),
    TINYTEXT(ValueKind.TEXT),
    TEXT(ValueKind.TEXT),
    MEDIUMTEXT(ValueKind.TEXT),
    LONGTEXT(ValueKind.TEXT),
    BINARY(ValueKind.BINARY),
    VARBINARY(ValueKind.BINARY),
    TINYBLOB(ValueKind.BINARY),
    BLOB(ValueKind.BINARY),
    MEDIUMBLOB(ValueKind.BINARY),
    LONGBLOB(ValueKind.BINARY),
    ENUM(ValueKind.ENUM),
    SET(ValueKind.SET),
    JSON(ValueKind.JSON),
    GEOMETRY(ValueKind.GEOMETRY),
    POINT(ValueKind.GEOMETRY),
    LINESTRING(ValueKind.GEOMETRY),
    POLYGON(ValueKind.GEOMETRY),
    MULTIPOINT(ValueKind.GEOMETRY),
    MULTILINESTRING(ValueKind.GEOMETRY),
    MULTIPOLYGON(ValueKind.GEOMETRY),
    GEOMETRYCOLLECTION(ValueKind.GEOMETRY),
    GEOMCOLLECTION(ValueKind.GEOMETRY);

    private static final Map<String, Base> BY_NAME = new TreeMap<>();

    static {
      for (Base base : values()) {
        BY_NAME.put(base.name().toLowerCase(Locale.ROOT), base);
      }
    }

    private final ValueKind kind;

    Base(ValueKind kind) {
      this.kind = kind;
    }

    ValueKind kind() {
      return kind;
    }

    /** Whether the first number in parentheses counts digits of the fraction of a second. */
    boolean isTemporal() {
      return this == TIME || this == DATETIME || this == TIMESTAMP;
    }

    /** Whether numbers of this type may be unsigned. */
    boolean isNumeric() {
      return compareTo(DOUBLE) <= 0;
    }

    private int impliedLength() {
      return switch (this) {
        case DECIMAL -> 10;
        case BIT, CHAR, BINARY -> 1;
        case YEAR -> 4;
        default -> 0;
      };
    }
  }

  private static final int MAX_FRACTION_DIGITS = 6;
  private static final int MAX_BITS = 64;
  private static final int MAX_PRECISION = 65;
  private static final int MAX_SCALE = 30;
  private static final int MAX_SET_LABELS = 64;
  private static final int MAX_ENUM_LABELS = 65_535;
  private static final int MAX_LENGTH_DIGITS = 9;

  NativeType {
    labels = List.copyOf(labels);
  }

  /** The type behind this text; empty if it is none that is known in all its words. */
  static Optional<NativeType> parse(String text) {
    return new Parser(text).parse();
  }

  /** The number of digits of the fraction of a second. */
  int fractionDigits() {
    return base.isTemporal() ? length : 0;
  }

  /** Reads the text once, from left to right. */
  private static final class Parser {

    private final String text;
    private final List<String> labels = new ArrayList<>();
    private final List<Integer> numbers = new ArrayList<>();
    private int at;

    Parser(String text) {
      this.text = text;
    }

    Optional<NativeType> parse() {
      Base base = Base.BY_NAME.get(word());
      if (base == null) {
        return Optional.empty();
      }
      boolean hasLabels = base == Base.ENUM || base == Base.SET;
      if (at < text.length() && text.charAt(at) == '(' && !(hasLabels ? labels() : numbers())) {
        return Optional.empty();
      }
      int length = numbers.isEmpty() ? base.impliedLength() : numbers.get(0);
      int scale = numbers.size() < 2 ? 0 : numbers.get(1);
      Optional<Boolean> unsigned = attributes();
      if (unsigned.isEmpty() || (unsigned.get() && !base.isNumeric())) {
        return Optional.empty();
      }
      NativeType type = new NativeType(base, length, scale, unsigned.get(), labels);
      return type.isWithinLimits(numbers.size()) ? Optional.of(type) : Optional.empty();
    }

    private String word() {
      int start = at;
      while (at < text.length() && Character.isLetter(text.charAt(at))) {
        at++;
      }
      return text.substring(start, at).toLowerCase(Locale.ROOT);
    }

    /** Reads {@code (10)} or {@code (10,2)}; false if it is something else. */
    private boolean numbers() {
      int end = text.indexOf(')', at);
      if (end < 0) {
        return false;
      }
      for (String part : text.substring(at + 1, end).split(",", -1)) {
        String digits = part.strip();
        boolean isNumber = !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!isNumber || digits.length() > MAX_LENGTH_DIGITS + 1) {
          return false;
        }
        numbers.add((int) Math.min(Integer.MAX_VALUE, Long.parseLong(digits)));
      }
      at = end + 1;
      return numbers.size() <= 2;
    }

    /** Reads {@code ('a','b''c')}; false if it is something else. */
    private boolean labels() {
      do {
        at++;
        if (!label()) {
          return false;
        }
      } while (at < text.length() && text.charAt(at) == ',');
      return at < text.length() && text.charAt(at++) == ')';
    }

    private boolean label() {
      if (at >= text.length() || text.charAt(at) != '\'') {
        return false;
      }
      at++;
      StringBuilder label = new StringBuilder();
      while (at < text.length()) {
        char c = text.charAt(at++);
        boolean hasNext = at < text.length();
        if (c == '\'' && !(hasNext && text.charAt(at) == '\'')) {
          labels.add(label.toString());
          return true;
        }
        if (c == '\'') {
          label.append(text.charAt(at++));
        } else if (c == '\\' && hasNext) {
          label.append(unescaped(text.charAt(at++)));
        } else {
          label.append(c);
        }
      }
      return false;
    }

    private static char unescaped(char escaped) {
      return switch (escaped) {
        case '0' -> '\0';
        case 'n' -> '\n';
        case 'r' -> '\r';
        case 't' -> '\t';
        case 'Z' -> '\u001A';
        default -> escaped;
      };
    }

    /** Reads what stands behind the type: whether it says unsigned; empty if not understood. */
    private Optional<Boolean> attributes() {
      boolean unsigned = false;
      // MySQL 5.6 to 5.7 and MariaDB mark columns that were made by an older server.
      String rest =
          text.substring(at)
              .replace("/* 5.5 binary format */", "")
              .replace("/* mariadb-5.3 */", "");
      for (String attribute : rest.strip().split("\\s+", -1)) {
        switch (attribute.toLowerCase(Locale.ROOT)) {
          case "" -> {}
          case "unsigned", "zerofill" -> unsigned = true;
          default -> {
            return Optional.empty();
          }
        }
      }
      return Optional.of(unsigned);
    }
  }

  private boolean isWithinLimits(int numbers) {
    return switch (base) {
      case DECIMAL ->
          length >= 1 && length <= MAX_PRECISION && scale <= Math.min(length, MAX_SCALE);
      case TIME, DATETIME, TIMESTAMP -> numbers <= 1 && length <= MAX_FRACTION_DIGITS;
      case BIT -> numbers <= 1 && length >= 1 && length <= MAX_BITS;
      case YEAR -> length == 4;
      case ENUM -> !labels.isEmpty() && labels.size() <= MAX_ENUM_LABELS;
      case SET -> !labels.isEmpty() && labels.size() <= MAX_SET_LABELS;
      case FLOAT, DOUBLE -> true;
      case VARCHAR, VARBINARY -> numbers == 1;
      case CHAR, BINARY, TINYINT, SMALLINT, MEDIUMINT, INT, BIGINT -> numbers <= 1;
      default -> numbers == 0;
    };
  }
}
