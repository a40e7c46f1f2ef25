package dev.syncline.mysql;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Column;
import dev.syncline.change.Row;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.UniqueKey;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which columns the rows of an event have before or after the change, and what is known of the
 * others: sessions choose by {@code binlog_row_image} what the server leaves out. Immutable.
 */
final class ImageColumns {

  private final TableDefinition table;
  private final boolean[] present;

  /** The ordinals of the columns that are there: rows are many, and read by these alone. */
  private final int[] columns;

  private final boolean leavesOut;

  /** What stands in the place of columns that are left out. */
  private final @Nullable Object[] others;

  private ImageColumns(TableDefinition table, boolean[] present, @Nullable Object[] others) {
    this.table = table;
    this.present = present;
    this.others = others;
    IntStream all = IntStream.range(0, present.length);
    this.columns = all.filter(i -> present[i]).toArray();
    this.leavesOut = IntStream.range(0, present.length).anyMatch(this::isLeftOut);
  }

  /** Of rows that are logged as a whole. */
  static ImageColumns whole(TableDefinition table) {
    boolean[] present = new boolean[table.columns().size()];
    Arrays.fill(present, true);
    return after(table, present);
  }

  /**
   * The columns of rows that are inserted. What the statement did not name has its default.
   *
   * @throws UnsupportedChangeException if that is not known of a column, or if a column of the key
   *     is left out that the database computes
   */
  static ImageColumns ofInsert(TableDefinition table, boolean[] present) {
    List<Integer> key = table.identity().map(UniqueKey::columns).orElse(List.of());
    @Nullable Object[] others = new Object[present.length];
    for (int i = 0; i < present.length; i++) {
      Column column = table.columns().get(i);
      if (!present[i]) {
        others[i] = column.isGenerated() && !key.contains(i) ? Row.ABSENT : constant(table, column);
      }
    }
    return new ImageColumns(table, present, others);
  }

  private static @Nullable Object constant(TableDefinition table, Column column) {
    return ColumnDefault.value(table.id(), column)
        .orElseThrow(
            () ->
                new UnsupportedChangeException(
                    ("Cannot apply an insert into table '%s': the log does not say what column '%s'"
                            + " got, since the statement did not name it, and its default is not"
                            + " known exactly, or not kept in a checkpoint of an earlier version."
                            + " Set binlog_row_image=FULL in every session of the source, and load"
                            + " the table again.")
                        .formatted(table.id(), column.name())))
        .value();
  }

  /**
   * The columns of rows as they were before a change.
   *
   * @throws UnsupportedChangeException if those are left out that tell rows apart: the key, or all
   *     in a table without one
   */
  static ImageColumns before(TableDefinition table, boolean[] present) {
    List<Integer> key = table.identity().map(UniqueKey::columns).orElse(List.of());
    for (int i = 0; i < present.length; i++) {
      Column column = table.columns().get(i);
      boolean isNeeded = key.isEmpty() ? !column.isGenerated() : key.contains(i);
      if (isNeeded && !present[i]) {
        throw new UnsupportedChangeException(
            ("Cannot apply a change of a row of table '%s': the log does not have its column '%s',"
                    + " by which rows are told apart. Set binlog_row_image=FULL in every session of"
                    + " the source, and load the table again.")
                .formatted(table.id(), column.name()));
      }
    }
    return after(table, present);
  }

  /** The columns of rows as they are after an update. */
  static ImageColumns after(TableDefinition table, boolean[] present) {
    @Nullable Object[] others = new Object[present.length];
    Arrays.setAll(others, i -> present[i] ? null : Row.ABSENT);
    return new ImageColumns(table, present, others);
  }

  /** How many columns the rows have. */
  int count() {
    return columns.length;
  }

  /** The ordinal of one of the columns that the rows have. */
  int column(int place) {
    return columns[place];
  }

  /** Whether there is a column that the rows lack although writers fill it. */
  boolean leavesOut() {
    return leavesOut;
  }

  /** The values of a row, of which those that the log has are still to be filled in. */
  @Nullable Object[] newRow() {
    return others.clone();
  }

  /**
   * Whether rows before a change are logged as a whole although a key tells them apart. A server
   * that knows {@code FULL_NODUP} does so by that or by {@code FULL}, which log all that changes in
   * any way. Older ones, such as MariaDB 10.1 and 10.2, also do so for a {@code REPLACE} with
   * {@code MINIMAL} or {@code NOBLOB}.
   */
  boolean hasMoreThanMinimal() {
    List<Integer> key = table.identity().map(UniqueKey::columns).orElse(List.of());
    return !leavesOut
        && !key.isEmpty()
        && IntStream.range(0, present.length).anyMatch(i -> present[i] && !key.contains(i));
  }

  /**
   * Checks that an update that leaves columns out, also such that the row before it has, is none of
   * those that a MariaDB logs for a REPLACE. From these it leaves out all columns that the
   * statement does not name, although they have got their defaults, those of keys included. Such an
   * update comes about where the new row equals the old one in some unique key. So it is none if
   * there is no such key.
   *
   * @param before the row before the update
   * @throws UnsupportedChangeException if it may be one
   */
  void checkNotReplaced(Row before) {
    for (UniqueKey key : table.uniqueKeys()) {
      boolean differs = false;
      for (int column : key.columns()) {
        differs |= isNullBeforeOrAfter(column, before);
        differs |= key.coverage() == UniqueKey.Coverage.COLUMNS && hasNoDefault(column, before);
      }
      if (!differs || key.coverage() == UniqueKey.Coverage.EXPRESSION) {
        throw new UnsupportedChangeException(
            ("Cannot apply an update of a row of table '%s': the log has only some of its columns,"
                    + " and MariaDB also leaves out columns that a REPLACE has changed, which may"
                    + " have met this row in key '%s'. Set binlog_row_image=FULL in every session"
                    + " of the source that runs REPLACE or INSERT ... ON DUPLICATE KEY UPDATE, sets"
                    + " keys, changes tables with several unique keys, or logs NOBLOB, and load the"
                    + " table again.")
                .formatted(table.id(), key.name()));
      }
    }
  }

  /** Whether the old row or one that a REPLACE puts in its place has NULL, which equals nothing. */
  private boolean isNullBeforeOrAfter(int column, Row before) {
    boolean wasNull = before.has(column) && before.value(column) == null;
    return wasNull || (isLeftOut(column) && ColumnDefault.isNull(table.columns().get(column)));
  }

  /** Whether the old row has another value than one would have that got the default. */
  private boolean hasNoDefault(int column, Row before) {
    return isLeftOut(column)
        && before.has(column)
        && !ColumnDefault.mayBe(table.id(), table.columns().get(column), before.value(column));
  }

  private boolean isLeftOut(int column) {
    return !present[column] && !table.columns().get(column).isGenerated();
  }
}
