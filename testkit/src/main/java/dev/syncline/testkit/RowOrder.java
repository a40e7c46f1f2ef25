package dev.syncline.testkit;

import dev.syncline.change.ImpossibleDate;
import dev.syncline.change.Row;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Orders rows value by value, in any order of types, NULL first. */
enum RowOrder implements Comparator<Row> {
  /** The only order. */
  BY_VALUES;

  private static final List<Class<?>> TYPES =
      List.of(
          Long.class,
          BigInteger.class,
          BigDecimal.class,
          Float.class,
          Double.class,
          String.class,
          byte[].class,
          LocalDate.class,
          LocalDateTime.class,
          Instant.class,
          Duration.class,
          ImpossibleDate.class);

  @Override
  public int compare(Row one, Row other) {
    for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
      int order = compareValues(one.value(i), other.value(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(one.size(), other.size());
  }

  private static int compareValues(@Nullable Object one, @Nullable Object other) {
    if (one == null || other == null) {
      return Boolean.compare(one != null, other != null);
    }
    if (one instanceof Long a && other instanceof BigInteger b) {
      return BigInteger.valueOf(a).compareTo(b);
    }
    if (one instanceof BigInteger a && other instanceof Long b) {
      return a.compareTo(BigInteger.valueOf(b));
    }
    int byType = Integer.compare(rank(one), rank(other));
    return byType != 0 ? byType : compareSame(one, other);
  }

  private static int rank(Object value) {
    int rank = TYPES.indexOf(value.getClass());
    if (rank < 0) {
      throw new IllegalArgumentException(
          "A row must hold values in the normal form of their columns, not " + value.getClass());
    }
    return rank;
  }

  private static int compareSame(Object one, Object other) {
    if (one instanceof byte[] a && other instanceof byte[] b) {
      return Arrays.compareUnsigned(a, b);
    }
    if (one instanceof ImpossibleDate a && other instanceof ImpossibleDate b) {
      return a.literal().compareTo(b.literal());
    }
    return asComparable(one).compareTo(other);
  }

  @SuppressWarnings("unchecked") // Both are of the same class, which is one of the list above.
  private static Comparable<Object> asComparable(Object value) {
    return (Comparable<Object>) value;
  }
}
