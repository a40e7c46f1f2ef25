package dev.syncline;

import dev.syncline.change.UniqueKey;
import java.util.List;

/** How a target tells the rows of one table apart. Immutable and thread-safe. */
public interface TargetKeys {

  /**
   * The target's unique keys besides the one that tells the source's rows apart, by ordinals of the
   * source's columns. A key over columns that the source does not have or does not write, such as
   * generated ones, has {@link UniqueKey.Coverage#EXPRESSION} and no columns: its value may change
   * with any change of a row.
   */
  List<UniqueKey> others();

  /**
   * Whether it is known which other values of a column equal this one at the target: none but
   * itself, or those that differ from it in the case of ASCII letters, in spaces at the end, in the
   * sign of zero, or in zeros behind a decimal point.
   *
   * @param column the ordinal of a column at the source
   * @param value a value of it, not null
   */
  boolean isComparable(int column, Object value);
}
