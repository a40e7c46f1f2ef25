package dev.syncline.testkit.engine;

import dev.syncline.ExactRead;
import dev.syncline.ObjectKind;
import dev.syncline.ObjectSourceSession;
import dev.syncline.SnapshotChunk;
import dev.syncline.SnapshotReader;
import dev.syncline.SourceReader;
import dev.syncline.SourceScope;
import dev.syncline.TableSource;
import dev.syncline.TableSourceSession;
import dev.syncline.TableStructure;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.KeyRange;
import dev.syncline.change.Position;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A source whose connections break. */
record FlakySource(TableSource source, Faults faults) implements TableSource {

  @Override
  public TableSourceSession open(SourceScope<TableChange> scope) {
    return new Session(faults.call("open", () -> source.open(scope)), faults);
  }

  @Override
  public Position parsePosition(String text) {
    return source.parsePosition(text);
  }

  @Override
  public String toString() {
    return "flaky " + source;
  }

  private record Session(TableSourceSession session, Faults faults) implements ObjectSourceSession {

    @Override
    public Map<String, Position> currentPositions() {
      return faults.call("currentPositions", session::currentPositions);
    }

    @Override
    public List<TableStructure> tables() {
      return faults.call("tables", session::tables);
    }

    @Override
    public Found objects(Set<ObjectKind> kinds) {
      return session instanceof ObjectSourceSession source
          ? faults.call("objects", () -> source.objects(kinds))
          : Found.NOTHING;
    }

    @Override
    public void follow(Set<ObjectKind> kinds) {
      if (session instanceof ObjectSourceSession source) {
        faults.run("follow", () -> source.follow(kinds));
      }
    }

    @Override
    public List<String> names(ObjectKind kind) {
      return session instanceof ObjectSourceSession source
          ? faults.call("names", () -> source.names(kind))
          : List.of();
    }

    @Override
    public void passOver(Set<TableId> tables) {
      session.passOver(tables);
    }

    @Override
    public Map<String, String> memory() {
      return faults.call("memory", session::memory);
    }

    @Override
    public void define(List<TableDefinition> tables, Map<String, String> memory) {
      session.define(tables, memory);
    }

    @Override
    public void awaitVisible(Map<String, Position> positions) {
      faults.run("awaitVisible", () -> session.awaitVisible(positions));
    }

    @Override
    public SnapshotReader openSnapshotReader() {
      return new Rows(faults.call("openSnapshotReader", session::openSnapshotReader), faults);
    }

    @Override
    public SourceReader<TableChange> openReader(String stream, Position from) {
      return new Reader(faults.call("openReader", () -> session.openReader(stream, from)), faults);
    }

    @Override
    public void close() {
      faults.note("close session");
      session.close();
    }
  }

  private record Reader(SourceReader<TableChange> reader, Faults faults)
      implements SourceReader<TableChange> {

    @Override
    public ChangeBatch<TableChange> poll(Duration maxWait) throws InterruptedException {
      ChangeBatch<TableChange> batch = faults.call("poll", () -> reader.poll(maxWait));
      faults.pulled(batch);
      return batch;
    }

    @Override
    public void acknowledge(Position position) {
      faults.run("acknowledge", () -> reader.acknowledge(position));
    }

    @Override
    public void close() {
      faults.note("close reader");
      reader.close();
    }
  }

  private record Rows(SnapshotReader reader, Faults faults) implements SnapshotReader {

    @Override
    public KeyRange nextRange(TableDefinition table, KeyRange rest, int rows) {
      return faults.call("nextRange", () -> reader.nextRange(table, rest, rows));
    }

    @Override
    public SnapshotChunk readRange(TableDefinition table, KeyRange range) {
      return faults.call("readRange", () -> reader.readRange(table, range));
    }

    @Override
    public ExactRead readExactly(List<TableDefinition> tables) {
      return new Exact(faults.call("readExactly", () -> reader.readExactly(tables)), faults);
    }

    @Override
    public boolean canCut(TableDefinition table) {
      return reader.canCut(table);
    }

    @Override
    public void close() {
      faults.note("close rows reader");
      reader.close();
    }
  }

  private record Exact(ExactRead read, Faults faults) implements ExactRead {

    @Override
    public Position position() {
      return read.position();
    }

    @Override
    public List<SnapshotRow> next(int maxRows) {
      return faults.call("next", () -> read.next(maxRows));
    }

    @Override
    public void close() {
      faults.note("close exact read");
      read.close();
    }
  }
}
