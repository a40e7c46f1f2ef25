package dev.syncline.mysql;

import static dev.syncline.mysql.BinlogBench.changes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.TableSelection;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableId;
import dev.syncline.change.TransactionPart;
import dev.syncline.mysql.BinlogBench.Transaction;
import dev.syncline.mysql.BinlogScope.WatermarkTable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What only MySQL 8 writes, and what does not depend on the server. */
class BinlogMySql8IT {
  private BinlogBench bench;

  @BeforeEach
  void open() throws Exception {
    bench = new BinlogBench(BinlogFlavor.MYSQL_8_0.server());
    bench.run("CREATE TABLE t (id INT PRIMARY KEY, name LONGTEXT)");
  }

  @AfterEach
  void close() throws Exception {
    bench.close();
  }

  @Test
  void unpacksCompressedTransactions() throws Exception {
    MySqlPosition begin = bench.here();
    bench.run(
        "INSERT INTO t VALUES (1, 'plain')",
        "SET SESSION binlog_transaction_compression = ON",
        "INSERT INTO t VALUES (2, 'packed')",
        "BEGIN",
        "INSERT INTO t VALUES (3, 'packed')",
        "UPDATE t SET id = 30 WHERE id = 3",
        "COMMIT",
        "INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n"
            + " WHERE i < 1000) SELECT i, REPEAT('y', 5000) FROM n",
        "SET SESSION binlog_transaction_compression = OFF",
        "INSERT INTO t VALUES (4, 'plain')");

    List<Transaction> all = bench.readFrom(begin);

    assertThat(all).hasSize(5);
    assertThat(all.get(1).changes()).containsExactly("+t(2, packed)");
    assertThat(all.get(2).changes()).containsExactly("+t(3, packed)", "~t(3, packed)(30, packed)");
    assertThat(all.get(3).changes()).hasSize(901).doesNotHaveDuplicates();
    assertThat(all.get(3).parts()).isGreaterThan(4);
    List<Transaction> rest = bench.readFrom(all.get(2).end());
    assertThat(changes(rest).subList(0, 2)).isEqualTo(changes(all.subList(3, 5)));
  }

  @Test
  void readsXaTransactionsOfASessionThatCompresses() throws Exception {
    MySqlPosition begin = bench.here();
    bench.run(
        "SET SESSION binlog_transaction_compression = ON",
        "XA START 'packed'",
        "INSERT INTO t VALUES (1, REPEAT('x', 5000))",
        "INSERT INTO t VALUES (2, 'b')",
        "XA END 'packed'",
        "XA PREPARE 'packed'");
    MySqlPosition behind = bench.here();
    bench.run(
        "XA COMMIT 'packed'",
        "XA START 'one'",
        "INSERT INTO t VALUES (3, 'c')",
        "XA END 'one'",
        "XA COMMIT 'one' ONE PHASE",
        // Too large to be kept until it is committed, so it is read again.
        "XA START 'large'",
        "INSERT INTO t VALUES (4, REPEAT('x', 5000000))",
        "XA END 'large'",
        "XA COMMIT 'large' ONE PHASE",
        "SET SESSION binlog_transaction_compression = OFF");

    List<List<String>> expected =
        List.of(
            List.of("+t(1, 5000 characters)", "+t(2, b)"),
            List.of("+t(3, c)"),
            List.of("+t(4, 5000000 characters)"));
    assertThat(changes(bench.readFrom(begin))).isEqualTo(expected);
    assertThat(changes(bench.readFrom(behind)).subList(0, 3)).isEqualTo(expected);
  }

  @Test
  void passesOverStatementsBesideRowsAndTablesMadeOfQueries() throws Exception {
    String elsewhere = bench.server().createDatabase("elsewhere");
    MySqlPosition begin = bench.here();
    bench.run(
        "SET SESSION binlog_rows_query_log_events = ON",
        "INSERT INTO t VALUES (1, 'ALTER TABLE t')",
        "CREATE TABLE " + elsewhere + ".copy AS SELECT * FROM t",
        "SET SESSION binlog_rows_query_log_events = OFF");

    assertThat(changes(bench.readFrom(begin))).containsExactly(List.of("+t(1, ALTER TABLE t)"));
  }

  @Test
  void stopsAtASelectedTableMadeOfAQuery() throws Exception {
    MySqlPosition begin = bench.here();
    bench.run("CREATE TABLE copy AS SELECT * FROM t");

    assertThatThrownBy(() -> bench.readFrom(begin))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("'CREATE TABLE'")
        .hasMessageContaining(bench.app() + ".copy");
  }

  @Test
  void readsOnWhenChecksumsAreSwitchedOffAndOn() throws Exception {
    MySqlPosition begin = bench.here();
    try (MySqlSourceReader reader = bench.open(begin)) {
      bench.run(
          "INSERT INTO t VALUES (1, 'with')",
          "SET GLOBAL binlog_checksum = NONE",
          "INSERT INTO t VALUES (2, 'without')",
          "SET GLOBAL binlog_checksum = CRC32",
          "INSERT INTO t VALUES (3, 'with')");
      bench.end();

      assertThat(changes(bench.readToEnd(reader)))
          .containsExactly(
              List.of("+t(1, with)"), List.of("+t(2, without)"), List.of("+t(3, with)"));
    }
  }

  @Test
  void notesWatermarks() throws Exception {
    String marks = bench.server().createDatabase("marks");
    bench.run("CREATE TABLE " + marks + ".mark (job INT PRIMARY KEY, token VARCHAR(64))");
    WatermarkRegistry registry = new WatermarkRegistry();
    registry.expect("token-0123456789");
    registry.expect("never-0123456789");
    WatermarkTable table = new WatermarkTable(new TableId(marks, "mark"), registry);
    MySqlPosition begin = bench.here();
    bench.run(
        "INSERT INTO t VALUES (1, 'before token-0123456789')",
        "REPLACE INTO " + marks + ".mark VALUES (1, 'token-0123456789')",
        "INSERT INTO t VALUES (2, 'after')");
    bench.end();

    List<Transaction> read;
    try (MySqlSourceReader reader =
        bench.open(begin, bench.settings(), bench.all(), scope -> scope.with(table))) {
      read = bench.readToEnd(reader);
    }

    BinlogPoint seen = registry.find("token-0123456789").orElseThrow();
    assertThat(seen).isEqualTo(read.get(0).end().point());
    assertThat(seen).isLessThan(read.get(1).id().begin());
    assertThat(registry.find("never-0123456789")).isEmpty();
  }

  @Test
  void saysWhenTheSourceCommitted() throws Exception {
    MySqlPosition begin = bench.here();
    Instant before = Instant.now().minusMillis(1);
    bench.run("INSERT INTO t VALUES (1, 'x')");
    Instant after = Instant.now().plusMillis(1);

    try (MySqlSourceReader reader = bench.open(begin)) {
      List<TransactionPart<TableChange>> parts = List.of();
      for (int polls = 0; parts.isEmpty() && polls < 60; polls++) {
        parts = reader.poll(Duration.ofSeconds(1)).parts();
      }
      assertThat(parts).isNotEmpty();
      assertThat(parts.get(0).committedAt()).isBetween(before, after);
    }
  }

  @Test
  void stopsAtANewTableThatIsSelectedByPatternOnly() throws Exception {
    TableSelection logs =
        TableSelection.builder().database(bench.app(), db -> db.table("t").tables("log_*")).build();
    MySqlPosition begin = bench.here();
    bench.run("CREATE TABLE other (id INT PRIMARY KEY)", "CREATE TABLE log_1 (id INT PRIMARY KEY)");

    try (MySqlSourceReader reader =
        bench.open(
            begin,
            bench.settings(),
            logs,
            scope -> BinlogScope.of(logs, List.of(), new CutGroups()))) {
      assertThatThrownBy(() -> bench.readToEnd(reader))
          .isInstanceOf(UnsupportedChangeException.class)
          .hasMessageContaining(bench.app() + ".log_1");
    }
  }
}
