package dev.syncline;

import dev.syncline.change.Column;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import java.util.Optional;

/**
 * A transform that changes which columns a table has, their names or their types. Rows that {@link
 * #apply} returns have the columns of {@link #table}, and refer to it.
 */
public interface TableTransform extends Transform<TableChange> {

  /**
   * A table as it is behind this transform.
   *
   * <p>Called at the pre-check, at the start and after each change of the table at the source;
   * equal tables must give equal results.
   *
   * @param table the table as it comes in; it may not be one that this transform is about
   * @return the table as it goes on, under the same name; {@code table} itself if nothing changes
   * @throws SyncException if the table cannot be transformed; says which column is in the way and
   *     what to do
   */
  TableDefinition table(TableDefinition table);

  /**
   * The name that a column has behind this transform. By default its own, if the table has a column
   * of that name there. A column whose type is another one there counts as made by the transform:
   * its definition at the source says nothing of the one at the target.
   *
   * @param table the table as it comes in
   * @return the name; empty if the column is not there any more
   * @throws SyncException as {@link #table} does
   */
  default Optional<String> column(TableDefinition table, String column) {
    return table(table).columns().stream().map(Column::name).filter(column::equals).findFirst();
  }

  /**
   * Whether this transform does something to a table or its rows. The pre-check tells of a
   * transform that is about none of the selected tables, since it may have a mistake in a name. By
   * default it is about all.
   *
   * @param table the table as it comes in
   * @throws SyncException as {@link #table} does
   */
  default boolean isAbout(TableDefinition table) {
    return true;
  }
}
