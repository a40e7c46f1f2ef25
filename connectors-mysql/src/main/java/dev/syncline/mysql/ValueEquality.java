package dev.syncline.mysql;

import dev.syncline.change.ValueKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which values a column of the target holds for equal in a key. Immutable.
 *
 * @param kind the form of the column's values
 * @param text for text columns the equality of their collation
 */
record ValueEquality(ValueKind kind, TextEquality text) {

  /**
   * The form that equal values share; values with different forms are different. Null if it cannot
   * be told which values equal this one.
   *
   * @param value not null
   */
  @Nullable Object canonical(Object value) {
    return switch (kind) {
      case TEXT -> value instanceof String string ? text.canonical(string) : null;
      // The empty label may be a label or the error value.
      case ENUM -> value.equals("") ? null : value;
      case JSON, GEOMETRY -> null;
      case FLOAT -> value instanceof Float number ? (Object) (number + 0.0f) : null;
      case DOUBLE -> value instanceof Double number ? (Object) (number + 0.0) : null;
      case DECIMAL -> value instanceof BigDecimal number ? number.stripTrailingZeros() : null;
      case INTEGER, BINARY, BITS, DATE, DATE_TIME, INSTANT, TIME, YEAR, SET -> value;
    };
  }

  /** An order of canonical values of one column: any, but always the same. */
  static int compare(@Nullable Object left, @Nullable Object right) {
    if (left == null || right == null) {
      return Boolean.compare(left != null, right != null);
    }
    if (left instanceof byte[] a && right instanceof byte[] b) {
      return Arrays.compareUnsigned(a, b);
    }
    if (left instanceof Number a && right instanceof Number b && a.getClass() != b.getClass()) {
      return integer(a).compareTo(integer(b));
    }
    if (left.getClass() == right.getClass() && left instanceof Comparable<?> comparable) {
      @SuppressWarnings("unchecked") // values of one class compare with each other
      Comparable<Object> a = (Comparable<Object>) comparable;
      return a.compareTo(right);
    }
    return left.toString().compareTo(right.toString());
  }

  private static BigInteger integer(Number number) {
    return number instanceof BigInteger big ? big : BigInteger.valueOf(number.longValue());
  }
}
