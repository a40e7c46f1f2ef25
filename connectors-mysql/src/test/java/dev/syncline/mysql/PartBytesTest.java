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
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever holds parts by their bytes must not hold much more than that. */
final class PartBytesTest {
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

  @ParameterizedTest(name = "{0}")
  @MethodSource("servers")
  void countTheHeapThatTinyTransactionsTake(String progress, Beginning beginning) {
    EventBytes log = new EventBytes(4);
    TransactionAssembler assembler = assembler("bin.000001:4 " + progress);
    assembler.accept(EventBytes.rotate("bin.000001", 4));
    long before = used();

    List<TransactionPart<TableChange>> parts = new ArrayList<>(TRANSACTIONS);
    for (int i = 1; i <= TRANSACTIONS; i++) {
      assembler.accept(beginning.next(log, i));
      assembler.accept(log.tableMap(1, TABLE.database(), TABLE.name()));
      assembler.accept(log.rows(30, 1, true));
      assembler.accept(log.xid());
      if (assembler.isFull()) {
        parts.addAll(assembler.take());
      }
    }
    parts.addAll(assembler.take());

    long taken = used() - before;
    assertThat(parts).hasSize(TRANSACTIONS);
    assertThat(parts.stream().mapToLong(TransactionPart::bytes).sum())
        .isBetween(taken, 3 * taken);
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
        (map, definition) ->
            (rows, changes) ->
                changes.accept(
                    new RowInsert(
                        definition, Row.of(1_000_000L + rows.nextOffset(), rows.nextOffset()))),
        false);
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
