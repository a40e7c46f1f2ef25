package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.PositionLostException;
import dev.syncline.SyncException;
import dev.syncline.TableSelection;
import dev.syncline.TransactionCutException;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.Row;
import dev.syncline.change.RowInsert;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.TransactionPart;
import dev.syncline.change.ValueKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TransactionAssemblerTest {
  private static final String UUID = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
  private static final int WRITE = 30;
  private static final int PARTIAL_UPDATE = 39;
  private static final int COMPRESSED_WRITE = 166;
  private static final int INCIDENT = 26;

  private final CutGroups cutGroups = new CutGroups();
  private final EventBytes log = new EventBytes(4);
  private final TransactionAssembler assembler = from("bin.000001:4 server=" + UUID);

  private TransactionAssembler from(String position) {
    TableDefinition table =
        new TableDefinition(
            new TableId("shop", "t"),
            List.of(
                new Column(
                    "id", ColumnType.of(ValueKind.INTEGER, "int"), false, Column.Origin.WRITTEN)),
            List.of());
    TableSelection selection = TableSelection.builder().database("shop").build();
    return new TransactionAssembler(
        BinlogScope.of(selection, List.of(table), cutGroups),
        MySqlPosition.parse(position),
        (map, definition) ->
            rows ->
                List.<TableChange>of(new RowInsert(definition, Row.of((long) rows.typeCode())))
                    .iterator(),
        false);
  }

  private void accept(RawEvent... events) {
    for (RawEvent event : events) {
      assembler.accept(event);
    }
  }

  private void begin() {
    accept(
        EventBytes.rotate("bin.000001", 4),
        log.query("", "BEGIN"),
        log.tableMap(1, "shop", "t"),
        log.tableMap(2, "other", "t"));
  }

  @Test
  void nothingButItsEndEndsATransaction() {
    begin();
    accept(log.rows(WRITE, 1, true));
    for (String sql : List.of("SAVEPOINT `a`", "INSERT INTO other.x VALUES (1)", "FLUSH TABLES")) {
      accept(log.query("", sql));
      assertThat(assembler.position()).as(sql).isEmpty();
    }
    // Statements and annotations beside the rows.
    accept(log.event(29, new byte[9]), log.event(160, new byte[9]), log.event(13, new byte[16]));
    assertThat(assembler.position()).isEmpty();
    assertThat(assembler.take()).isEmpty();

    accept(log.xid());

    TransactionPart<TableChange> part = assembler.take().get(0);
    assertThat(part.changes()).hasSize(1);
    assertThat(part.end())
        .hasToString("Optional[bin.000001:" + log.offset() + " server=" + UUID + "]");
    assertThat(part.transaction()).hasToString("bin.000001:4");
    assertThat(assembler.position().map(p -> p.point().offset())).contains(log.offset());
  }

  @Test
  void tableMapsLiveForAStatement() {
    begin();
    accept(log.rows(WRITE, 1, true));

    assertThatThrownBy(() -> accept(log.rows(WRITE, 1, true)))
        .isExactlyInstanceOf(SyncException.class)
        .hasMessageContaining("table number 1");
  }

  @Test
  void rowsOfOtherTablesAreNotDecoded() {
    begin();
    accept(
        log.rows(WRITE, 2, false),
        log.rows(PARTIAL_UPDATE, 2, false),
        log.rows(COMPRESSED_WRITE, 2, false),
        log.rows(WRITE, 0xFF_FFFFL, true),
        log.xid());

    assertThat(assembler.hasParts()).isFalse();
    assertThat(assembler.position()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 6, 20, 43, 159, 172, 200, 255})
  void unknownEventsStop(int type) {
    begin();

    assertThatThrownBy(() -> accept(log.event(type, new byte[30])))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("'bin.000001:4'");
  }

  @Test
  void unknownEventsThatMayBeIgnoredDoNotStop() {
    begin();

    assertThatCode(() -> accept(log.event(200, EventBytes.IGNORABLE, new byte[30])))
        .doesNotThrowAnyException();
  }

  @Test
  void anIncidentStops() {
    accept(EventBytes.rotate("bin.000001", 4));

    assertThatThrownBy(() -> accept(log.event(INCIDENT, new byte[3])))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("incident");
  }

  @Test
  void damagedEventsStopWithTheirPlace() {
    begin();

    assertThatThrownBy(() -> accept(log.event(WRITE, new byte[3])))
        .isExactlyInstanceOf(SyncException.class)
        .hasMessageContaining("WRITE_ROWS")
        .hasMessageContaining("'bin.000001:4'");
  }

  @Test
  void heartbeatsMoveTheStreamBetweenTransactionsOnlyAndForwardOnly() {
    accept(EventBytes.rotate("bin.000001", 4), EventBytes.heartbeat("bin.000001", 900));
    assertThat(assembler.point()).hasToString("bin.000001:900");
    accept(EventBytes.heartbeat("bin.000001", 500), EventBytes.heartbeat("bin.000002", 1000));
    assertThat(assembler.point()).hasToString("bin.000001:900");

    EventBytes later = new EventBytes(900);
    accept(later.query("", "BEGIN"));
    BinlogPoint inside = assembler.point();
    accept(EventBytes.heartbeat("bin.000001", 5000));
    assertThat(assembler.point()).isEqualTo(inside);
  }

  @Test
  void heartbeatBetweenTableMapAndRowsChangesNothing() {
    begin();

    accept(EventBytes.heartbeat("bin.000001", 5000), log.rows(WRITE, 1, true), log.xid());

    assertThat(assembler.take()).hasSize(1);
  }

  @Test
  void rotatesOnceThoughTwoEventsSaySo() {
    begin();
    accept(log.xid(), log.realRotate("bin.000002"), EventBytes.rotate("bin.000002", 4));
    EventBytes next = new EventBytes(4);
    accept(next.query("", "BEGIN"), EventBytes.rotate("bin.000002", 4), next.xid());

    assertThat(assembler.point()).hasToString("bin.000002:" + next.offset());
  }

  @Test
  void doesNotGoBackToAnOlderFile() {
    begin();
    accept(log.xid(), log.realRotate("bin.1000000"));

    assertThatThrownBy(() -> accept(EventBytes.rotate("bin.999999", 4)))
        .isExactlyInstanceOf(SyncException.class)
        .hasMessageContaining("'bin.999999'");
  }

  @Test
  void refusesAnotherFileThanTheOneAskedFor() {
    assertThatThrownBy(() -> accept(EventBytes.rotate("bin.000002", 4)))
        .isExactlyInstanceOf(SyncException.class)
        .hasMessageContaining("'bin.000001'");
  }

  @Test
  void tellsWhenItsFileWasBegun() {
    accept(EventBytes.rotate("bin.000001", 4), log.event(15, new byte[60]));
    assertThat(assembler.position().map(p -> p.progress().toString()))
        .contains("server=" + UUID + " created=1700000000");

    accept(log.realRotate("bin.000002"), EventBytes.rotate("bin.000002", 4));

    assertThat(assembler.position().map(p -> p.progress().toString())).contains("server=" + UUID);
  }

  @Test
  void refusesAFileThatWasBegunAtAnotherTime() {
    TransactionAssembler same = from("bin.000001:900 server=" + UUID + " created=1700000000");
    TransactionAssembler other = from("bin.000001:900 server=" + UUID + " created=1600000000");
    for (TransactionAssembler each : List.of(same, other)) {
      each.accept(EventBytes.rotate("bin.000001", 900));
    }
    RawEvent description = EventBytes.raw(15, 0, 0, new byte[60]);

    assertThatCode(() -> same.accept(description)).doesNotThrowAnyException();
    assertThatThrownBy(() -> other.accept(description))
        .isInstanceOf(PositionLostException.class)
        .hasMessageContaining("'bin.000001:900'")
        .hasMessageContaining("2020-09-13")
        .hasMessageContaining("2023-11-14");
  }

  @Test
  void countsOffsetsBeyondFourGigabytes() {
    long start = (1L << 32) - 100;
    TransactionAssembler large = from("bin.000001:" + start + " server=" + UUID);
    EventBytes events = new EventBytes(start);
    large.accept(EventBytes.rotate("bin.000001", start));
    for (int i = 0; i < 10; i++) {
      large.accept(events.query("", "BEGIN"));
      large.accept(events.tableMap(1, "shop", "t"));
      large.accept(events.rows(WRITE, 1, true));
      large.accept(events.xid());
    }

    List<TransactionPart<TableChange>> parts = large.take();
    assertThat(events.offset()).isGreaterThan(1L << 32);
    assertThat(large.point().offset()).isEqualTo(events.offset());
    assertThat(parts).hasSize(10);
    assertThat(parts.get(0).transaction()).hasToString("bin.000001:" + start);
  }

  @Test
  void passesOverWhatThePositionIncludes() {
    TransactionAssembler later = from("bin.000001:" + (5L << 32) + " server=" + UUID);
    // Offsets of this size cannot be asked for, so that the file is read from its beginning.
    later.accept(EventBytes.rotate("bin.000001", 4));
    later.accept(log.query("", "BEGIN"));
    later.accept(log.tableMap(1, "shop", "t"));
    later.accept(log.rows(PARTIAL_UPDATE, 1, true));
    later.accept(log.xid());
    later.accept(log.query("shop", "DROP TABLE t"));

    assertThat(later.hasParts()).isFalse();
    assertThat(later.position().map(p -> p.point().offset())).isPresent();
  }

  @Test
  void gtidsThatThePositionIncludesArePassedOver() {
    TransactionAssembler gtids = from("old.000009:77 gtids=" + UUID + ":1-5");
    gtids.accept(EventBytes.rotate("bin.000001", 4));
    long begin = 0;
    for (int number = 5; number <= 6; number++) {
      begin = log.offset();
      gtids.accept(log.gtid(UUID + ":" + number));
      gtids.accept(log.query("", "BEGIN"));
      gtids.accept(log.tableMap(1, "shop", "t"));
      gtids.accept(log.rows(WRITE, 1, true));
      assertThat(gtids.position()).isEmpty();
      gtids.accept(log.xid());
    }

    List<TransactionPart<TableChange>> parts = gtids.take();
    assertThat(parts).hasSize(1);
    assertThat(parts.get(0).transaction()).hasToString(UUID + ":6 at bin.000001:" + begin);
    assertThat(gtids.position().map(p -> p.progress().toString()))
        .contains("gtids=" + UUID + ":1-6");
  }

  @Test
  void anonymousTransactionsStopAStreamOfGtids() {
    TransactionAssembler gtids = from("bin.000001:4 gtids=" + UUID + ":1-5");
    gtids.accept(EventBytes.rotate("bin.000001", 4));

    assertThatThrownBy(() -> gtids.accept(log.event(34, new byte[25])))
        .isExactlyInstanceOf(SyncException.class)
        .hasMessageContaining("gtid_mode");
  }

  @Test
  void aTransactionInsideAnotherStops() {
    begin();

    assertThatThrownBy(() -> accept(log.gtid(UUID + ":1")))
        .isExactlyInstanceOf(SyncException.class)
        .hasMessageContaining("no end");
  }

  @Test
  void aTransactionThatACrashCutOffHasNotHappened() {
    begin();
    accept(log.rows(WRITE, 1, true));
    accept(EventBytes.rotate("bin.000001", 4));
    accept(new EventBytes(log.offset()).event(15, new byte[60]));

    assertThat(assembler.hasParts()).isFalse();
    assertThat(assembler.position()).isPresent();
  }

  @Test
  void aTransactionThatACrashCutOffAfterItsBeginningWasHandedOnIsLeftOutWhenReadAgain() {
    List<RawEvent> beginning = handOnTheBeginningOfALargeTransaction();
    RawEvent nextFile = new EventBytes(4).event(15, new byte[60]);
    assertThatThrownBy(() -> accept(nextFile))
        .isInstanceOf(TransactionCutException.class)
        .hasMessageContaining("'bin.000001:4'")
        .hasMessageContaining("crashed");

    TransactionAssembler again = from("bin.000001:4 server=" + UUID);
    EventBytes next = new EventBytes(4 + RawEvent.HEADER_BYTES + 60);
    beginning.forEach(again::accept);
    assertThat(again.isFull()).isFalse();
    assertThat(again.position()).isEmpty();
    List.of(
            EventBytes.rotate("bin.000002", 4),
            nextFile,
            next.query("", "BEGIN"),
            next.tableMap(1, "shop", "t"),
            next.rows(WRITE, 1, true),
            next.xid())
        .forEach(again::accept);

    assertThat(again.take())
        .singleElement()
        .satisfies(part -> assertThat(part.changes()).hasSize(1))
        .satisfies(part -> assertThat(part.end()).isPresent());
  }

  private List<RawEvent> handOnTheBeginningOfALargeTransaction() {
    List<RawEvent> events = new ArrayList<>();
    events.add(EventBytes.rotate("bin.000001", 4));
    events.add(log.query("", "BEGIN"));
    events.add(log.tableMap(1, "shop", "t"));
    for (int i = 0; i < PartCollector.MAX_ROWS; i++) {
      events.add(log.rows(WRITE, 1, false));
    }
    events.forEach(assembler::accept);
    assertThat(assembler.isFull()).isTrue();
    List<TransactionPart<TableChange>> parts = assembler.take();
    assertThat(parts).hasSize(1);
    assertThat(parts.get(0).end()).isEmpty();
    return events;
  }

  @Test
  void aTransactionThatWasCutOffMustNotHaveAnEndLater() {
    List<RawEvent> beginning = handOnTheBeginningOfALargeTransaction();
    RawEvent end = log.xid();
    assertThatThrownBy(() -> accept(new EventBytes(4).event(15, new byte[60])))
        .isInstanceOf(TransactionCutException.class);

    TransactionAssembler again = from("bin.000001:4 server=" + UUID);
    beginning.forEach(again::accept);

    assertThatThrownBy(() -> again.accept(end))
        .isExactlyInstanceOf(SyncException.class)
        .hasMessageContaining("'bin.000001:4'")
        .hasMessageContaining("mysqlbinlog");
  }

  @Test
  void rolledBackChangesStop() {
    begin();
    accept(log.rows(WRITE, 1, true));

    assertThatThrownBy(() -> accept(log.query("", "ROLLBACK")))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("rollback");
  }

  @Test
  void changesBehindASavepointThatIsGoneBackToStop() {
    begin();
    accept(log.query("", "SAVEPOINT `a`"), log.query("", "ROLLBACK TO `a`"));
    accept(log.rows(WRITE, 1, true));
    accept(log.query("", "SAVEPOINT `b`"), log.query("", "ROLLBACK TO `b`"));

    assertThatThrownBy(() -> accept(log.query("", "ROLLBACK TO `a`")))
        .isInstanceOf(UnsupportedChangeException.class);
  }

  @Test
  void mariaDbTransactionsNeedNoBegin() {
    TransactionAssembler mariaDb = from("old.000009:77 mariadb=0-1-5");
    mariaDb.accept(EventBytes.rotate("bin.000001", 4));
    mariaDb.accept(log.mariaDbGtid(6, 0, 0));
    mariaDb.accept(log.tableMap(1, "shop", "t"));
    mariaDb.accept(log.rows(23, 1, true));
    mariaDb.accept(log.query("", "SAVEPOINT a"));
    assertThat(mariaDb.position()).isEmpty();
    mariaDb.accept(log.query("", "COMMIT"));
    mariaDb.accept(log.mariaDbGtid(7, 3, 1));
    mariaDb.accept(log.query("other", "CREATE TABLE x (id INT)"));

    assertThat(mariaDb.take()).hasSize(1);
    assertThat(mariaDb.position().map(Object::toString))
        .isEqualTo(Optional.of("bin.000001:" + log.offset() + " mariadb=0-7-6,3-7-7"));
  }

  @Test
  void gtidsOfMariaDbMustGrowInTheirDomain() {
    for (String last : List.of("0-7-6", "0-1-6", "0-1-7")) {
      TransactionAssembler mariaDb = from("bin.000001:4 mariadb=3-1-900," + last);
      mariaDb.accept(EventBytes.rotate("bin.000001", 4));

      assertThatThrownBy(() -> mariaDb.accept(log.mariaDbGtid(6, 0, 0)))
          .isExactlyInstanceOf(SyncException.class)
          .hasMessageContaining("'0-7-6'")
          .hasMessageContaining("'" + last + "'")
          .hasMessageContaining("gtid_domain_id")
          .hasMessageContaining("NO_WRITE_TO_BINLOG");
    }
  }

  @Test
  void aStreamOfMariaDbIsWhereItsServerSaysThatItBegins() {
    TransactionAssembler mariaDb = from("old.000009:77 mariadb=0-1-5");
    mariaDb.accept(EventBytes.rotate("bin.000001", 4));
    mariaDb.accept(log.event(163, new byte[20]));
    assertThat(mariaDb.point()).hasToString("bin.000001:" + log.offset());

    mariaDb.accept(EventBytes.raw(163, EventBytes.ARTIFICIAL, 5000, new byte[20]));

    assertThat(mariaDb.position()).hasToString("Optional[bin.000001:5000 mariadb=0-1-5]");
  }

  @Test
  void replacedEventsOfMariaDbStop() {
    accept(EventBytes.rotate("bin.000001", 4));

    assertThatThrownBy(
            () ->
                accept(
                    log.query(
                        "", "# Dummy event replacing event type 166 that slave cannot handle.")))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("166");
  }
}
