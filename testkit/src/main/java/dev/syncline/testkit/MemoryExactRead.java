package dev.syncline.testkit;

import dev.syncline.ExactRead;
import dev.syncline.change.Position;
import dev.syncline.change.Row;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableDefinition;
import java.util.List;

/** The rows of a table as they stood at a position. */
final class MemoryExactRead implements ExactRead {

  private final Position position;
  private final TableDefinition table;
  private final List<Row> rows;
  private int handedOn;

  MemoryExactRead(Position position, TableDefinition table, List<Row> rows) {
    this.position = position;
    this.table = table;
    this.rows = rows;
  }

  @Override
  public Position position() {
    return position;
  }

  @Override
  public List<SnapshotRow> next(int maxRows) {
    if (maxRows < 1) {
      throw new IllegalArgumentException("At least 1 row must be asked for; got " + maxRows + ".");
    }
    int to = Math.min(rows.size(), handedOn + maxRows);
    List<Row> next = rows.subList(handedOn, to);
    handedOn = to;
    return next.stream().map(row -> new SnapshotRow(table, row)).toList();
  }

  @Override
  public void close() {}
}
