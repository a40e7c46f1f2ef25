package dev.syncline.mysql;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Row;
import dev.syncline.change.TableDefinition;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Reads the rows of a table by SQL into the same normal form that the binlog is decoded to.
 *
 * <p>The session must have {@code time_zone='+00:00'} and send {@code utf8mb4}. Immutable and
 * thread-safe.
 */
final class RowSelect {

  private final TableDefinition table;

  private RowSelect(TableDefinition table) {
    this.table = table;
  }

  /**
   * The way to read a table.
   *
   * @throws UnsupportedChangeException if a column has a type that is not supported
   */
  static RowSelect of(TableDefinition table) {
    return new RowSelect(table);
  }

  /**
   * What to write between {@code SELECT} and {@code FROM}: an expression for each column, in order.
   * The expressions have no aliases that hide column names.
   */
  String selectList() {
    throw new UnsupportedOperationException(table.id().toString());
  }

  /**
   * The row that the cursor stands on.
   *
   * @param results of a query whose first columns are {@link #selectList()}
   * @throws UnsupportedChangeException if a value cannot be brought into normal form
   */
  Row read(ResultSet results) throws SQLException {
    throw new UnsupportedOperationException(table.id().toString());
  }
}
