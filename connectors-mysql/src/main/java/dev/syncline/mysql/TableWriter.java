package dev.syncline.mysql;

import dev.syncline.ChangeRejectedException;
import dev.syncline.change.Row;
import dev.syncline.mysql.TableStatements.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the steps of one table as statements of an open transaction. Used by one thread, but for
 * {@link #prepare}.
 */
final class TableWriter {

  private static final int MOST_KEYS = 1_000;

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

    /** Many rows in one statement. */
    record Rows(SqlText sql) implements Ready {}

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
      ready.add(new Ready.Rows(statements.of(kind, rows.subList(start, start + count))));
      start += count;
    }
  }

  /**
   * Runs what is ready.
   *
   * @throws ChangeRejectedException if the target refuses a row for good
   */
  void run(List<Ready> ready) throws SQLException {
    for (Ready next : ready) {
      if (next instanceof Ready.Rows rows) {
        execute(rows.sql());
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
    } else if (step instanceof TableStep.Patch patch) {
      patch(patch);
    } else if (step instanceof TableStep.Replace replace) {
      replace(replace);
    } else if (step instanceof TableStep.Remove remove) {
      remove(remove);
    }
  }

  private void move(TableStep.Move move) throws SQLException {
    execute(statements.deleteUnless(move.after(), move.before()));
    update(move.before(), move.after());
  }

  private void update(Row before, Row after) throws SQLException {
    if (execute(statements.updateByKey(before, after)) == 0) {
      run(prepare(List.of(new TableStep.Write(List.of(after)))));
    }
  }

  /** The session says how many rows were found, also if they were like that already. */
  private void patch(TableStep.Patch patch) throws SQLException {
    List<Integer> columns = statements.patched(patch.before(), patch.after());
    if (columns.isEmpty()
        || execute(statements.patch(patch.before(), patch.after(), columns)) > 0
        || patch.mayBeMissing()) {
      return;
    }
    throw new ChangeRejectedException(
        table.id(),
        ("Cannot update a row of table '%s': it is not at the target, and the source's log has only"
                + " the columns that changed. The target differs from the source, or the key of a"
                + " row was changed before the row was copied. Load the table anew, and have the"
                + " source log whole rows (binlog_row_image=FULL) while it is copied.")
            .formatted(table.id()),
        null);
  }

  private void replace(TableStep.Replace replace) throws SQLException {
    List<Integer> written = table.written();
    if (!replace.before().pick(written).equals(replace.after().pick(written))) {
      checkOne(execute(statements.updateOne(replace.before(), replace.after())), "update");
    }
  }

  private void remove(TableStep.Remove remove) throws SQLException {
    checkOne(execute(statements.deleteOne(remove.before())), "delete");
  }

  private int execute(SqlText sql) throws SQLException {
    try {
      return sql.execute(connection);
    } catch (SQLException e) {
      throw Rejections.translate(e, table, sql.largestPacket());
    }
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
