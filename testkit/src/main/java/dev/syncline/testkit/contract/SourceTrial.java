package dev.syncline.testkit.contract;

import dev.syncline.SourceScope;
import dev.syncline.TableSelection;
import dev.syncline.TableSourceSession;
import dev.syncline.TableStructure;
import dev.syncline.change.Position;
import dev.syncline.change.Row;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.testkit.TableBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** A database with some tables of which all but some are selected, for one test. */
final class SourceTrial {

  private final SourceFixture fixture;
  private final String database;
  private final List<TableId> selected = new ArrayList<>();
  private final List<String> patterns = new ArrayList<>();
  private final AtomicLong markers = new AtomicLong();
  private final TableId marker;

  SourceTrial(SourceFixture fixture) {
    this.fixture = fixture;
    this.database = fixture.createDatabase();
    this.marker = create(table("marker").integer("id").primaryKey("id"));
  }

  TableBuilder table(String name) {
    return TableBuilder.table(database, name);
  }

  /** Makes a table that is selected. */
  TableId create(TableBuilder table) {
    TableId id = createUnselected(table);
    selected.add(id);
    return id;
  }

  TableId createUnselected(TableBuilder table) {
    TableDefinition definition = table.build();
    fixture.createTable(definition);
    return definition.id();
  }

  /** Selects tables that may be made later. */
  void select(String pattern) {
    patterns.add(pattern);
  }

  boolean isSelected(TableId table) {
    return selection().includes(table);
  }

  TableId marker() {
    return marker;
  }

  /** Commits a transaction of its own that can be waited for. */
  long mark() {
    long number = markers.incrementAndGet();
    fixture.commit(edit -> edit.insert(marker, Row.of(number)));
    return number;
  }

  private TableSelection selection() {
    return TableSelection.builder()
        .database(
            database,
            db -> {
              selected.forEach(table -> db.table(table.name()));
              patterns.forEach(db::tables);
            })
        .build();
  }

  /** A session that is yet without definitions. */
  TableSourceSession undefined() {
    return fixture.source().open(new SourceScope<>("contract", selection()));
  }

  TableSourceSession session() {
    TableSourceSession session = undefined();
    session.define(
        session.tables().stream().map(TableStructure::definition).toList(), session.memory());
    return session;
  }

  /** Follows from where the stream ends now. */
  StreamTap tap() {
    TableSourceSession session = session();
    return new StreamTap(session, marker, only(session.currentPositions()));
  }

  StreamTap tap(Position from) {
    TableSourceSession session = session();
    return new StreamTap(
        session, marker, Map.entry(only(session.currentPositions()).getKey(), from));
  }

  /** Follows from a place, with the tables and the memory of that place. */
  StreamTap tap(Position from, List<TableDefinition> tables, Map<String, String> memory) {
    TableSourceSession session = undefined();
    session.define(tables, memory);
    return new StreamTap(
        session, marker, Map.entry(only(session.currentPositions()).getKey(), from));
  }

  static Map.Entry<String, Position> only(Map<String, Position> positions) {
    if (positions.size() != 1) {
      throw new AssertionError("The contract needs one stream, not " + positions.keySet());
    }
    return Map.copyOf(positions).entrySet().iterator().next();
  }
}
