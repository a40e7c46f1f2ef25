package dev.syncline.mysql;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** How a server prints floating point numbers in JSON documents: MySQL 8 otherwise than 5.7. */
enum JsonNumbers {
  /** A number without fraction gets one: {@code 1.0}, as MySQL 8 does. */
  WITH_FRACTION,
  /** A number without fraction looks like an integer: {@code 1}, as MySQL 5.7 does. */
  SHORTEST;

  private static final int SAFE_DIGITS = 15;
  private static final int MAX_FIXED_DIGITS = 15;

  /** Asks a server. The answer of servers without JSON in binary form does not matter. */
  static JsonNumbers of(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet results =
            statement.executeQuery("SELECT CONCAT('' /*!50708 , JSON_ARRAY(1E0) */)")) {
      return results.next() && "[1.0]".equals(results.getString(1)) ? WITH_FRACTION : SHORTEST;
    }
  }

  /** Appends a number as the server prints it: with the fewest digits that mean this number. */
  void append(StringBuilder text, double number) {
    if (!Double.isFinite(number)) {
      throw new MalformedValueException("a number in a JSON document is not finite");
    }
    if (Double.doubleToRawLongBits(number) < 0) {
      text.append('-');
    }
    if (number == 0) {
      text.append('0');
      appendFraction(text);
      return;
    }
    BigDecimal shortest = shortest(Math.abs(number));
    String digits = shortest.unscaledValue().toString();
    int pointAt = digits.length() - shortest.scale();
    boolean isLong = pointAt > MAX_FIXED_DIGITS && pointAt >= digits.length();
    if (isLong || pointAt < 1 - MAX_FIXED_DIGITS) {
      appendScientific(text, digits, pointAt - 1);
    } else if (pointAt <= 0) {
      text.append("0.").append("0".repeat(-pointAt)).append(digits);
    } else if (pointAt < digits.length()) {
      text.append(digits, 0, pointAt).append('.').append(digits, pointAt, digits.length());
    } else {
      text.append(digits).append("0".repeat(pointAt - digits.length()));
      appendFraction(text);
    }
  }

  private void appendFraction(StringBuilder text) {
    text.append(this == WITH_FRACTION ? ".0" : "");
  }

  private static void appendScientific(StringBuilder text, String digits, int exponent) {
    text.append(digits.charAt(0));
    if (digits.length() > 1) {
      text.append('.').append(digits, 1, digits.length());
    }
    text.append('e').append(exponent);
  }

  /**
   * The decimal number with the fewest digits that is read back as this double, and of those the
   * nearest to it. The JDK's own text is not always that before Java 19.
   */
  private static BigDecimal shortest(double number) {
    BigDecimal best = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    if (best.precision() <= SAFE_DIGITS && number >= Double.MIN_NORMAL) {
      // Two numbers of so few digits are never the same double, so none is shorter.
      return best;
    }
    BigDecimal exact = new BigDecimal(number);
    for (int digits = best.precision(); digits >= 1; digits--) {
      BigDecimal candidate = nearest(exact, number, digits);
      if (candidate == null) {
        break;
      }
      best = candidate;
    }
    return best.stripTrailingZeros();
  }

  /** The nearest number with so many digits that is read back; null if there is none. */
  private static @Nullable BigDecimal nearest(BigDecimal exact, double number, int digits) {
    BigDecimal down = exact.round(new MathContext(digits, RoundingMode.DOWN));
    BigDecimal up = exact.round(new MathContext(digits, RoundingMode.UP));
    boolean downFits = down.doubleValue() == number;
    boolean upFits = up.doubleValue() == number;
    if (downFits && upFits) {
      return exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
    }
    return downFits ? down : upFits ? up : null;
  }
}
