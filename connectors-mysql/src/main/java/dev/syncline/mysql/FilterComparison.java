package dev.syncline.mysql;

import dev.syncline.mysql.FilterType.Bytes;
import dev.syncline.mysql.FilterType.Decimal;
import dev.syncline.mysql.FilterType.Floating;
import dev.syncline.mysql.FilterType.Labels;
import dev.syncline.mysql.FilterType.Moment;
import dev.syncline.mysql.FilterType.Text;
import dev.syncline.mysql.FilterType.Whole;
import dev.syncline.mysql.FilterType.Year;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Comparisons of values of all types, by the rules that servers have for each pair of types. */
final class FilterComparison {
  /** So many digits are kept by a DOUBLE, as which servers compare numbers with strings. */
  private static final int SAFE_DIGITS = 15;

  private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?");
  private static final BigDecimal FIRST_YEAR = BigDecimal.valueOf(1901);
  private static final BigDecimal LAST_YEAR = BigDecimal.valueOf(2155);

  private FilterComparison() {}

  static FilterExpression of(String operator, List<FilterExpression> operands) {
    FilterExpression left = operands.get(0);
    return switch (operator) {
      case "IN" -> in(operands);
      case "BETWEEN" -> between(operands);
      case "LIKE" -> FilterPattern.like(operands);
      case "<=>" -> nullSafe(left, operands.get(1));
      default -> compared(operator, left, operands.get(1));
    };
  }

  /** Two sides that were brought to one type, and its order. */
  private record Pair(FilterExpression left, FilterExpression right, Comparator<Object> order) {

    FilterExpression test(IntPredicate outcome) {
      Comparator<Object> by = order;
      return FilterExpression.join(
          Whole.TRUTH,
          left,
          right,
          (a, b) -> FilterExpression.truth(outcome.test(by.compare(a, b))));
    }
  }

  private static FilterExpression compared(
      String operator, FilterExpression left, FilterExpression right) {
    if (left.isNothing() || right.isNothing()) {
      return FilterExpression.NOTHING;
    }
    boolean ordered = !Set.of("=", "<>").contains(operator);
    return pair(left, right, ordered).test(outcome(operator));
  }

  private static IntPredicate outcome(String operator) {
    return switch (operator) {
      case "=" -> order -> order == 0;
      case "<>" -> order -> order != 0;
      case "<" -> order -> order < 0;
      case "<=" -> order -> order <= 0;
      case ">" -> order -> order > 0;
      case ">=" -> order -> order >= 0;
      default -> throw new IllegalStateException(operator);
    };
  }

  private static FilterExpression nullSafe(FilterExpression left, FilterExpression right) {
    Pair pair =
        left.isNothing() || right.isNothing()
            ? new Pair(left, right, (unusedLeft, unusedRight) -> 1)
            : pair(left, right, false);
    return FilterExpression.of(
        Whole.TRUTH,
        row -> {
          Object a = pair.left.value(row);
          Object b = pair.right.value(row);
          boolean equal =
              (a == null || b == null) ? (a == null && b == null) : pair.order.compare(a, b) == 0;
          return FilterExpression.truth(equal);
        });
  }

  private static FilterExpression in(List<FilterExpression> operands) {
    FilterExpression tested = operands.get(0);
    List<FilterExpression> list = operands.subList(1, operands.size());
    checkSameOrder(operands);
    List<FilterExpression> tests = list.stream().map(item -> equal(tested, item)).toList();
    return FilterExpression.of(
        Whole.TRUTH,
        row -> {
          boolean unknown = false;
          for (FilterExpression test : tests) {
            Object value = test.value(row);
            if (value != null && FilterExpression.isTrue(value)) {
              return BigDecimal.ONE;
            }
            unknown |= value == null;
          }
          return unknown ? null : BigDecimal.ZERO;
        });
  }

  private static FilterExpression equal(FilterExpression tested, FilterExpression item) {
    if (tested.type() instanceof Moment && item.isNothing()) {
      throw new FilterException("Servers differ in NULL among moments; leave it out.");
    }
    if (tested.isNothing() || item.isNothing()) {
      return FilterExpression.NOTHING;
    }
    boolean fixed = tested.type() instanceof Moment || tested.type() instanceof Year;
    if (fixed && item.constant() == null) {
      throw new FilterException(
          "Servers differ in how they look for %s among values that are not fixed; compare with ="
                  .formatted(tested.type().words())
              + " and OR.");
    }
    checkAlike(tested, item);
    return pair(tested, item, false).test(order -> order == 0);
  }

  private static FilterExpression between(List<FilterExpression> operands) {
    FilterExpression tested = operands.get(0);
    FilterExpression low = operands.get(1);
    FilterExpression high = operands.get(2);
    checkSameOrder(operands);
    if (operands.stream().anyMatch(operand -> operand.type() instanceof Floating)
        && operands.stream()
            .anyMatch(o -> !(o.type() instanceof Floating) && o.constant() == null)) {
      throw new FilterException(
          "Binary and other numbers meet in BETWEEN; write it with >= and <=.");
    }
    if (operands.stream().anyMatch(FilterExpression::isNothing)) {
      // MySQL 5.7 takes decimals for binary numbers then.
      throw new FilterException("Servers differ in BETWEEN with NULL; write it with >= and <=.");
    }
    if (tested.literal() != null) {
      throw new FilterException("Servers differ in how they test a string; write >= and <=.");
    }
    for (FilterExpression bound : List.of(low, high)) {
      checkAlike(tested, bound);
      if (tested.type() instanceof Moment && bound.constant() == null) {
        throw new FilterException(
            "Servers differ in bounds of moments that may be NULL; write it with >= and <=.");
      }
    }
    FilterExpression above = compared(">=", tested, low);
    FilterExpression below = compared("<=", tested, high);
    return FilterExpression.of(
        Whole.TRUTH,
        row -> {
          Object a = above.value(row);
          Object b = below.value(row);
          boolean no =
              (a != null && !FilterExpression.isTrue(a))
                  || (b != null && !FilterExpression.isTrue(b));
          return no ? BigDecimal.ZERO : a == null || b == null ? null : BigDecimal.ONE;
        });
  }

  /** In lists servers compare all values by one rule that depends on all of them. */
  private static void checkAlike(FilterExpression tested, FilterExpression item) {
    if (tested.type() instanceof Whole a && item.type() instanceof Whole b) {
      boolean positive =
          a.least().min(b.least()).signum() >= 0
              && a.most().max(b.most()).compareTo(Whole.MAX) <= 0;
      if (!positive && (a.sign() != b.sign() || a.sign() == FilterType.Sign.EITHER)) {
        throw new FilterException(
            "Servers confuse numbers with and without sign in IN and BETWEEN if there are negative"
                + " ones or those above 9223372036854775807; compare with = and OR, or >= and <=.");
      }
    }
    boolean number = isExact(tested.type()) || tested.type() instanceof Floating;
    if (number && item.literal() != null) {
      throw new FilterException(
          "Strings stand among numbers; write '%s' without quotes.".formatted(item.literal()));
    }
  }

  /** Of several texts one collation counts for all comparisons: that of the first two too. */
  private static void checkSameOrder(List<FilterExpression> operands) {
    FilterText all = FilterText.LITERAL;
    for (FilterExpression operand : operands) {
      if (operand.type() instanceof Text text) {
        all = FilterText.of(all, text.order());
      }
    }
    for (FilterExpression operand : operands.subList(1, operands.size())) {
      if (operand.type() instanceof Text text && operands.get(0).type() instanceof Text first) {
        FilterText both = FilterText.of(first.order(), text.order());
        if (!both.collation().equals(all.collation()) && !all.isLiteral()) {
          throw new FilterException("Give the collation to the first value.");
        }
      }
    }
  }

  private static Pair pair(FilterExpression left, FilterExpression right, boolean ordered) {
    FilterType a = left.type();
    FilterType b = right.type();
    if (left.literal() == null && right.literal() != null) {
      return literal(left, right, ordered);
    }
    if (right.literal() == null && left.literal() != null) {
      Pair turned = literal(right, left, ordered);
      FilterExpression constant = turned.right;
      return new Pair(constant, turned.left, turned.order);
    }
    if (isExact(a) && isExact(b)) {
      return new Pair(left, right, FilterComparison::numbers);
    }
    boolean binary = a instanceof Floating || b instanceof Floating;
    if (binary && isNumber(a) && isNumber(b)) {
      return new Pair(floating(left), floating(right), FilterComparison::doubles);
    }
    if (a instanceof Text x && b instanceof Text y) {
      return texts(left, right, FilterText.of(x.order(), y.order()), ordered);
    }
    if (a instanceof Moment x && b instanceof Moment y) {
      boolean spans = x.kind() == Moment.Kind.TIME;
      if (spans == (y.kind() == Moment.Kind.TIME)) {
        return new Pair(left, right, FilterComparison::longs);
      }
    }
    if (a instanceof Bytes && b instanceof Bytes) {
      return new Pair(left, right, FilterComparison::bytes);
    }
    if (a instanceof Year && (b instanceof Year || isYear(right))) {
      return new Pair(left, right, FilterComparison::numbers);
    }
    if (b instanceof Year && isYear(left)) {
      return new Pair(left, right, FilterComparison::numbers);
    }
    throw mixed(a, b);
  }

  private static FilterException mixed(FilterType a, FilterType b) {
    String advice =
        a instanceof Year || b instanceof Year
            ? "a YEAR with years from 1901 to 2155"
            : a instanceof Labels || b instanceof Labels
                ? "an ENUM or SET with its labels in quotes"
                : "values of one type";
    return new FilterException(
        "Cannot compare %s with %s exactly like each server; compare %s."
            .formatted(a.words(), b.words(), advice));
  }

  private static boolean isExact(FilterType type) {
    return type instanceof Whole || type instanceof Decimal;
  }

  private static boolean isNumber(FilterType type) {
    return isExact(type) || type instanceof Floating;
  }

  private static boolean isYear(FilterExpression expression) {
    return expression.type() instanceof Whole
        && expression.constant() instanceof BigDecimal year
        && year.compareTo(FIRST_YEAR) >= 0
        && year.compareTo(LAST_YEAR) <= 0;
  }

  private static FilterExpression floating(FilterExpression number) {
    Object constant = number.constant();
    if (constant != null) {
      return FilterExpression.constant(new Floating(), ((Number) constant).doubleValue());
    }
    return number.type() instanceof Floating
        ? number
        : number.then(new Floating(), value -> ((Number) value).doubleValue());
  }

  private static Pair texts(
      FilterExpression left, FilterExpression right, FilterText order, boolean ordered) {
    if (ordered) {
      order.checkOrdered();
    } else {
      order.checkExact();
    }
    return new Pair(left, right, (a, b) -> order.compare((String) a, (String) b));
  }

  /** Something that is compared with a string, which becomes what servers make of it. */
  private static Pair literal(FilterExpression left, FilterExpression string, boolean ordered) {
    String text = Objects.requireNonNull(string.literal());
    FilterType type = left.type();
    if (type instanceof Moment moment) {
      if (!left.isColumn()) {
        throw new FilterException(
            "Servers differ in how they compare computed moments with strings; write %s'%s'."
                .formatted(
                    moment.kind() == Moment.Kind.DATETIME ? "TIMESTAMP" : moment.kind(), text));
      }
      int point = text.indexOf('.');
      if (point >= 0 && text.length() - point - 1 > moment.digits()) {
        throw new FilterException(
            "'%s' has more digits than the column, which servers round in ways of their own."
                .formatted(text));
      }
      Long number = FilterMoments.literal(text, moment.kind());
      return new Pair(left, FilterExpression.constant(moment, number), FilterComparison::longs);
    }
    if (type instanceof Text other && string.type() instanceof Text own) {
      FilterText order = FilterText.of(other.order(), own.order());
      order.checkHolds(text);
      return texts(left, string, order, ordered);
    }
    if (type instanceof Bytes bytes) {
      return new Pair(
          left,
          FilterExpression.constant(bytes, FilterCompiler.bytes(text)),
          FilterComparison::bytes);
    }
    if (type instanceof Labels labels && !ordered) {
      FilterLabels.check(labels, text);
      return new Pair(left, string, (a, b) -> a.equals(b) ? 0 : 1);
    }
    BigDecimal number = number(text, type);
    if (number != null) {
      return new Pair(left, FilterExpression.constant(type, number), FilterComparison::numbers);
    }
    if (isNumber(type)) {
      throw new FilterException(
          "Servers compare %s with the string '%s' as DOUBLE; write the number without quotes."
              .formatted(type.words(), text));
    }
    throw mixed(type, string.type());
  }

  /** A string whose number is the same whether it is compared as DOUBLE or exactly. */
  private static @Nullable BigDecimal number(String text, FilterType type) {
    boolean safe =
        type instanceof Whole
            || (type instanceof Decimal decimal
                && decimal.whole() + decimal.scale() <= SAFE_DIGITS);
    if (!safe || !NUMBER.matcher(text).matches()) {
      return null;
    }
    BigDecimal number = new BigDecimal(text);
    boolean fits = Math.max(number.precision(), number.scale()) <= SAFE_DIGITS;
    boolean whole = type instanceof Decimal || number.scale() == 0;
    return fits && whole ? number : null;
  }

  private static int numbers(Object left, Object right) {
    return ((BigDecimal) left).compareTo((BigDecimal) right);
  }

  /** Unlike {@link Double#compare} it holds both zeros for equal. */
  private static int doubles(Object left, Object right) {
    double a = (Double) left;
    double b = (Double) right;
    return a < b ? -1 : a > b ? 1 : 0;
  }

  private static int longs(Object left, Object right) {
    return Long.compare((Long) left, (Long) right);
  }

  private static int bytes(Object left, Object right) {
    return Arrays.compareUnsigned((byte[]) left, (byte[]) right);
  }
}
