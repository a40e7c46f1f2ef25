package dev.syncline.mysql;

import dev.syncline.change.ColumnType;
import dev.syncline.mysql.NativeType.Base;
import dev.syncline.mysql.TableElement.Default;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What {@link ColumnDefault} will say of defaults that a statement gives. Where the server changes
 * a value in a way that is not followed here, the default passes for unknown, which is always
 * allowed. Immutable.
 */
final class DefaultRules {

  private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9]{1,25}(\\.[0-9]{1,25})?");
  private static final Pattern PLAIN_NUMBER =
      Pattern.compile("(0|-?[1-9][0-9]{0,17})(\\.[0-9]{1,15})?");
  private static final Pattern DATE = Pattern.compile("[1-9][0-9]{3}-(0[1-9]|1[0-2])-[0-2][1-9]");
  private static final Pattern TIME = Pattern.compile("([01][0-9]|2[0-3])(:[0-5][0-9]){2}");
  private static final Pattern YEAR = Pattern.compile("19[1-9][0-9]|20[0-9]{2}");
  private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x1F\\\\\\x7F?\uFFFD]");
  private static final Pattern BEYOND_ASCII = Pattern.compile("[^\\x20-\\x7E]");
  private static final String ZERO_DATE_TIME = "0000-00-00 00:00:00";

  /** As many digits a FLOAT and a DOUBLE of any server print exactly. */
  private static final int EXACT_DIGITS = 6;

  private final MySqlFacts facts;

  DefaultRules(MySqlFacts facts) {
    this.facts = facts;
  }

  /**
   * The moment of the insert.
   *
   * @param digits {@code (3)} for three digits of the fraction; empty for none
   */
  Optional<String> now(String digits) {
    // Newer catalogs say that it is computed.
    boolean printed = !facts.mariaDb() && !facts.isMySqlFrom(8, 0, 0);
    return printed ? Optional.of("'CURRENT_TIMESTAMP" + digits + "'") : Optional.empty();
  }

  /** What a TIMESTAMP gets that has no other default. */
  Optional<String> zeroTimestamp(ColumnType type) {
    int digits = NativeType.parse(type.nativeType()).map(NativeType::fractionDigits).orElse(0);
    return quoted(ZERO_DATE_TIME + fraction(digits));
  }

  private static String fraction(int digits) {
    return digits == 0 ? "" : "." + "0".repeat(digits);
  }

  /** A default that is not NULL. */
  Optional<String> constant(NativeType type, ColumnType column, Default value) {
    String text = value.text();
    return switch (value.kind()) {
      case NOW -> now(type.fractionDigits() == 0 ? "" : "(" + type.fractionDigits() + ")");
      case BITS -> type.base() == Base.BIT ? bits(new BigInteger(text, 2)) : Optional.empty();
      case NUMBER -> number(type, column, text);
      case STRING -> string(type, column, text);
      case NULL, HEX, EXPRESSION -> Optional.empty();
    };
  }

  private static Optional<String> quoted(String text) {
    return Optional.of("'" + text + "'");
  }

  private static Optional<String> bits(BigInteger value) {
    return quoted("b'" + value.toString(2) + "'");
  }

  private Optional<String> number(NativeType type, ColumnType column, String text) {
    if (!NUMBER.matcher(text).matches() || column.nativeType().contains("zerofill")) {
      return Optional.empty();
    }
    BigDecimal number = new BigDecimal(text);
    boolean isWhole = number.stripTrailingZeros().scale() <= 0;
    return switch (type.base()) {
      case TINYINT, SMALLINT, MEDIUMINT, INT, BIGINT ->
          isWhole ? quoted(number.toBigInteger().toString()) : Optional.empty();
      case DECIMAL -> decimal(number, type);
      case FLOAT, DOUBLE -> floating(number, type);
      case BIT -> isWhole && number.signum() >= 0 ? bits(number.toBigInteger()) : Optional.empty();
      case YEAR -> YEAR.matcher(text).matches() ? quoted(text) : Optional.empty();
      case CHAR, VARCHAR ->
          PLAIN_NUMBER.matcher(text).matches() ? string(type, column, text) : Optional.empty();
      case DATETIME, TIMESTAMP ->
          number.signum() == 0
              ? quoted(ZERO_DATE_TIME + fraction(type.fractionDigits()))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<String> decimal(BigDecimal number, NativeType type) {
    boolean fits = number.stripTrailingZeros().scale() <= type.scale();
    return fits ? quoted(number.setScale(type.scale()).toPlainString()) : Optional.empty();
  }

  private static Optional<String> floating(BigDecimal number, NativeType type) {
    BigDecimal plain = number.stripTrailingZeros();
    boolean exact = plain.precision() <= EXACT_DIGITS && plain.scale() <= 4;
    exact &= plain.precision() - plain.scale() <= EXACT_DIGITS;
    boolean rounds = type.length() > 0 || type.scale() > 0;
    return exact && !rounds ? quoted(plain.toPlainString()) : Optional.empty();
  }

  private Optional<String> string(NativeType type, ColumnType column, String text) {
    return switch (type.base()) {
      case CHAR -> chars(type, column, text.replaceFirst(" +$", ""));
      case VARCHAR -> chars(type, column, text);
      case TINYTEXT, TEXT, MEDIUMTEXT, LONGTEXT -> chars(type, column, text);
      case ENUM, SET -> type.labels().contains(text) ? printed(text) : Optional.empty();
      case DATE -> DATE.matcher(text).matches() ? quoted(text) : Optional.empty();
      case TIME -> isTime(text, type) ? quoted(text) : Optional.empty();
      case DATETIME -> isDateTime(text, type) ? quoted(text) : Optional.empty();
      case TIMESTAMP ->
          text.equals(ZERO_DATE_TIME)
              ? quoted(text + fraction(type.fractionDigits()))
              : Optional.empty();
      case TINYINT, SMALLINT, MEDIUMINT, INT, BIGINT, DECIMAL, YEAR -> number(type, column, text);
      default -> Optional.empty();
    };
  }

  private static boolean isTime(String text, NativeType type) {
    return type.fractionDigits() == 0 && TIME.matcher(text).matches();
  }

  private static boolean isDateTime(String text, NativeType type) {
    int space = text.indexOf(' ');
    return space > 0
        && DATE.matcher(text.substring(0, space)).matches()
        && isTime(text.substring(space + 1), type);
  }

  private Optional<String> chars(NativeType type, ColumnType column, String text) {
    boolean ascii = !BEYOND_ASCII.matcher(text).find();
    boolean known = ascii || column.charset().toLowerCase(Locale.ROOT).equals("utf8mb4");
    boolean fits = type.length() == 0 || text.codePointCount(0, text.length()) <= type.length();
    return known && fits ? printed(text) : Optional.empty();
  }

  /** MariaDB prints texts as literals, of which {@link ColumnDefault} reads the simple ones. */
  private Optional<String> printed(String text) {
    boolean unclear = facts.mariaDb() && (text.contains("'") || CONTROL.matcher(text).find());
    return unclear ? Optional.empty() : quoted(text);
  }
}
