package dev.syncline.testkit;

import dev.syncline.change.Row;
import dev.syncline.change.TableId;

/** Changes rows within one transaction of a source's database. */
public interface RowEditor {

  /** Inserts a row. */
  void insert(TableId table, Row row);

  /**
   * Replaces a row, possibly under a new key.
   *
   * @param address the values of the row's key; all values of the row in a keyless table
   */
  void update(TableId table, Row address, Row after);

  /**
   * Deletes a row.
   *
   * @param address the values of the row's key; all values of the row in a keyless table
   */
  void delete(TableId table, Row address);
}
