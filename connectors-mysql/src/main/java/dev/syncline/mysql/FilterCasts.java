package dev.syncline.mysql;

import dev.syncline.mysql.FilterType.Bytes;
import dev.syncline.mysql.FilterType.Decimal;
import dev.syncline.mysql.FilterType.Moment;
import dev.syncline.mysql.FilterType.Sign;
import dev.syncline.mysql.FilterType.Text;
import dev.syncline.mysql.FilterType.Whole;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns values of one type into values of another, where nothing can be lost unsaid. */
final class FilterCasts {
  /** The types of CAST. */
  static final String TYPES =
      "SIGNED|UNSIGNED|DECIMAL(?:\\(\\d{1,2}(?:,\\d{1,2})?\\))?|DATE|DATETIME\\(6\\)|BINARY";

  /** The same for people. */
  static final String NAMES = "SIGNED, UNSIGNED, DECIMAL(n,n), DATE, DATETIME(6), BINARY";

  private static final Pattern DECIMAL = Pattern.compile("DECIMAL(?:\\((\\d+)(?:,(\\d+))?\\))?");
  private static final int IMPLIED_DIGITS = 10;

  private FilterCasts() {}

  static FilterExpression cast(FilterExpression operand, String type) {
    if (operand.isNothing()) {
      return operand;
    }
    return switch (type) {
      case "SIGNED" -> whole(operand, Sign.SIGNED);
      case "UNSIGNED" -> whole(operand, Sign.UNSIGNED);
      case "DATE" -> FilterFunctions.of("DATE", List.of(operand));
      case "DATETIME(6)" -> moment(operand);
      case "BINARY" -> binary(operand);
      default -> decimal(operand, type);
    };
  }

  private static FilterExpression whole(FilterExpression operand, Sign sign) {
    if (operand.type() instanceof Whole from) {
      Whole to = new Whole(from.least(), from.most(), sign);
      if (to.fits()) {
        return operand.then(to, value -> value);
      }
    }
    throw refused(operand, sign.name());
  }

  private static FilterException refused(FilterExpression operand, String type) {
    return new FilterException(
        "It is %s, of which not all values become %s in the same way on all servers."
            .formatted(operand.type().words(), type));
  }

  private static FilterExpression moment(FilterExpression operand) {
    if (operand.type() instanceof Moment from && from.kind() != Moment.Kind.TIME) {
      return operand.then(Moment.of(Moment.Kind.DATETIME), value -> value);
    }
    throw refused(operand, "DATETIME");
  }

  private static FilterExpression binary(FilterExpression operand) {
    if (operand.type() instanceof Bytes) {
      return operand;
    }
    if (operand.type() instanceof Text text && text.order().isUtf8()) {
      return operand.then(
          new Bytes(4 * text.most()), value -> FilterCompiler.bytes((String) value));
    }
    throw refused(operand, "bytes");
  }

  private static FilterExpression decimal(FilterExpression operand, String type) {
    Matcher digits = DECIMAL.matcher(type);
    if (!digits.matches()) {
      throw refused(operand, type);
    }
    int precision = digits.group(1) == null ? IMPLIED_DIGITS : Integer.parseInt(digits.group(1));
    int scale = digits.group(2) == null ? 0 : Integer.parseInt(digits.group(2));
    Decimal to = new Decimal(precision - scale, scale);
    Decimal from = decimal(operand);
    boolean rounds = from.scale() > scale;
    boolean fits = from.whole() + (rounds ? 1 : 0) <= to.whole();
    if (precision == 0 || scale > precision || !to.fits() || !fits) {
      throw refused(operand, type);
    }
    return operand.then(to, value -> ((BigDecimal) value).setScale(scale, RoundingMode.HALF_UP));
  }

  /** The decimal type that has all values of a number. */
  static Decimal decimal(FilterExpression operand) {
    if (operand.type() instanceof Decimal decimal) {
      return decimal;
    }
    if (operand.type() instanceof Whole whole) {
      return new Decimal(whole.digits(), 0);
    }
    throw refused(operand, "DECIMAL");
  }

  static FilterExpression convert(FilterExpression operand, String charset) {
    if (!charset.equals("utf8mb4")) {
      throw new FilterException("CONVERT USING is evaluated for utf8mb4 only.");
    }
    if (operand.type() instanceof Text text && !text.order().isLiteral()) {
      FilterText order = FilterText.of(charset, "its default", FilterText.Strength.COLUMN);
      return operand.then(new Text(order, text.most()), value -> value);
    }
    throw new FilterException("CONVERT USING takes a text column.");
  }

  static FilterExpression collate(FilterExpression operand, String collation) {
    if (operand.type() instanceof Text text) {
      Text collated = new Text(text.order().collated(collation), text.most());
      return new FilterExpression(collated, operand.evaluation(), null);
    }
    throw new FilterException("COLLATE takes text, and this is " + operand.type().words() + ".");
  }

  /**
   * The type of a value that comes from one of several.
   *
   * @throws FilterException if servers differ in what becomes of them, or change them
   */
  static FilterType common(List<FilterExpression> operands) {
    FilterType common = FilterExpression.NOTHING.type();
    for (FilterExpression operand : operands) {
      if (!operand.isNothing()) {
        boolean first = common instanceof FilterType.Nothing;
        common = first ? operand.type() : common(common, operand.type());
        if (operand.literal() != null && common instanceof Text text) {
          text.order().checkHolds(operand.literal());
        }
      }
    }
    if (common instanceof FilterType.Year || common instanceof FilterType.Labels) {
      throw new FilterException(
          "%s becomes something else here; compare the column itself.".formatted(common.words()));
    }
    if (common instanceof Whole whole && !whole.fits()) {
      throw new FilterException(
          "Numbers with and without sign meet; write CAST(... AS SIGNED) for all of them, or"
              + " CAST(... AS DECIMAL(20)).");
    }
    return common;
  }

  private static FilterType common(FilterType left, FilterType right) {
    if (left instanceof Whole a && right instanceof Whole b) {
      Sign sign = a.sign() == b.sign() ? a.sign() : Sign.EITHER;
      return new Whole(a.least().min(b.least()), a.most().max(b.most()), sign);
    }
    boolean numbers =
        (left instanceof Whole || left instanceof Decimal)
            && (right instanceof Whole || right instanceof Decimal);
    if (numbers) {
      Decimal a = decimal(FilterExpression.of(left, row -> null));
      Decimal b = decimal(FilterExpression.of(right, row -> null));
      Decimal both = new Decimal(Math.max(a.whole(), b.whole()), Math.max(a.scale(), b.scale()));
      if (both.fits()) {
        return both;
      }
    }
    if (left instanceof Text a && right instanceof Text b) {
      return new Text(FilterText.of(a.order(), b.order()), Math.max(a.most(), b.most()));
    }
    if (left instanceof Bytes a && right instanceof Bytes b) {
      return new Bytes(Math.max(a.most(), b.most()));
    }
    if (left instanceof Moment a && right instanceof Moment b && a.kind() == b.kind()) {
      return Moment.of(a.kind());
    }
    if (left.equals(right)) {
      return left;
    }
    throw new FilterException(
        "Values of different types meet: %s and %s.".formatted(left.words(), right.words()));
  }
}
