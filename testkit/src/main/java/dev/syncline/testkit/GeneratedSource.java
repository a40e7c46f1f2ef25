package dev.syncline.testkit;

import dev.syncline.ExactRead;
import dev.syncline.SnapshotChunk;
import dev.syncline.SnapshotReader;
import dev.syncline.SourceReader;
import dev.syncline.SourceScope;
import dev.syncline.TableSource;
import dev.syncline.TableSourceSession;
import dev.syncline.TableStructure;
import dev.syncline.change.KeyRange;
import dev.syncline.change.Position;
import dev.syncline.change.Row;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TransactionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A source with one table of any number of rows, which are made when they are read and kept by
 * nobody: for tests of what must not grow with a table. Nothing changes in it. Immutable.
 */
public final class GeneratedSource implements TableSource {

  private static final TableDefinition TABLE =
      TableBuilder.table("generated", "numbers")
          .integer("id")
          .text("name")
          .primaryKey("id")
          .build();

  private final long rows;
  private final MemorySource empty;

  /**
   * A source.
   *
   * @param rows how many rows the table has, with ids from 1 on
   */
  public GeneratedSource(long rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("A generated table has at least 1 row, not " + rows + ".");
    }
    MemoryDatabase database = new MemoryDatabase(1);
    database.create(TABLE);
    this.rows = rows;
    this.empty = new MemorySource(database);
  }

  /** The table, which is in database {@code generated}. */
  public static TableDefinition table() {
    return TABLE;
  }

  @Override
  public TableSourceSession open(SourceScope<TableChange> scope) {
    return new Session(empty.open(scope), rows);
  }

  @Override
  public Position parsePosition(String text) {
    return empty.parsePosition(text);
  }

  @Override
  public String toString() {
    return "generated table of " + rows + " rows";
  }

  /** An empty database's session but for its rows. */
  private record Session(TableSourceSession empty, long rows) implements TableSourceSession {

    @Override
    public List<TableStructure> tables() {
      return empty.tables();
    }

    @Override
    public void define(List<TableDefinition> tables, Map<String, String> memory) {
      empty.define(tables, memory);
    }

    @Override
    public SnapshotReader openSnapshotReader() {
      return new Reader(rows);
    }

    @Override
    public SourceReader<TableChange> openReader(String stream, Position from) {
      return empty.openReader(stream, from);
    }

    @Override
    public Map<String, Position> currentPositions() {
      return empty.currentPositions();
    }

    @Override
    public void close() {
      empty.close();
    }
  }

  /** Makes rows. A bound of a range is the last id in it. */
  private record Reader(long rows) implements SnapshotReader {

    @Override
    public KeyRange nextRange(TableDefinition table, KeyRange rest, int count) {
      long last = first(rest.after()) - 1 + count;
      return last >= last(rest) ? rest : new KeyRange(rest.after(), Long.toString(last));
    }

    @Override
    public SnapshotChunk readRange(TableDefinition table, KeyRange range) {
      List<SnapshotRow> made = new ArrayList<>();
      for (long id = first(range.after()); id <= last(range); id++) {
        made.add(new SnapshotRow(table, Row.of(id, "number " + id)));
      }
      return new SnapshotChunk(range, made, new NothingChanges());
    }

    private long last(KeyRange range) {
      return range.isLast() ? rows : Long.parseLong(range.upTo());
    }

    private static long first(String after) {
      return after.equals(KeyRange.OPEN) ? 1 : Long.parseLong(after) + 1;
    }

    @Override
    public ExactRead readExactly(List<TableDefinition> tables) {
      throw new IllegalStateException("The generated table can be cut into ranges.");
    }

    @Override
    public boolean canCut(TableDefinition table) {
      return true;
    }

    @Override
    public void close() {
      // Holds nothing.
    }
  }

  /** Every read has seen all that there ever was. */
  private record NothingChanges() implements SnapshotChunk.Mark {

    @Override
    public boolean isBefore(TransactionId transaction) {
      return true;
    }

    @Override
    public boolean isPassedAt(Position position) {
      return true;
    }
  }
}
