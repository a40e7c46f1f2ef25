package dev.syncline.mysql;

import dev.syncline.ChangeRejectedException;
import dev.syncline.change.Column;
import dev.syncline.change.Row;
import dev.syncline.mysql.StatementCache.Kind;
import dev.syncline.mysql.StatementCache.Shape;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** Runs the steps of one table as statements of an open transaction. Used by one thread. */
final class TableWriter {

  private static final int MOST_KEYS = 1_000;

  private final Connection connection;
  private final TargetTable table;
  private final TableStatements statements;
  private final WriteLimits limits;
  private final StatementCache cache;

  TableWriter(
      Connection connection,
      TargetTable table,
      TableStatements statements,
      WriteLimits limits,
      StatementCache cache) {
    this.connection = connection;
    this.table = table;
    this.statements = statements;
    this.limits = limits;
    this.cache = cache;
  }

  TargetTable table() {
    return table;
  }

  /**
   * Runs a step.
   *
   * @throws ChangeRejectedException if the target refuses a row for good
   */
  void run(TableStep step) throws SQLException {
    if (step instanceof TableStep.Write write) {
      overRows(Kind.UPSERT, write.rows(), table.written());
    } else if (step instanceof TableStep.Delete delete) {
      deleteRows(delete.rows());
    } else if (step instanceof TableStep.Append append) {
      overRows(Kind.INSERT, append.rows(), table.written());
    } else if (step instanceof TableStep.Move move) {
      move(move);
    } else if (step instanceof TableStep.Replace replace) {
      replace(replace);
    } else if (step instanceof TableStep.Remove remove) {
      remove(remove);
    }
  }

  private void deleteRows(List<Row> rows) throws SQLException {
    // Beyond some size servers give up looking for ranges of an index and read the whole table.
    for (int start = 0; start < rows.size(); start += MOST_KEYS) {
      List<Row> some = rows.subList(start, Math.min(rows.size(), start + MOST_KEYS));
      overRows(Kind.DELETE, some, table.identity());
    }
  }

  /** Adds the rows whose keys are not there. */
  void insertMissing(List<Row> rows) throws SQLException {
    overRows(Kind.INSERT_MISSING, rows, table.written());
  }

  private void overRows(Kind kind, List<Row> rows, List<Integer> columns) throws SQLException {
    boolean isCached = kind == Kind.DELETE || table.storesJson().isEmpty();
    int start = 0;
    while (start < rows.size()) {
      int fitting = limits.fitting(rows, start, columns);
      int count =
          isCached ? StatementCache.rowsOfShape(fitting, limits.most(columns.size())) : fitting;
      List<Row> some = rows.subList(start, start + count);
      if (isCached) {
        Shape shape = new Shape(this, kind, count);
        int parameters = count * columns.size();
        PreparedStatement kept = cache.get(shape, parameters, () -> statements.of(kind, some));
        fillAndExecute(kept, some, columns);
        // Values would stay in memory until the next use.
        kept.clearParameters();
      } else {
        try (PreparedStatement once = connection.prepareStatement(statements.of(kind, some))) {
          fillAndExecute(once, some, columns);
        }
      }
      start += count;
    }
  }

  private void fillAndExecute(PreparedStatement statement, List<Row> rows, List<Integer> columns)
      throws SQLException {
    int index = 1;
    for (Row row : rows) {
      index = bind(statement, index, row, columns);
    }
    execute(statement, rows);
  }

  private void move(TableStep.Move move) throws SQLException {
    List<Integer> identity = table.identity();
    try (PreparedStatement statement = connection.prepareStatement(statements.deleteUnless())) {
      int index = bind(statement, 1, move.after(), identity);
      bind(statement, index, move.before(), identity);
      execute(statement, List.of(move.after()));
    }
    int updated;
    try (PreparedStatement statement =
        connection.prepareStatement(statements.updateByKey(move.after()))) {
      int index = bind(statement, 1, move.after(), table.written());
      bind(statement, index, move.before(), identity);
      updated = execute(statement, List.of(move.before(), move.after()));
    }
    if (updated == 0) {
      run(new TableStep.Write(List.of(move.after())));
    }
  }

  private void replace(TableStep.Replace replace) throws SQLException {
    List<Integer> written = table.written();
    if (replace.before().pick(written).equals(replace.after().pick(written))) {
      return;
    }
    String sql = statements.updateOne(replace.before(), replace.after());
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int index = bind(statement, 1, replace.after(), written);
      bind(statement, index, replace.before(), written);
      checkOne(execute(statement, List.of(replace.before(), replace.after())), "update");
    }
  }

  private void remove(TableStep.Remove remove) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(statements.deleteOne(remove.before()))) {
      bind(statement, 1, remove.before(), table.written());
      checkOne(execute(statement, List.of(remove.before())), "delete");
    }
  }

  private int execute(PreparedStatement statement, List<Row> rows) throws SQLException {
    try {
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw Rejections.translate(e, table, size(rows));
    }
  }

  private long size(List<Row> rows) {
    return rows.stream().mapToLong(r -> WriteLimits.bytes(r, table.written())).sum();
  }

  private int bind(PreparedStatement statement, int first, Row row, List<Integer> columns)
      throws SQLException {
    int index = first;
    for (int ordinal : columns) {
      Column column = table.column(ordinal);
      if (table.storesJson().contains(ordinal)) {
        index = MySqlValues.bindParameter(statement, index, row.value(ordinal), table.id(), column);
      } else {
        MySqlValues.bind(statement, index++, row.value(ordinal), table.id(), column);
      }
    }
    return index;
  }

  private void checkOne(int found, String what) {
    if (found != 1) {
      throw new ChangeRejectedException(
          table.id(),
          ("Cannot %s a row of table '%s', which has no key: %d rows at the target look like it, "
                  + "expected 1. The target differs from the source; load the table anew.")
              .formatted(what, table.id(), found),
          null);
    }
  }
}
