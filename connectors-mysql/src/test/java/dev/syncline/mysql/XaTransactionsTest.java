package dev.syncline.mysql;

import static dev.syncline.mysql.Images.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.TableSelection;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Row;
import dev.syncline.change.RowInsert;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TransactionPart;
import dev.syncline.mysql.PreparedXa.Prepared;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** XA transactions in events that were made by hand. */
final class XaTransactionsTest {
  private static final int QUERY = 2;
  private static final int INCIDENT = 26;
  private static final int WRITE = 30;
  private static final int XA_PREPARE = 38;
  private static final TableDefinition TABLE = Images.table("int");
  private static final byte[] INT_COLUMN = hex("01 03 00 01");

  private static final String DUMMY = "# Dummy event replacing event type ";

  private final EventBytes log = new EventBytes(4);
  private final TransactionAssembler assembler = from("bin.000001:4 server=s");

  private static TransactionAssembler from(String position) {
    TransactionAssembler assembler =
        new TransactionAssembler(
            BinlogScope.of(
                TableSelection.builder().database("shop", db -> db.table("t")).build(),
                List.of(TABLE),
                new CutGroups()),
            MySqlPosition.parse(position),
            new BinlogRows(JsonNumbers.SHORTEST),
            false);
    assembler.accept(EventBytes.rotate("bin.000001", 4));
    return assembler;
  }

  private void accept(RawEvent... events) {
    for (RawEvent event : events) {
      assembler.accept(event);
    }
  }

  private RawEvent row(long table, int value) {
    return log.rows(WRITE, table, true, hex("0200 01 01 00 %02X000000".formatted(value)));
  }

  private static String xid(int number) {
    return "X'3%d',X'',1".formatted(number);
  }

  private RawEvent end(int number, boolean onePhase) {
    return log.event(
        XA_PREPARE, hex((onePhase ? "01" : "00") + "01000000 01000000 00000000 3" + number));
  }

  private void change(int number, long table) {
    accept(log.query("", "XA START " + xid(number)));
    accept(log.tableMap(1, "shop", "t", INT_COLUMN), log.tableMap(2, "other", "t", INT_COLUMN));
    accept(row(table, number), log.query("", "XA END " + xid(number)));
  }

  private void prepare(int number, long table) {
    change(number, table);
    accept(end(number, false));
  }

  /** Gives the assembler what it has kept of the transaction that it awaits. */
  private void bring() {
    Prepared awaited = assembler.awaited().orElseThrow();
    assertThat(awaited.kept()).isNotEmpty();
    awaited.kept().forEach(assembler::acceptPrepared);
    assembler.endPrepared();
  }

  private static TableChange inserted(long value) {
    return new RowInsert(TABLE, Row.of(value));
  }

  @Test
  void changesCountWhereTheyAreCommitted() {
    prepare(1, 1);
    assertThat(assembler.position()).isPresent();
    accept(log.query("", "BEGIN"), log.tableMap(1, "shop", "t", INT_COLUMN), row(1, 9), log.xid());
    long commit = log.offset();

    accept(log.query("", "XA COMMIT " + xid(1)));
    assertThat(assembler.position()).isEmpty();
    bring();

    List<TransactionPart<TableChange>> parts = assembler.take();
    assertThat(parts).hasSize(2);
    assertThat(parts.get(0).changes()).containsExactly(inserted(9));
    assertThat(parts.get(1).changes()).containsExactly(inserted(1));
    assertThat(parts.get(1).transaction()).hasToString("bin.000001:" + commit);
    assertThat(parts.get(1).end()).hasToString("Optional[bin.000001:%d server=s]", log.offset());
  }

  @Test
  void nothingHappensWhereTheyAreRolledBack() {
    prepare(1, 1);
    prepare(2, 1);

    accept(log.query("", "XA ROLLBACK " + xid(1)), log.query("", "XA ROLLBACK " + xid(3)));

    assertThat(assembler.position()).isPresent();
    assertThat(assembler.hasParts()).isFalse();
    accept(log.query("", "XA COMMIT " + xid(2)));
    bring();
    assertThat(assembler.take())
        .singleElement()
        .satisfies(part -> assertThat(part.changes()).containsExactly(inserted(2)));
  }

  @Test
  void onePhaseCommitsAtOnce() {
    change(1, 1);

    accept(end(1, true));
    bring();

    assertThat(assembler.take())
        .singleElement()
        .satisfies(part -> assertThat(part.changes()).containsExactly(inserted(1)))
        .satisfies(part -> assertThat(part.transaction()).hasToString("bin.000001:4"));
    assertThat(assembler.position()).isPresent();
  }

  @Test
  void thoseOfOtherTablesAreNotReadAgain() {
    prepare(1, 2);

    accept(log.query("", "XA COMMIT " + xid(1)));

    assertThat(assembler.position()).isPresent();
    assertThat(assembler.hasParts()).isFalse();
  }

  @Test
  void whatWasPreparedBeforeIsToBeLookedFor() {
    accept(log.query("", "XA COMMIT " + xid(1)));

    Prepared awaited = assembler.awaited().orElseThrow();
    assertThat(awaited.begin()).isEmpty();
    assertThat(awaited.xid()).isEqualTo(xid(1));
    EventBytes other = new EventBytes(900);
    assembler.acceptPrepared(other.query("", "XA START " + xid(1)));
    assembler.acceptPrepared(other.tableMap(1, "shop", "t", INT_COLUMN));
    assembler.acceptPrepared(row(1, 7));
    assembler.endPrepared();
    assertThat(assembler.take())
        .singleElement()
        .satisfies(part -> assertThat(part.changes()).containsExactly(inserted(7)))
        .satisfies(part -> assertThat(part.transaction()).hasToString("bin.000001:4"));
  }

  @Test
  void anIdMayBeUsedAgain() {
    for (int i = 0; i < 2; i++) {
      prepare(1, 1);
      accept(log.query("", "XA COMMIT " + xid(1)));
      bring();
    }

    assertThat(assembler.take()).hasSize(2);
    accept(log.query("", "XA COMMIT " + xid(1)));
    assertThat(assembler.awaited()).map(Prepared::begin).contains(Optional.empty());
  }

  @Test
  void whatThePositionIncludesIsNotReadAgain() {
    TransactionAssembler later = from("bin.000001:" + (5L << 32) + " server=s");
    later.accept(log.query("", "XA START " + xid(1)));
    later.accept(log.tableMap(1, "shop", "t", hex("FF")));
    later.accept(row(1, 1));
    later.accept(log.query("", "XA END " + xid(1)));
    later.accept(end(1, false));
    later.accept(log.query("", "XA COMMIT " + xid(1)));

    assertThat(later.position()).isPresent();
    assertThat(later.hasParts()).isFalse();
  }

  @Test
  void largeOnesAreReadAgainFromWhereTheyBegin() {
    accept(log.query("", "BEGIN"), log.xid());
    long begin = log.offset();
    accept(log.query("", "XA START " + xid(1)), log.tableMap(1, "shop", "t", INT_COLUMN));
    byte[] many = new byte[2 << 20];
    for (int i = 0; i < 3; i++) {
      accept(log.rows(WRITE, 1, false, many));
    }
    accept(end(1, false));

    accept(log.query("", "XA COMMIT " + xid(1)));

    Prepared awaited = assembler.awaited().orElseThrow();
    assertThat(awaited.kept()).isEmpty();
    assertThat(awaited.begin()).hasToString("Optional[bin.000001:" + begin + "]");
  }

  @Test
  void whatIsKeptOfAllOfThemIsBounded() {
    PreparedXa prepared = new PreparedXa();
    RawEvent large = log.rows(WRITE, 1, false, new byte[1 << 20]);
    for (int i = 0; i < PreparedXa.MAX_TRANSACTIONS + 10; i++) {
      List<RawEvent> kept = i % 1000 == 0 ? List.of(large) : List.of();
      Optional<BinlogPoint> begin = Optional.of(new BinlogPoint("bin.000001", i));
      prepared.add(new Prepared("x" + i, begin, true, kept));
    }

    assertThat(prepared.take("x9").begin()).isEmpty();
    assertThat(prepared.take("x10").begin()).isPresent();
    assertThat(prepared.take("x6000").kept()).isEmpty();
    assertThat(prepared.take("x9000").kept()).isNotEmpty();
    assertThat(prepared.take("x10000").kept()).isNotEmpty();
  }

  @Test
  void changesThatWereGoneBackOverStopWhereTheyAreCommitted() {
    accept(log.query("", "XA START " + xid(1)), log.query("", "SAVEPOINT `a`"));
    accept(log.tableMap(1, "shop", "t", INT_COLUMN), row(1, 1));
    accept(log.query("", "ROLLBACK TO `a`"), end(1, false));
    accept(log.query("", "XA COMMIT " + xid(1)));

    assertThatThrownBy(this::bring)
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("rollback");
  }

  /** Servers log a rollback with its changes if some of them were made without transactions. */
  @ParameterizedTest
  @ValueSource(strings = {"ROLLBACK", "XA ROLLBACK X'31',X'',1"})
  void changesThatAreLoggedWithTheirRollbackStop(String rollback) {
    change(1, 1);

    assertThatThrownBy(() -> accept(log.query("", rollback)))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("logged with a rollback");
  }

  @Test
  void rollbacksWithoutSelectedChangesDoNotStop() {
    change(1, 2);
    accept(log.query("", "ROLLBACK"));
    change(2, 2);
    accept(log.query("", "XA ROLLBACK " + xid(2)));

    assertThat(assembler.position()).isPresent();
    assertThat(assembler.hasParts()).isFalse();
  }

  @Test
  void onlyMySql8KeepsPreparedTransactionsBackFromAccounts() {
    for (int error : new int[] {1227, 1401}) {
      assertThat(XaUnderWay.isKeptBack(MySqlFacts.of("8.0.31", Map.of()), error)).isTrue();
      assertThat(XaUnderWay.isKeptBack(MySqlFacts.of("5.7.22", Map.of()), error)).isFalse();
      assertThat(XaUnderWay.isKeptBack(MySqlFacts.of("10.11.5-MariaDB", Map.of()), error))
          .isFalse();
    }
    assertThat(XaUnderWay.isKeptBack(MySqlFacts.of("8.0.31", Map.of()), 2013)).isFalse();
  }

  @Test
  void namesSomeOfThoseUnderWay() {
    assertThat(new XaUnderWay(Set.of("b", "a")).names()).isEqualTo("a; b");
    assertThat(new XaUnderWay(Set.of("f", "e", "d", "c", "b", "a", "g")).names())
        .isEqualTo("a; b; c; d; e; and 2 more");
  }

  /** Events of a committed transaction that are read where it was prepared, and must stop. */
  static Stream<Arguments> whatIsNotUnderstood() {
    EventBytes events = new EventBytes(900);
    RawEvent large = EventBytes.raw(QUERY, 0, 0, new byte[100]);
    return Stream.of(
        Arguments.of(events.query("shop", "INSERT INTO t VALUES (1)"), "binlog_format=ROW"),
        Arguments.of(events.query("shop", "\u00a7 t"), "not understood"),
        Arguments.of(events.query("", DUMMY + "40 that slave cannot handle."), "type 40"),
        Arguments.of(events.event(INCIDENT, new byte[3]), "changes are missing"),
        Arguments.of(events.event(200, new byte[30]), "event of type 200"),
        Arguments.of(
            new RawEvent(Arrays.copyOf(large.bytes(), RawEvent.HEAD_BYTES), RawEvent.HEAD_BYTES),
            "too large for the memory"));
  }

  @ParameterizedTest
  @MethodSource("whatIsNotUnderstood")
  void whatIsReadAgainIsJudgedAsAnyTransaction(RawEvent event, String message) {
    accept(log.query("", "XA COMMIT " + xid(1)));
    EventBytes other = new EventBytes(900);
    assembler.acceptPrepared(other.query("", "XA START " + xid(1)));

    assertThatThrownBy(() -> assembler.acceptPrepared(event))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("'bin.000001:4'");
  }

  @Test
  void harmlessStatementsOfWhatIsReadAgainArePassedOver() {
    accept(log.mariaDbGtid(7, 0, 1), log.query("", "XA COMMIT " + xid(1)));
    EventBytes other = new EventBytes(900);
    for (String sql :
        List.of("XA START " + xid(1), "INSERT INTO other.t VALUES (1)", "XA END " + xid(1))) {
      assembler.acceptPrepared(other.query("", sql));
    }
    assembler.acceptPrepared(other.event(200, EventBytes.IGNORABLE, new byte[30]));
    assembler.endPrepared();

    assertThat(assembler.position()).isPresent();
  }
}
