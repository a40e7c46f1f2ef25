package dev.syncline.change;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The values of one row, in the order of its table's columns, NULLs included.
 *
 * <p>A row may lack values that the source's log has left out. Such a value is not NULL, it is not
 * known: {@link #value} does not give it, and {@link #has} tells.
 *
 * <p>Immutable as long as nobody writes into a {@code byte[]} value. Two rows are equal when all
 * their values are, {@code byte[]} compared by content; a value that is lacking equals only one
 * that is lacking too.
 */
public final class Row {

  /** Stands for a value that is lacking where a row is made. */
  public static final Object ABSENT = new Absent();

  private static final long OBJECT_BYTES = 16;

  /** The class of {@link #ABSENT}. */
  private static final class Absent {
    @Override
    public String toString() {
      return "absent";
    }
  }

  private final @Nullable Object[] values;

  /** Whether no value is lacking: of nearly all rows so, and asked for many times. */
  private final boolean whole;

  private Row(@Nullable Object[] values, boolean whole) {
    this.values = values;
    this.whole = whole;
  }

  private static boolean lacksNone(@Nullable Object[] values) {
    for (Object value : values) {
      if (value == ABSENT) {
        return false;
      }
    }
    return true;
  }

  /** A row of these values, {@link #ABSENT} for those that it lacks; the array is copied. */
  public static Row of(@Nullable Object... values) {
    return wrap(values.clone());
  }

  /**
   * A row that takes over an array, for readers that build one row after another.
   *
   * @param values {@link #ABSENT} for those that it lacks; must not be touched by the caller any
   *     more
   */
  public static Row wrap(@Nullable Object[] values) {
    return new Row(values, lacksNone(Objects.requireNonNull(values, "values")));
  }

  /**
   * A row that takes over an array in which {@link #ABSENT} is not: readers of many rows know that,
   * and to look would take a good part of the time of reading one.
   *
   * @param values must not be touched by the caller any more
   */
  public static Row wrapWhole(@Nullable Object[] values) {
    return new Row(Objects.requireNonNull(values, "values"), true);
  }

  /** The number of values, with those that are lacking. */
  public int size() {
    return values.length;
  }

  /**
   * The value of a column.
   *
   * @param ordinal the column's ordinal, from 0
   * @return the value in the normal form of its column; null for SQL NULL
   * @throws IndexOutOfBoundsException if there is no such column
   * @throws IllegalStateException if the row lacks the value
   */
  public @Nullable Object value(int ordinal) {
    Object value = values[ordinal];
    if (value == ABSENT) {
      throw new IllegalStateException(
          "A row has no value for its column "
              + (ordinal + 1)
              + ": the source's log has left it out, and it may be any. Ask has() first.");
    }
    return value;
  }

  /**
   * Whether the value of a column, which may be NULL, is known.
   *
   * @throws IndexOutOfBoundsException if there is no such column
   */
  public boolean has(int ordinal) {
    return values[ordinal] != ABSENT;
  }

  /** Whether the values of all these columns are known. */
  public boolean hasAll(List<Integer> ordinals) {
    if (whole) {
      return true;
    }
    for (int ordinal : ordinals) {
      if (!has(ordinal)) {
        return false;
      }
    }
    return true;
  }

  /** Whether no value is lacking. */
  public boolean isWhole() {
    return whole;
  }

  /** A row of some of the values, for example those of a key; what this row lacks it lacks. */
  public Row pick(List<Integer> ordinals) {
    @Nullable Object[] picked = new Object[ordinals.size()];
    for (int i = 0; i < picked.length; i++) {
      picked[i] = values[ordinals.get(i)];
    }
    return whole ? wrapWhole(picked) : wrap(picked);
  }

  /** About how many bytes of heap the values take. */
  public long approximateBytes() {
    long bytes = OBJECT_BYTES;
    for (Object value : values) {
      boolean none = value == null || value == ABSENT;
      bytes += Long.BYTES + (none ? 0 : OBJECT_BYTES + payloadBytes(value));
    }
    return bytes;
  }

  private static long payloadBytes(Object value) {
    if (value instanceof byte[] bytes) {
      return bytes.length;
    }
    if (value instanceof String text) {
      return 2L * text.length();
    }
    if (value instanceof BigDecimal number) {
      // Its digits and not its bits, for which most numbers would have to make an object.
      return number.precision() / 2 + 2 * OBJECT_BYTES;
    }
    if (value instanceof BigInteger number) {
      return number.bitLength() / Byte.SIZE + OBJECT_BYTES;
    }
    return OBJECT_BYTES;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Row row && Arrays.deepEquals(values, row.values);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(values);
  }

  /** Says how many values there are, never what they are: rows hold people's data. */
  @Override
  public String toString() {
    long absent = Arrays.stream(values).filter(value -> value == ABSENT).count();
    return "Row[%d values%s]"
        .formatted(values.length, absent == 0 ? "" : ", " + absent + " of them absent");
  }
}
