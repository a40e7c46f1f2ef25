package dev.syncline.testkit;

import dev.syncline.ExactRead;
import dev.syncline.SnapshotChunk;
import dev.syncline.SnapshotReader;
import dev.syncline.TableChangedException;
import dev.syncline.change.KeyRange;
import dev.syncline.change.Position;
import dev.syncline.change.Row;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.testkit.MemoryTable.Stored;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/** Reads the visible rows of a {@link MemoryDatabase}. */
final class MemorySnapshotReader implements SnapshotReader {

  private final MemoryDatabase database;
  private final Map<TableId, TableDefinition> definitions;
  private final OneUser user = new OneUser("The reader of existing rows");

  MemorySnapshotReader(MemoryDatabase database, Map<TableId, TableDefinition> definitions) {
    this.database = database;
    this.definitions = definitions;
  }

  @Override
  public KeyRange nextRange(TableDefinition table, KeyRange rest, int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("A range has at least 1 row; got " + rows + ".");
    }
    return user.call(() -> database.locked(() -> cut(table, rest, rows)));
  }

  private KeyRange cut(TableDefinition table, KeyRange rest, int rows) {
    NavigableMap<Row, Stored> left = visible(table).range(bound(rest.after()), bound(rest.upTo()));
    if (left.size() <= rows) {
      return rest;
    }
    Iterator<Row> keys = left.keySet().iterator();
    Row last = keys.next();
    for (int i = 1; i < rows; i++) {
      last = keys.next();
    }
    return new KeyRange(rest.after(), KeyText.print(last));
  }

  @Override
  public SnapshotChunk readRange(TableDefinition table, KeyRange range) {
    return user.call(
        () -> {
          // Others commit while the database is unlocked in between, and not otherwise.
          return database.tossCoin()
              ? database.locked(() -> read(table, range))
              : read(table, range);
        });
  }

  private SnapshotChunk read(TableDefinition table, KeyRange range) {
    ReadListener listener = database.readListener();
    MemoryMark.Low low = database.locked(() -> MemoryMark.Low.of(database));
    listener.at(ReadListener.Moment.BEFORE_ROWS, table.id());
    Seen seen = database.locked(() -> new Seen(home(table).stream(), rows(table, range)));
    listener.at(ReadListener.Moment.AFTER_ROWS, table.id());
    MemoryMark.High high = database.locked(() -> MemoryMark.High.of(database, seen.stream()));
    return new SnapshotChunk(range, seen.rows(), new MemoryMark(database, low, high));
  }

  /** The rows of a range, and the stream that their table is logged in. */
  private record Seen(String stream, List<SnapshotRow> rows) {}

  private List<SnapshotRow> rows(TableDefinition table, KeyRange range) {
    List<SnapshotRow> rows = new ArrayList<>();
    for (Stored stored : visible(table).range(bound(range.after()), bound(range.upTo())).values()) {
      rows.add(new SnapshotRow(table, stored.row()));
    }
    return rows;
  }

  @Override
  public ExactRead readExactly(List<TableDefinition> tables) {
    return user.call(
        () -> {
          TableId first = tables.get(0).id();
          database.readListener().at(ReadListener.Moment.BEFORE_ROWS, first);
          return database.locked(
              () -> {
                tables.forEach(table -> database.finishTable(table.id()));
                String stream = home(tables.get(0)).stream();
                Position position = new MemoryPosition(stream, database.log(stream).end());
                List<List<SnapshotRow>> rows = new ArrayList<>();
                for (TableDefinition table : tables) {
                  rows.add(
                      visible(table).rows().stream()
                          .map(row -> new SnapshotRow(table, row))
                          .toList());
                }
                return new MemoryExactRead(position, rows);
              });
        });
  }

  @Override
  public boolean canCut(TableDefinition table) {
    return table
        .identity()
        .map(
            key ->
                key.columns().stream()
                    .allMatch(c -> KeyText.KINDS.contains(table.columns().get(c).type().kind())))
        .orElse(false);
  }

  private MemoryTable visible(TableDefinition table) {
    return home(table).visible();
  }

  private MemoryDatabase.Home home(TableDefinition table) {
    if (!table.equals(definitions.get(table.id()))) {
      throw new IllegalArgumentException(
          "Table '" + table.id() + "' is not defined so in this session.");
    }
    return database.homes().stream()
        .filter(home -> home.current().definition().equals(table))
        .findAny()
        .orElseThrow(
            () ->
                new TableChangedException(
                    table.id(), "Table '" + table.id() + "' is not as it was.", null));
  }

  private static @Nullable Row bound(String text) {
    return text.equals(KeyRange.OPEN) ? null : KeyText.parse(text);
  }

  @Override
  public void close() {
    user.close();
  }
}
