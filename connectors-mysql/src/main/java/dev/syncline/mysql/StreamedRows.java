package dev.syncline.mysql;

import static dev.syncline.mysql.SqlNames.quote;

import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableDefinition;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** All rows of a table, which the server sends as they are taken. Used by one thread. */
final class StreamedRows {

  private final TableDefinition table;
  private final RowSelect select;
  private final Statement statement;
  private final ResultSet results;
  private boolean atEnd;

  private StreamedRows(
      TableDefinition table, RowSelect select, Statement statement, ResultSet results) {
    this.table = table;
    this.select = select;
    this.statement = statement;
    this.results = results;
  }

  /**
   * Asks for the rows. The connection can do nothing else before the last one was taken.
   *
   * @param condition what must be true of the rows
   */
  static StreamedRows of(Connection connection, TableDefinition table, String condition)
      throws SQLException {
    RowSelect select = RowSelect.of(table);
    Statement statement =
        connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
    // The driver's sign for: do not collect the result, hand on rows as they come.
    statement.setFetchSize(Integer.MIN_VALUE);
    ResultSet results =
        statement.executeQuery(
            "SELECT %s FROM %s WHERE %s"
                .formatted(select.selectList(), quote(table.id()), condition));
    return new StreamedRows(table, select, statement, results);
  }

  TableDefinition table() {
    return table;
  }

  /** Whether the last row was taken. */
  boolean isAtEnd() {
    return atEnd;
  }

  /** The next rows, as many as are asked for or fewer; none at the end only. */
  List<SnapshotRow> next(int maxRows) throws SQLException {
    List<SnapshotRow> rows = new ArrayList<>();
    long bytes = 0;
    while (!atEnd && rows.size() < maxRows && bytes < RowSizes.RANGE_BYTES) {
      if (results.next()) {
        SnapshotRow row = new SnapshotRow(table, select.read(results));
        bytes += row.row().approximateBytes();
        rows.add(row);
      } else {
        atEnd = true;
        results.close();
        statement.close();
      }
    }
    return rows;
  }
}
