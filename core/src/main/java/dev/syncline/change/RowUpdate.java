package dev.syncline.change;

import java.util.Objects;

/**
 * A row that was changed, possibly in its key.
 *
 * <p>Both rows may lack values, but none of those that tell rows apart, which are those of the key,
 * or all in a table without one. What the row lacks after the change has not changed, unless the
 * database computes it. So what is not known of the row before is all that can be lacking after.
 *
 * @param before the row as it was
 * @param after the row as it is now; what it lacks and {@code before} has is taken over
 * @param unchecked see {@link TableChange#unchecked}
 * @param early whether the row may not be at the target yet, because its table is still being
 *     copied. The copy brings the row as it is after this change, so there is nothing to do then.
 *     Otherwise a row that lacks values and is not there is a difference between source and target
 */
public record RowUpdate(
    TableDefinition table, Row before, Row after, boolean unchecked, boolean early)
    implements TableChange {

  /**
   * Checks both rows and makes the later one as whole as it can be.
   *
   * @throws IllegalArgumentException if they do not fit the table, or lack values of its key
   */
  public RowUpdate {
    Objects.requireNonNull(table, "table").checkAddress(before);
    after = table.carriedOver(before, after);
    table.checkAddress(after);
  }

  /** A change of a row that must be at the target. */
  public RowUpdate(TableDefinition table, Row before, Row after, boolean unchecked) {
    this(table, before, after, unchecked, false);
  }

  /** A change that looked at foreign keys, of a row that must be at the target. */
  public RowUpdate(TableDefinition table, Row before, Row after) {
    this(table, before, after, false);
  }

  @Override
  public boolean isWhole() {
    return before.isWhole() && after.isWhole();
  }

  @Override
  public RowUpdate asUnchecked() {
    return new RowUpdate(table, before, after, true, early);
  }

  /** This change, but {@link #early}. */
  public RowUpdate asEarly() {
    return new RowUpdate(table, before, after, unchecked, true);
  }
}
