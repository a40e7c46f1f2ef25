package dev.syncline.mysql;

import dev.syncline.ChangeRejectedException;
import dev.syncline.change.Column;
import dev.syncline.change.Row;
import dev.syncline.mysql.TableStatements.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs the steps of one table as statements of an open transaction. Used by one thread, but for
 * {@link #prepare}.
 */
final class TableWriter {

  private static final int MOST_KEYS = 1_000;

  /** The driver sends the bytes of larger values as they are; a text would hold them twice. */
  private static final int LARGE_ROW = 256 * 1024;

  /** The driver takes four times the length of a text for its packet. */
  private static final int LARGE_STATEMENT = 16 * 1024 * 1024;

  private final Connection connection;
  private final TargetTable table;
  private final TableStatements statements;
  private final WriteLimits limits;

  TableWriter(
      Connection connection, TargetTable table, TableStatements statements, WriteLimits limits) {
    this.connection = connection;
    this.table = table;
    this.statements = statements;
    this.limits = limits;
  }

  TargetTable table() {
    return table;
  }

  /** A part of a step that is ready to run. */
  sealed interface Ready {

    /**
     * Many rows in one statement.
     *
     * @param text the statement with the values in it; empty if they are to be bound
     */
    record Rows(Kind kind, List<Row> rows, Optional<String> text) implements Ready {}

    /** One row, which may take several statements. */
    record One(TableStep step) implements Ready {}
  }

  /**
   * Makes steps ready to run. Needs no connection; thread-safe.
   *
   * @throws ChangeRejectedException if the target would refuse a row for good
   */
  List<Ready> prepare(List<TableStep> steps) {
    List<Ready> ready = new ArrayList<>();
    for (TableStep step : steps) {
      if (step instanceof TableStep.Write write) {
        addRows(ready, Kind.UPSERT, write.rows());
      } else if (step instanceof TableStep.Delete delete) {
        addRows(ready, Kind.DELETE, delete.rows());
      } else if (step instanceof TableStep.Append append) {
        addRows(ready, Kind.INSERT, append.rows());
      } else {
        ready.add(new Ready.One(step));
      }
    }
    return ready;
  }

  /** Makes rows ready to be added whose keys are not there. */
  List<Ready> prepareMissing(List<Row> rows) {
    List<Ready> ready = new ArrayList<>();
    addRows(ready, Kind.INSERT_MISSING, rows);
    return ready;
  }

  private void addRows(List<Ready> ready, Kind kind, List<Row> rows) {
    List<Integer> columns = statements.columns(kind);
    int start = 0;
    while (start < rows.size()) {
      int count = limits.fitting(rows, start, columns);
      if (kind == Kind.DELETE) {
        // Beyond some size servers give up looking for ranges of an index and read the whole table.
        count = Math.min(count, MOST_KEYS);
      }
      List<Row> some = rows.subList(start, start + count);
      boolean isText = statements.canWriteOut(kind) && !isLarge(some, columns);
      ready.add(
          new Ready.Rows(
              kind, some, isText ? Optional.of(statements.textOf(kind, some)) : Optional.empty()));
      start += count;
    }
  }

  private static boolean isLarge(List<Row> rows, List<Integer> columns) {
    long all = 0;
    for (Row row : rows) {
      long bytes = WriteLimits.bytes(row, columns);
      all += bytes;
      if (bytes > LARGE_ROW || all > LARGE_STATEMENT) {
        return true;
      }
    }
    return false;
  }

  /**
   * Runs what is ready.
   *
   * @throws ChangeRejectedException if the target refuses a row for good
   */
  void run(List<Ready> ready) throws SQLException {
    for (Ready next : ready) {
      if (next instanceof Ready.Rows rows) {
        overRows(rows);
      } else if (next instanceof Ready.One one) {
        run(one.step());
      }
    }
  }

  private void run(TableStep step) throws SQLException {
    if (step instanceof TableStep.Update update) {
      update(update.before(), update.after());
    } else if (step instanceof TableStep.Move move) {
      move(move);
    } else if (step instanceof TableStep.Replace replace) {
      replace(replace);
    } else if (step instanceof TableStep.Remove remove) {
      remove(remove);
    }
  }

  private void overRows(Ready.Rows ready) throws SQLException {
    List<Row> rows = ready.rows();
    if (ready.text().isPresent()) {
      try (Statement statement = connection.createStatement()) {
        // There are no JDBC escapes in it, and looking for them takes long.
        statement.setEscapeProcessing(false);
        int unused = statement.executeUpdate(ready.text().get());
      } catch (SQLException e) {
        throw Rejections.translate(e, table, size(rows));
      }
      return;
    }
    List<Integer> columns = statements.columns(ready.kind());
    try (PreparedStatement statement =
        connection.prepareStatement(statements.text(ready.kind(), rows))) {
      int index = 1;
      for (Row row : rows) {
        index = bind(statement, index, row, columns);
      }
      int unused = execute(statement, rows);
    }
  }

  private void move(TableStep.Move move) throws SQLException {
    List<Integer> identity = table.identity();
    try (PreparedStatement statement = connection.prepareStatement(statements.deleteUnless())) {
      int index = bind(statement, 1, move.after(), identity);
      bind(statement, index, move.before(), identity);
      execute(statement, List.of(move.after()));
    }
    update(move.before(), move.after());
  }

  private void update(Row before, Row after) throws SQLException {
    int updated;
    try (PreparedStatement statement = connection.prepareStatement(statements.updateByKey(after))) {
      int index = bind(statement, 1, after, table.written());
      bind(statement, index, before, table.identity());
      updated = execute(statement, List.of(before, after));
    }
    if (updated == 0) {
      run(prepare(List.of(new TableStep.Write(List.of(after)))));
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
