package dev.syncline.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SnapshotChunk;
import dev.syncline.SnapshotReader;
import dev.syncline.SourceReader;
import dev.syncline.SourceScope;
import dev.syncline.TableSelection;
import dev.syncline.TableSourceSession;
import dev.syncline.change.KeyRange;
import dev.syncline.change.Position;
import dev.syncline.change.Row;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.TransactionPart;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemoryDatabaseTest {

  private static final String STREAM = "stream-0";

  private final MemoryDatabase database = new MemoryDatabase(2);
  private final TableDefinition users =
      TableBuilder.table("shop", "users").integer("id").text("name").primaryKey("id").build();
  private final TableId id = users.id();

  @BeforeEach
  void createTable() {
    database.create(users);
    database.commit(edit -> edit.insert(id, Row.of(1L, "first")));
  }

  private TableSourceSession session() {
    TableSelection selection = TableSelection.builder().database("shop").build();
    TableSourceSession session =
        new MemorySource(database).open(new SourceScope<>("job", selection));
    session.define(
        session.tables().stream().map(table -> table.definition()).toList(), session.memory());
    return session;
  }

  private SnapshotChunk readAll() {
    try (TableSourceSession session = session();
        SnapshotReader reader = session.openSnapshotReader()) {
      return reader.readRange(users, KeyRange.ALL);
    }
  }

  private List<TransactionPart<TableChange>> streamFrom(Position position) {
    try (TableSourceSession session = session();
        SourceReader<TableChange> reader = session.openReader(STREAM, position)) {
      return reader.poll(Duration.ZERO).parts();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private TransactionPart<TableChange> last() {
    MemoryPosition end = database.end(STREAM);
    return streamFrom(new MemoryPosition(STREAM, end.sequence() - 1)).get(0);
  }

  private static List<Row> rows(SnapshotChunk chunk) {
    return chunk.rows().stream().map(SnapshotRow::row).toList();
  }

  @Test
  void doesNotCountATransactionThatIsOnlyInTheLogAsSeen() {
    SplitTransaction split =
        database.begin(edit -> edit.update(id, Row.of(1L), Row.of(1L, "second")));
    split.writeToLog();

    SnapshotChunk chunk = readAll();

    assertThat(rows(chunk)).containsExactly(Row.of(1L, "first"));
    assertThat(chunk.mark().isBefore(last().transaction())).isFalse();
    split.makeVisible();
    assertThat(chunk.mark().isBefore(last().transaction())).isFalse();
    assertThat(readAll().mark().isBefore(last().transaction())).isTrue();
  }

  @Test
  void isNotPassedBeforeWhatWasSeenIsInTheLog() {
    SplitTransaction split =
        database.begin(edit -> edit.update(id, Row.of(1L), Row.of(1L, "second")));
    split.makeVisible();

    SnapshotChunk chunk = readAll();

    assertThat(rows(chunk)).containsExactly(Row.of(1L, "second"));
    assertThat(chunk.mark().isPassedAt(database.end(STREAM))).isFalse();
    split.writeToLog();
    assertThat(chunk.mark().isPassedAt(database.end(STREAM))).isTrue();
    assertThat(chunk.mark().isBefore(last().transaction())).isTrue();
  }

  @Test
  void putsTransactionsAmidstAReadIntoItsWindow() {
    database.listen(
        (moment, table) ->
            database.commit(
                edit -> {
                  long number = moment == ReadListener.Moment.BEFORE_ROWS ? 2L : 3L;
                  edit.insert(table, Row.of(number, "amidst"));
                }));
    MemoryPosition before = database.end(STREAM);

    SnapshotChunk chunk = readAll();

    assertThat(rows(chunk)).containsExactly(Row.of(1L, "first"), Row.of(2L, "amidst"));
    List<TransactionPart<TableChange>> amidst = streamFrom(before);
    assertThat(amidst).hasSize(2);
    assertThat(amidst).noneMatch(part -> chunk.mark().isBefore(part.transaction()));
    assertThat(chunk.mark().isPassedAt(amidst.get(0).end().orElseThrow())).isFalse();
    assertThat(chunk.mark().isPassedAt(amidst.get(1).end().orElseThrow())).isTrue();
  }

  @Test
  void startsStreamsInFrontOfWhatIsInTheLogButNotVisible() {
    SplitTransaction split = database.begin(edit -> edit.insert(id, Row.of(2L, "late")));
    split.writeToLog();
    database.commit(edit -> edit.insert(id, Row.of(3L, "visible")));

    Position position;
    try (TableSourceSession session = session()) {
      position = session.currentPositions().get(STREAM);
    }

    assertThat(streamFrom(position)).hasSize(2);
    split.makeVisible();
    try (TableSourceSession session = session()) {
      assertThat(streamFrom(session.currentPositions().get(STREAM))).isEmpty();
    }
  }

  @Test
  void finishesATransactionWhoseRowIsTouchedAgain() {
    MemoryPosition before = database.end(STREAM);
    database.begin(edit -> edit.update(id, Row.of(1L), Row.of(1L, "second")));

    database.commit(edit -> edit.update(id, Row.of(1L), Row.of(1L, "third")));

    assertThat(streamFrom(before)).hasSize(2);
    assertThat(rows(readAll())).containsExactly(Row.of(1L, "third"));
  }

  @Test
  void rollsBackWhatThrows() {
    MemoryPosition before = database.end(STREAM);

    assertThatThrownBy(
            () ->
                database.commit(
                    edit -> {
                      edit.update(id, Row.of(1L), Row.of(2L, "moved"));
                      edit.insert(id, Row.of(3L, "new"));
                      edit.insert(id, Row.of(2L, "doubled"));
                    }))
        .isInstanceOf(IllegalStateException.class);

    assertThat(database.rows(id)).containsExactly(Row.of(1L, "first"));
    assertThat(database.end(STREAM)).isEqualTo(before);
  }

  @Test
  void logsATransactionInEachStreamThatItConcerns() {
    TableDefinition orders =
        TableBuilder.table("shop", "orders").integer("id").primaryKey("id").build();
    database.create(orders, "stream-1");
    MemoryPosition first = database.end(STREAM);
    MemoryPosition second = database.end("stream-1");

    database.commit(
        edit -> {
          edit.insert(id, Row.of(2L, "both"));
          edit.insert(orders.id(), Row.of(1L));
        });

    assertThat(database.end(STREAM).sequence()).isEqualTo(first.sequence() + 1);
    assertThat(database.end("stream-1").sequence()).isEqualTo(second.sequence() + 1);
    assertThatThrownBy(() -> first.compareTo(second)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesUsersWhoBreakTheRulesOfReaders() throws InterruptedException {
    try (TableSourceSession session =
        new MemorySource(database)
            .open(new SourceScope<>("job", TableSelection.builder().database("shop").build()))) {
      assertThatThrownBy(session::openSnapshotReader).isInstanceOf(IllegalStateException.class);
    }
    try (TableSourceSession session = session();
        SourceReader<TableChange> reader = session.openReader(STREAM, database.end(STREAM))) {
      database.logStatement(id, "ALTER TABLE");
      assertThatThrownBy(() -> reader.poll(Duration.ZERO)).hasMessageContaining("ALTER TABLE");

      assertThatThrownBy(() -> reader.poll(Duration.ZERO))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("after an exception");
    }
  }
}
