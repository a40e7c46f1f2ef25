package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.TableSelection;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.Row;
import dev.syncline.change.RowInsert;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.TransactionPart;
import dev.syncline.change.ValueKind;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is handed on at one time is small, and counts as much as it takes. */
final class PartsTest {
  private static final int WRITE = 30;
  private static final int TRANSACTIONS = 20_000;
  private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();
  private static final TableId TABLE = new TableId("shop", "t");

  /** The log of a server with a position in it, and one transaction after the other. */
  private interface Beginning {
    RawEvent next(EventBytes log, int transaction);
  }

  static Stream<Arguments> servers() {
    Beginning mariaDb = (log, i) -> log.mariaDbGtid(i, 0, 0);
    return Stream.of(
        Arguments.of("server=s", (Beginning) (log, i) -> log.query("", "BEGIN")),
        Arguments.of("gtids=" + uuid(0) + ":1-5", gtids(6, 1)),
        Arguments.of("gtids=" + sources(30, ":1-5"), gtids(6, 1)),
        Arguments.of("gtids=" + sources(1, ":1-5"), gtids(100, 2)),
        Arguments.of("mariadb=", mariaDb),
        Arguments.of("mariadb=" + domains(30), mariaDb));
  }

  private static Beginning gtids(int first, int step) {
    // A gap before each of the first hundred, such as parallel replicas have.
    return (log, i) -> log.gtid(uuid(0) + ":" + (first + i + Math.min(i, 100) * (step - 1)));
  }

  private static String sources(int count, String ranges) {
    return IntStream.range(0, count)
        .mapToObj(i -> uuid(i) + ranges)
        .collect(Collectors.joining(","));
  }

  private static String domains(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> i + "-1-5")
        .collect(Collectors.joining(","));
  }

  private static String uuid(int i) {
    return "3e11fa47-71ca-11e1-9e33-%012d".formatted(i);
  }

  private final EventBytes log = new EventBytes(4);

  @ParameterizedTest(name = "{0}")
  @MethodSource("servers")
  void countTheHeapThatTinyTransactionsTake(String progress, Beginning beginning) {
    TransactionAssembler assembler = assembler("bin.000001:4 " + progress);
    assembler.accept(EventBytes.rotate("bin.000001", 4));
    long before = used();

    List<TransactionPart<TableChange>> parts = new ArrayList<>(TRANSACTIONS);
    for (int i = 1; i <= TRANSACTIONS; i++) {
      assembler.accept(beginning.next(log, i));
      assembler.accept(log.tableMap(1, TABLE.database(), TABLE.name()));
      assembler.accept(log.rows(WRITE, 1, true, new byte[1]));
      assembler.accept(log.xid());
      if (assembler.isFull()) {
        parts.addAll(assembler.take());
      }
    }
    parts.addAll(assembler.take());

    long taken = used() - before;
    assertThat(parts).hasSize(TRANSACTIONS);
    assertThat(parts.stream().mapToLong(TransactionPart::bytes).sum()).isBetween(taken, 3 * taken);
  }

  @Test
  void anEventOfManyRowsIsDecodedInPortions() {
    int rows = 2 * PartCollector.MAX_ROWS + 1;
    TransactionAssembler assembler = begin();
    assembler.accept(log.rows(WRITE, 1, true, new byte[rows]));

    List<Integer> sizes = new ArrayList<>();
    while (assembler.hasRowsLeft()) {
      assertThat(assembler.isFull()).isTrue();
      assertThat(assembler.position()).isEmpty();
      assembler.take().forEach(part -> sizes.add(part.changes().size()));
      assembler.takeRows();
    }
    assertThat(assembler.isFull()).isFalse();
    assembler.accept(log.xid());

    assembler.take().forEach(part -> sizes.add(part.changes().size()));
    assertThat(sizes).containsExactly(PartCollector.MAX_ROWS, PartCollector.MAX_ROWS, 1);
    assertThat(assembler.position()).isPresent();
  }

  @Test
  void aTransactionThatFitsIntoABatchIsOnePart() {
    int rows = 7;
    TransactionAssembler assembler = assembler("bin.000001:4 server=s");
    assembler.accept(EventBytes.rotate("bin.000001", 4));

    List<TransactionPart<TableChange>> parts = new ArrayList<>();
    for (int i = 0; i < PartCollector.MAX_ROWS; i++) {
      assembler.accept(log.query("", "BEGIN"));
      assembler.accept(log.tableMap(1, TABLE.database(), TABLE.name()));
      for (int row = 0; row < rows; row++) {
        assembler.accept(log.rows(WRITE, 1, row == rows - 1, new byte[1]));
        if (assembler.isFull()) {
          parts.addAll(assembler.take());
        }
      }
      assembler.accept(log.xid());
    }
    parts.addAll(assembler.take());

    assertThat(parts).hasSize(PartCollector.MAX_ROWS);
    assertThat(parts).allMatch(part -> part.isLast() && part.changes().size() == rows);
  }

  @Test
  void whatIsLeftOfAnEventComesBeforeTheNextOne() {
    int rows = PartCollector.MAX_ROWS + 5;
    TransactionAssembler assembler = begin();

    assembler.accept(log.rows(WRITE, 1, true, new byte[rows]));
    assembler.accept(log.xid());

    assertThat(assembler.take())
        .singleElement()
        .satisfies(part -> assertThat(part.changes()).hasSize(rows));
  }

  private TransactionAssembler begin() {
    TransactionAssembler assembler = assembler("bin.000001:4 server=s");
    assembler.accept(EventBytes.rotate("bin.000001", 4));
    assembler.accept(log.query("", "BEGIN"));
    assembler.accept(log.tableMap(1, TABLE.database(), TABLE.name()));
    return assembler;
  }

  private static TransactionAssembler assembler(String position) {
    TableDefinition table =
        new TableDefinition(TABLE, List.of(column("a"), column("b")), List.of());
    return new TransactionAssembler(
        BinlogScope.of(
            TableSelection.builder().database(TABLE.database()).build(),
            List.of(table),
            new CutGroups()),
        MySqlPosition.parse(position),
        (map, definition) -> rows -> inserts(definition, rows),
        false);
  }

  /** As many rows as the event has bytes behind its flags, with numbers that no cache has. */
  private static Iterator<TableChange> inserts(TableDefinition table, RawEvent rows) {
    long number = 1_000_000L + rows.nextOffset();
    return IntStream.range(0, rows.body().remaining() - 8)
        .<TableChange>mapToObj(i -> new RowInsert(table, Row.of(number, number + 1)))
        .iterator();
  }

  private static Column column(String name) {
    ColumnType type = ColumnType.of(ValueKind.INTEGER, "int");
    return new Column(name, type, false, Column.Origin.WRITTEN);
  }

  private static long used() {
    MEMORY.gc();
    return MEMORY.getHeapMemoryUsage().getUsed();
  }
}
