package dev.syncline;

import dev.syncline.change.UniqueKey;
import java.util.List;

/** How a target tells the rows of one table apart. Immutable and thread-safe. */
public interface TargetKeys {

  /**
   * The target's unique keys besides the one that tells the source's rows apart, by ordinals of the
   * source's columns. A key over columns that the source does not have or does not write, such as
   * generated ones, has {@link UniqueKey.Coverage#EXPRESSION} and no columns: its value may change
   * with any change of a row. A key over parts of columns, or whose values may be in each other's
   * way without being equal, has {@link UniqueKey.Coverage#PREFIX}.
   */
  List<UniqueKey> others();

  /**
   * Whether a value can be compared without the target. Two values of a column for which this is
   * true and which the target holds for equal differ in nothing but the case of ASCII letters,
   * spaces at the end, the sign of zero, or zeros behind a decimal point.
   *
   * @param column the ordinal of a column at the source
   * @param value a value of it, not null
   */
  boolean isComparable(int column, Object value);
}
