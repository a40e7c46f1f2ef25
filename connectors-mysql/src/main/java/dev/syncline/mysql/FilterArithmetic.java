package dev.syncline.mysql;

import dev.syncline.mysql.FilterType.Decimal;
import dev.syncline.mysql.FilterType.Sign;
import dev.syncline.mysql.FilterType.Whole;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Computes with whole and decimal numbers. What might be beyond a server's range for some row is
 * refused: the server would fail, and we could not.
 */
final class FilterArithmetic {
  private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(64);
  private static final BigDecimal MOST_SCALE = BigDecimal.valueOf(30);
  private static final String ADVICE =
      " Write CAST(... AS SIGNED) or CAST(... AS DECIMAL(...)) for the columns.";

  private FilterArithmetic() {}

  static FilterExpression of(String name, List<FilterExpression> operands) {
    FilterExpression left = operands.get(0);
    if (operands.stream().anyMatch(FilterExpression::isNothing)) {
      return FilterExpression.NOTHING;
    }
    for (FilterExpression operand : operands) {
      if (!(operand.type() instanceof Whole) && !(operand.type() instanceof Decimal)) {
        throw new FilterException(
            ("It computes with %s, which servers do in ways of their own; use whole and decimal"
                    + " numbers.")
                .formatted(operand.type().words()));
      }
    }
    return switch (name) {
      case "NEGATIVE" -> negative(left);
      case "ABS" -> absolute(left);
      case "FLOOR" -> whole(left, RoundingMode.FLOOR);
      case "CEILING" -> whole(left, RoundingMode.CEILING);
      case "ROUND" -> rounded(operands, RoundingMode.HALF_UP);
      case "TRUNCATE" -> rounded(operands, RoundingMode.DOWN);
      case "/" ->
          throw new FilterException(
              "The digits of a quotient depend on a setting of the server; write a multiplication"
                  + " on the other side of the comparison, or DIV.");
      case "DIV" -> quotient(left, operands.get(1));
      case "%" -> remainder(left, operands.get(1));
      case "&", "|" -> bits(name, left, operands.get(1));
      default -> computed(name, left, operands.get(1));
    };
  }

  private static Whole checked(Whole type) {
    if (!type.fits()) {
      throw new FilterException(
          "The result may be %s, which a server need not be able to hold.".formatted(type.words())
              + ADVICE);
    }
    return type;
  }

  private static Decimal checked(Decimal type) {
    if (!type.fits()) {
      throw new FilterException(
          "The result may have %d digits before and %d behind the point, more than servers keep"
                  .formatted(type.whole(), type.scale())
              + " (65, of them 30 behind the point)."
              + ADVICE);
    }
    return type;
  }

  private static FilterExpression negative(FilterExpression operand) {
    FilterType type =
        operand.type() instanceof Whole whole
            ? checked(new Whole(whole.most().negate(), whole.least().negate(), Sign.SIGNED))
            : operand.type();
    FilterExpression negated = operand.then(type, value -> ((BigDecimal) value).negate());
    Object constant = operand.constant();
    return constant == null
        ? negated
        : FilterExpression.constant(type, ((BigDecimal) constant).negate());
  }

  private static FilterExpression absolute(FilterExpression operand) {
    FilterType type = operand.type();
    if (type instanceof Whole whole) {
      BigInteger most = whole.least().abs().max(whole.most().abs());
      Sign sign = whole.sign() == Sign.UNSIGNED ? Sign.UNSIGNED : Sign.EITHER;
      type = checked(new Whole(BigInteger.ZERO, most, sign));
    }
    return operand.then(type, value -> ((BigDecimal) value).abs());
  }

  private static FilterExpression whole(FilterExpression operand, RoundingMode mode) {
    if (!(operand.type() instanceof Decimal decimal)) {
      return operand;
    }
    BigInteger most = BigInteger.TEN.pow(decimal.whole());
    boolean isLarge = most.compareTo(Whole.MAX) > 0;
    // Servers differ in whether such a number has a sign, so that nothing is computed with it.
    FilterType type =
        isLarge
            ? checked(new Decimal(decimal.whole() + 1, 0))
            : new Whole(most.negate(), most, Sign.EITHER);
    return operand.then(type, value -> ((BigDecimal) value).setScale(0, mode));
  }

  private static FilterExpression rounded(List<FilterExpression> operands, RoundingMode mode) {
    int digits = operands.size() < 2 ? 0 : digits(operands.get(1).constant());
    FilterExpression operand = operands.get(0);
    if (!(operand.type() instanceof Decimal decimal) || digits >= decimal.scale()) {
      return FilterExpression.of(operand.type(), operand.evaluation());
    }
    Decimal type = checked(new Decimal(decimal.whole() + 1, digits));
    return operand.then(type, value -> ((BigDecimal) value).setScale(digits, mode));
  }

  private static int digits(@Nullable Object constant) {
    if (constant instanceof BigDecimal digits
        && digits.scale() == 0
        && digits.signum() >= 0
        && digits.compareTo(MOST_SCALE) <= 0) {
      return digits.intValue();
    }
    throw new FilterException("The number of digits is a whole number from 0 to 30.");
  }

  /** Addition, subtraction, multiplication. */
  private static FilterExpression computed(
      String operator, FilterExpression left, FilterExpression right) {
    FilterType type =
        left.type() instanceof Whole a && right.type() instanceof Whole b
            ? checked(range(operator, a, b))
            : checked(size(operator, FilterCasts.decimal(left), FilterCasts.decimal(right)));
    return FilterExpression.join(
        type,
        left,
        right,
        (a, b) -> {
          BigDecimal x = (BigDecimal) a;
          BigDecimal y = (BigDecimal) b;
          return switch (operator) {
            case "+" -> x.add(y);
            case "-" -> x.subtract(y);
            default -> x.multiply(y);
          };
        });
  }

  private static Whole range(String operator, Whole a, Whole b) {
    Sign sign = sign(a, b);
    return switch (operator) {
      case "+" -> new Whole(a.least().add(b.least()), a.most().add(b.most()), sign);
      case "-" -> new Whole(a.least().subtract(b.most()), a.most().subtract(b.least()), sign);
      default -> {
        List<BigInteger> corners =
            List.of(
                a.least().multiply(b.least()),
                a.least().multiply(b.most()),
                a.most().multiply(b.least()),
                a.most().multiply(b.most()));
        yield new Whole(
            corners.stream().reduce(BigInteger::min).orElseThrow(),
            corners.stream().reduce(BigInteger::max).orElseThrow(),
            sign);
      }
    };
  }

  private static Sign sign(Whole a, Whole b) {
    if (a.sign() == Sign.UNSIGNED || b.sign() == Sign.UNSIGNED) {
      return Sign.UNSIGNED;
    }
    return a.sign() == b.sign() ? a.sign() : Sign.EITHER;
  }

  private static Decimal size(String operator, Decimal a, Decimal b) {
    return operator.equals("*")
        ? new Decimal(a.whole() + b.whole(), a.scale() + b.scale())
        : new Decimal(Math.max(a.whole(), b.whole()) + 1, Math.max(a.scale(), b.scale()));
  }

  private static FilterExpression quotient(FilterExpression left, FilterExpression right) {
    if (!(left.type() instanceof Whole a) || !(right.type() instanceof Whole b)) {
      throw new FilterException("DIV is evaluated for whole numbers only.");
    }
    Sign sign = sign(a, b);
    if (sign != Sign.SIGNED && (a.least().signum() < 0 || b.least().signum() < 0)) {
      throw new FilterException("Numbers with and without sign are divided." + ADVICE);
    }
    BigInteger most = a.least().abs().max(a.most().abs());
    Whole any = new Whole(a.least().signum() < 0 ? most.negate() : BigInteger.ZERO, most, sign);
    Whole type =
        right.constant() instanceof BigDecimal by && by.signum() > 0
            ? new Whole(
                a.least().divide(by.toBigInteger()), a.most().divide(by.toBigInteger()), sign)
            : b.least().signum() < 0 ? new Whole(most.negate(), most, sign) : any;
    return FilterExpression.join(
        checked(type),
        left,
        right,
        (x, y) -> {
          BigDecimal divisor = (BigDecimal) y;
          return divisor.signum() == 0 ? null : ((BigDecimal) x).divideToIntegralValue(divisor);
        });
  }

  private static FilterExpression remainder(FilterExpression left, FilterExpression right) {
    if (!(left.type() instanceof Whole a) || !(right.type() instanceof Whole)) {
      throw new FilterException("The remainder is evaluated for whole numbers only.");
    }
    BigInteger most = a.least().signum() < 0 ? a.least().abs().max(a.most()) : a.most();
    Whole type = new Whole(a.least().min(BigInteger.ZERO), most.min(Whole.UNSIGNED_MAX), a.sign());
    return FilterExpression.join(
        type,
        left,
        right,
        (x, y) -> {
          BigDecimal divisor = (BigDecimal) y;
          return divisor.signum() == 0 ? null : ((BigDecimal) x).remainder(divisor);
        });
  }

  /** Bits of 64, the sign among them; the result has none. */
  private static FilterExpression bits(
      String operator, FilterExpression left, FilterExpression right) {
    if (!(left.type() instanceof Whole) || !(right.type() instanceof Whole)) {
      throw new FilterException("%s is evaluated for whole numbers only.".formatted(operator));
    }
    boolean both = operator.equals("&");
    BigInteger most = Whole.UNSIGNED_MAX;
    for (FilterExpression operand : List.of(left, right)) {
      Whole whole = (Whole) operand.type();
      if (both && whole.least().signum() >= 0) {
        most = most.min(whole.most());
      }
    }
    return FilterExpression.join(
        new Whole(BigInteger.ZERO, most, Sign.UNSIGNED),
        left,
        right,
        (x, y) -> {
          BigInteger a = ((BigDecimal) x).toBigInteger().mod(TWO_TO_64);
          BigInteger b = ((BigDecimal) y).toBigInteger().mod(TWO_TO_64);
          return new BigDecimal(both ? a.and(b) : a.or(b));
        });
  }
}
