package dev.syncline.mysql;

import dev.syncline.change.Row;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a condition that can be evaluated. Immutable and thread-safe.
 *
 * @param type what it gives; says of which class the values are
 * @param evaluation gives the value for a row
 * @param constant the value if it stands in the condition; otherwise null
 */
record FilterExpression(FilterType type, Evaluation evaluation, @Nullable Object constant) {

  /** Gives a value for a row; null for NULL. */
  @FunctionalInterface
  interface Evaluation {
    @Nullable Object of(Row row);
  }

  /** The value of a column, in the form that it has in conditions. */
  record ColumnValue(int ordinal, Step normal) implements Evaluation {
    @Override
    public @Nullable Object of(Row row) {
      Object value = row.value(ordinal);
      return value == null ? null : normal.of(value);
    }
  }

  /** Turns a value that is not NULL into another. */
  @FunctionalInterface
  interface Step {
    @Nullable Object of(Object value);
  }

  /** Turns two values that are not NULL into one. */
  @FunctionalInterface
  interface Join {
    @Nullable Object of(Object left, Object right);
  }

  static final FilterExpression NOTHING =
      new FilterExpression(new FilterType.Nothing(), row -> null, null);

  static FilterExpression of(FilterType type, Evaluation evaluation) {
    return new FilterExpression(type, evaluation, null);
  }

  static FilterExpression constant(FilterType type, Object value) {
    return new FilterExpression(type, row -> value, value);
  }

  /** Whether this is a column itself. */
  boolean isColumn() {
    return evaluation instanceof ColumnValue;
  }

  boolean isNothing() {
    return type instanceof FilterType.Nothing;
  }

  @Nullable Object value(Row row) {
    return evaluation.of(row);
  }

  /** The string that stands in the condition; null if this is none. */
  @Nullable String literal() {
    return constant instanceof String text ? text : null;
  }

  /** A step behind this; NULL stays NULL. */
  FilterExpression then(FilterType result, Step step) {
    Evaluation first = evaluation;
    return of(
        result,
        row -> {
          Object value = first.of(row);
          return value == null ? null : step.of(value);
        });
  }

  /** Two values become one; NULL if one of them is. */
  static FilterExpression join(
      FilterType result, FilterExpression left, FilterExpression right, Join join) {
    Evaluation first = left.evaluation;
    Evaluation second = right.evaluation;
    return of(
        result,
        row -> {
          Object a = first.of(row);
          Object b = a == null ? null : second.of(row);
          return a == null || b == null ? null : join.of(a, b);
        });
  }

  /** The value of a condition that is true or false. */
  static BigDecimal truth(boolean value) {
    return value ? BigDecimal.ONE : BigDecimal.ZERO;
  }

  /** Whether a value counts as true; not NULL. */
  static boolean isTrue(Object value) {
    return ((BigDecimal) value).signum() != 0;
  }
}
