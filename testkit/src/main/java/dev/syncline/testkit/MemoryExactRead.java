package dev.syncline.testkit;

import dev.syncline.ExactRead;
import dev.syncline.change.Position;
import dev.syncline.change.SnapshotRow;
import java.util.List;

/** The rows of tables as they stood together at a position. */
final class MemoryExactRead implements ExactRead {

  private final Position position;
  private final List<List<SnapshotRow>> tables;
  private int table;
  private int handedOn;

  MemoryExactRead(Position position, List<List<SnapshotRow>> tables) {
    this.position = position;
    this.tables = tables;
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
    while (table < tables.size() && handedOn == tables.get(table).size()) {
      table++;
      handedOn = 0;
    }
    if (table == tables.size()) {
      return List.of();
    }
    List<SnapshotRow> rows = tables.get(table);
    int to = Math.min(rows.size(), handedOn + maxRows);
    List<SnapshotRow> next = rows.subList(handedOn, to);
    handedOn = to;
    return next;
  }

  @Override
  public void close() {}
}
