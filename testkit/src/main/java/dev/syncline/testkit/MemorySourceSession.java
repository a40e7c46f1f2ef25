package dev.syncline.testkit;

import dev.syncline.LeftOut;
import dev.syncline.ObjectKind;
import dev.syncline.ObjectSourceSession;
import dev.syncline.SchemaObject;
import dev.syncline.SnapshotReader;
import dev.syncline.SourceReader;
import dev.syncline.SourceScope;
import dev.syncline.TableSelection;
import dev.syncline.TableStructure;
import dev.syncline.TransientException;
import dev.syncline.change.Position;
import dev.syncline.change.Row;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A run's way into a {@link MemoryDatabase}. Thread-safe. */
final class MemorySourceSession implements ObjectSourceSession {

  private final MemoryDatabase database;
  private final TableSelection selection;
  private final int changesPerPoll;
  private volatile @Nullable Map<TableId, TableDefinition> defined;
  private volatile Set<TableId> passedOver = Set.of();
  private volatile Map<String, String> remembered = Map.of();
  private volatile boolean closed;

  MemorySourceSession(MemoryDatabase database, SourceScope<TableChange> scope, int changesPerPoll) {
    this.database = database;
    this.selection = (TableSelection) scope.selection();
    this.changesPerPoll = changesPerPoll;
  }

  @Override
  public Map<String, Position> currentPositions() {
    checkOpen();
    return database.locked(
        () -> {
          Map<String, Position> positions = new HashMap<>();
          database.streams().forEach(s -> positions.put(s, new MemoryPosition(s, visibleEnd(s))));
          return positions;
        });
  }

  /** What is behind this place may become visible later, even if it is in the log already. */
  private long visibleEnd(String stream) {
    long end = database.log(stream).end();
    for (SplitTransaction transaction : database.unfinished()) {
      Long sequence = transaction.sequence(stream);
      if (sequence != null && !transaction.isVisible()) {
        end = Math.min(end, sequence - 1);
      }
    }
    if (database.log(stream).hasChangedTables(end)) {
      // A place in front of what a look at tables shows would bring it a second time.
      database.finishAll();
      end = database.log(stream).end();
    }
    return end;
  }

  @Override
  public List<TableStructure> tables() {
    checkOpen();
    return database.locked(
        () ->
            database.homes().stream()
                .filter(home -> selection.includes(home.current().definition().id()))
                .map(MemorySourceSession::structure)
                .toList());
  }

  @Override
  public Found objects(Set<ObjectKind> kinds) {
    checkOpen();
    List<SchemaObject> selected = selected(kinds);
    return new Found(
        selected.stream().filter(object -> !database.isHidden(object)).toList(),
        selected.stream()
            .filter(database::isHidden)
            .map(object -> new LeftOut(object.kind(), object.fullName(), "it is hidden"))
            .toList());
  }

  private List<SchemaObject> selected(Set<ObjectKind> kinds) {
    return database.objects().stream()
        .filter(object -> kinds.contains(object.kind()))
        .filter(object -> selection.includesDatabase(object.database()))
        .toList();
  }

  /** Changes of such objects come whatever is followed. */
  @Override
  public void follow(Set<ObjectKind> kinds) {}

  @Override
  public List<String> names(ObjectKind kind) {
    checkOpen();
    return selected(Set.of(kind)).stream().map(SchemaObject::fullName).toList();
  }

  private static TableStructure structure(MemoryDatabase.Home home) {
    TableDefinition table = home.current().definition();
    List<Row> rows = home.visible().rows();
    long bytes = rows.stream().mapToLong(Row::approximateBytes).sum();
    return new TableStructure(
        table,
        new TableStructure.CreateStatements(
            "memory", "CREATE " + table.id().database(), "CREATE " + table.id().name()),
        new TableStructure.TableSize(rows.size(), bytes));
  }

  @Override
  public Map<String, String> memory() {
    checkOpen();
    return database.locked(
        () -> {
          Map<String, String> memory = new HashMap<>();
          for (String stream : database.streams()) {
            memory.put(stream, String.valueOf(database.log(stream).remembered()));
          }
          return memory;
        });
  }

  @Override
  public synchronized void define(List<TableDefinition> tables, Map<String, String> memory) {
    checkOpen();
    remembered = Map.copyOf(memory);
    if (defined != null) {
      throw new IllegalStateException("Tables are defined once in a session.");
    }
    Map<TableId, TableDefinition> byId = new HashMap<>();
    tables.forEach(table -> byId.put(table.id(), table));
    defined = Map.copyOf(byId);
  }

  @Override
  public void passOver(Set<TableId> tables) {
    checkOpen();
    passedOver = Set.copyOf(tables);
  }

  @Override
  public SnapshotReader openSnapshotReader() {
    checkOpen();
    return new MemorySnapshotReader(database, definitions());
  }

  @Override
  public SourceReader<TableChange> openReader(String stream, Position from) {
    checkOpen();
    if (!(from instanceof MemoryPosition position) || !position.stream().equals(stream)) {
      throw new IllegalArgumentException(
          "Stream '" + stream + "' cannot be read behind '" + from + "' of another stream.");
    }
    database.locked(() -> database.log(stream).checkReadable(position.sequence()));
    return new MemorySourceReader(
        database,
        position,
        new MemoryMovingTables(selection, definitions(), passedOver, remembered),
        changesPerPoll);
  }

  private Map<TableId, TableDefinition> definitions() {
    Map<TableId, TableDefinition> known = defined;
    if (known == null) {
      throw new IllegalStateException("Tables must be defined before a reader is opened.");
    }
    return known;
  }

  private void checkOpen() {
    if (closed) {
      throw new TransientException("The session of the memory database was closed.");
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
