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
 * <p>Immutable as long as nobody writes into a {@code byte[]} value. Two rows are equal when all
 * their values are, {@code byte[]} compared by content.
 */
public final class Row {

  private static final long OBJECT_BYTES = 16;

  private final @Nullable Object[] values;

  private Row(@Nullable Object[] values) {
    this.values = values;
  }

  /** A row of these values; the array is copied. */
  public static Row of(@Nullable Object... values) {
    return new Row(values.clone());
  }

  /**
   * A row that takes over an array, for readers that build one row after another.
   *
   * @param values must not be touched by the caller any more
   */
  public static Row wrap(@Nullable Object[] values) {
    return new Row(Objects.requireNonNull(values, "values"));
  }

  /** The number of values. */
  public int size() {
    return values.length;
  }

  /**
   * The value of a column.
   *
   * @param ordinal the column's ordinal, from 0
   * @return the value in the normal form of its column; null for SQL NULL
   * @throws IndexOutOfBoundsException if there is no such column
   */
  public @Nullable Object value(int ordinal) {
    return values[ordinal];
  }

  /** A row of some of the values, for example those of a key. */
  public Row pick(List<Integer> ordinals) {
    @Nullable Object[] picked = new Object[ordinals.size()];
    for (int i = 0; i < picked.length; i++) {
      picked[i] = values[ordinals.get(i)];
    }
    return new Row(picked);
  }

  /** About how many bytes of heap the values take. */
  public long approximateBytes() {
    long bytes = OBJECT_BYTES;
    for (Object value : values) {
      bytes += Long.BYTES + (value == null ? 0 : OBJECT_BYTES + payloadBytes(value));
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
    return "Row[" + values.length + " values]";
  }
}
