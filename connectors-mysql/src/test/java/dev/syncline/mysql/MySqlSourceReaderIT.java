package dev.syncline.mysql;

import static dev.syncline.mysql.BinlogBench.changes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.mysql.BinlogBench.Collected;
import dev.syncline.mysql.BinlogBench.Transaction;
import dev.syncline.testkit.server.EachRelease;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("dev.syncline.mysql.BinlogFlavor#selected")
@Tag(EachRelease.TAG)
class MySqlSourceReaderIT {
  @Parameter BinlogFlavor flavor;

  private BinlogBench bench;

  @BeforeEach
  void open() throws Exception {
    bench = new BinlogBench(flavor.server());
    bench.run(
        "CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(100))",
        "CREATE TABLE u (id INT PRIMARY KEY, name VARCHAR(100))",
        "CREATE TABLE my (id INT PRIMARY KEY) ENGINE=MyISAM",
        "CREATE TABLE fat (id INT PRIMARY KEY, content LONGTEXT)",
        "INSERT INTO t VALUES (1, 'a'), (2, 'b')");
  }

  @AfterEach
  void close() throws Exception {
    bench.close();
  }

  @Test
  void readsEveryShapeOfTransactionAndResumesBehindEachOne() throws Exception {
    MySqlPosition begin = bench.here();
    writeEveryShape();
    List<Transaction> all = bench.readFrom(begin);

    assertThat(changes(all)).isEqualTo(everyShape());
    for (int cut = 0; cut < all.size(); cut++) {
      MySqlPosition end = all.get(cut).end();
      assertThat(MySqlPosition.parse(end.toString())).isEqualTo(end);
      List<Transaction> rest = bench.readFrom(end);
      // Each resumption wrote one more mark of the end.
      assertThat(changes(rest.subList(0, all.size() - cut - 1)))
          .as("behind %s", end)
          .isEqualTo(changes(all.subList(cut + 1, all.size())));
      assertThat(rest).hasSize(all.size() - cut - 1 + cut + 1);
    }
  }

  private void writeEveryShape() throws Exception {
    String elsewhere = bench.server().createDatabase("elsewhere");
    bench.run(
        "INSERT INTO t VALUES (3, 'c')",
        "UPDATE t SET name = 'bb' WHERE id = 2",
        "DELETE FROM t WHERE id = 1",
        // Several tables, several statements, a change of the key.
        "BEGIN",
        "INSERT INTO u VALUES (3, 'x')",
        "UPDATE t JOIN u USING (id) SET t.name = 'cc', u.name = 'xx'",
        "UPDATE t SET id = 30 WHERE id = 3",
        "COMMIT",
        "FLUSH TABLES",
        // Nothing that is selected.
        "CREATE TABLE " + elsewhere + ".t (id INT PRIMARY KEY)",
        "INSERT INTO " + elsewhere + ".t VALUES (1)",
        "ALTER TABLE " + elsewhere + ".t ADD COLUMN more INT",
        "CREATE DATABASE IF NOT EXISTS " + bench.app(),
        "CREATE TABLE IF NOT EXISTS t (id INT PRIMARY KEY)",
        "CREATE TEMPORARY TABLE temp (id INT)",
        "INSERT INTO temp VALUES (1)",
        "DROP TEMPORARY TABLE temp",
        "CREATE VIEW v AS SELECT * FROM t",
        "DROP VIEW v",
        "ANALYZE TABLE t",
        "DROP DATABASE " + elsewhere,
        // Undone.
        "BEGIN",
        "INSERT INTO t VALUES (99, 'never')",
        "ROLLBACK",
        // Partly undone.
        "BEGIN",
        "INSERT INTO t VALUES (4, 'd')",
        "SAVEPOINT s",
        "INSERT INTO t VALUES (5, 'never')",
        "ROLLBACK TO SAVEPOINT s",
        "INSERT INTO t VALUES (6, 'f')",
        "COMMIT",
        // Without transactions, alone and inside of one.
        "INSERT INTO my VALUES (1), (2)",
        "BEGIN",
        "INSERT INTO t VALUES (7, 'g')",
        "SAVEPOINT s",
        // With GTIDs, MySQL does not allow this inside of a transaction.
        flavor.allowsMixedTransactions() ? "INSERT INTO my VALUES (3)" : "DO 1",
        flavor.allowsMixedTransactions() ? "ROLLBACK TO SAVEPOINT s" : "DO 1",
        "COMMIT",
        flavor.allowsMixedTransactions() ? "DO 1" : "INSERT INTO my VALUES (3)",
        "DELETE FROM u WHERE id < 0",
        "FLUSH LOGS",
        "INSERT INTO t VALUES (8, 'h')");
  }

  private List<List<String>> everyShape() {
    List<String> inTransaction = List.of("+t(7, g)");
    List<String> withoutTransaction = List.of("+my(3)");
    boolean mixed = flavor.allowsMixedTransactions();
    return List.of(
        List.of("+t(3, c)"),
        List.of("~t(2, b)(2, bb)"),
        List.of("-t(1, a)"),
        List.of("+u(3, x)", "~u(3, x)(3, xx)", "~t(3, c)(3, cc)", "~t(3, cc)(30, cc)"),
        List.of("+t(4, d)", "+t(6, f)"),
        List.of("+my(1)", "+my(2)"),
        mixed ? withoutTransaction : inTransaction,
        mixed ? inTransaction : withoutTransaction,
        List.of("+t(8, h)"));
  }

  @Test
  void splitsALargeTransaction() throws Exception {
    bench.run("INSERT INTO u SELECT a.n * 10 + b.n, 'x' FROM " + digits("a") + ", " + digits("b"));
    MySqlPosition begin = bench.here();
    bench.run(
        "BEGIN",
        "INSERT INTO t SELECT 100 * (a.id + 1000) + b.id, REPEAT('y', 50) FROM u a, u b",
        "INSERT INTO fat SELECT id, REPEAT('z', 700000) FROM u WHERE id < 4",
        "COMMIT");

    List<Transaction> read = bench.readFrom(begin);

    assertThat(read).hasSize(1);
    assertThat(read.get(0).changes()).hasSize(10_000 + 4).doesNotHaveDuplicates();
    assertThat(read.get(0).changes()).endsWith("+fat(3, 700000 characters)");
    assertThat(read.get(0).parts()).isGreaterThanOrEqualTo(5 + 2);
    assertThat(bench.readFrom(read.get(0).end())).hasSize(1);
  }

  private static String digits(String alias) {
    return "(SELECT 0 n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5"
        + " UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9) "
        + alias;
  }

  @Test
  void movesOnWhileOnlyOthersWrite() throws Exception {
    String elsewhere = bench.server().createDatabase("elsewhere");
    bench.run("CREATE TABLE " + elsewhere + ".t (id INT PRIMARY KEY)");
    MySqlPosition begin = bench.here();
    Collected collected = new Collected();
    try (MySqlSourceReader reader = bench.open(begin)) {
      bench.run("INSERT INTO " + elsewhere + ".t VALUES (1)", "FLUSH LOGS");
      MySqlPosition target = bench.here();

      long deadline = System.nanoTime() + BinlogBench.DEADLINE.toNanos();
      while (collected.position().isEmpty() || !hasReached(collected, target)) {
        assertThat(System.nanoTime()).as("%s", collected.position()).isLessThan(deadline);
        collected.add(reader.poll(Duration.ofMillis(50)));
      }

      assertThat(collected.position().get()).isGreaterThan(begin);
      assertThat(reader.poll(Duration.ofMillis(10)).parts()).isEmpty();
    }
    assertThat(changes(bench.readFrom((MySqlPosition) collected.position().get()))).isEmpty();
  }

  private static boolean hasReached(Collected collected, MySqlPosition target) {
    MySqlPosition position = (MySqlPosition) collected.position().orElseThrow();
    return position.compareTo(target) >= 0 && position.point().compareTo(target.point()) >= 0;
  }

  @Test
  void reachesTheEndOfAnIdleLogFromAnyPlaceInFrontOfItsTransactions() throws Exception {
    bench.run("INSERT INTO t VALUES (9, 'x')", "FLUSH LOGS", "DELETE FROM t");
    MySqlPosition end = bench.here();
    boolean gtids = !(end.progress() instanceof MySqlPosition.Plain);
    // With GTIDs the set counts; the file and offset of another session mean nothing.
    BinlogPoint point = gtids ? new BinlogPoint("other.000900", 4) : end.point();
    Collected collected = new Collected();
    try (MySqlSourceReader reader = bench.open(new MySqlPosition(point, end.progress()))) {
      long deadline = System.nanoTime() + BinlogBench.DEADLINE.toNanos();
      boolean reached = !gtids;
      while (!reached) {
        assertThat(System.nanoTime()).as("%s", collected.position()).isLessThan(deadline);
        collected.add(reader.poll(Duration.ofMillis(50)));
        // MariaDB writes behind the beginning of a file when it has done with the one before.
        reached = collected.position().equals(Optional.of(bench.here()));
      }

      assertThat(reader.poll(Duration.ofMillis(700)).parts()).isEmpty();
      assertThat(reader.poll(Duration.ofMillis(10)).position()).isEmpty();
    }
  }

  @Test
  void stopsAtDefinitionsOfSelectedTables() throws Exception {
    for (String sql :
        List.of(
            "ALTER TABLE t ADD COLUMN more INT",
            "TRUNCATE TABLE t",
            "RENAME TABLE t TO t2",
            "CREATE TABLE another (id INT PRIMARY KEY)",
            "CREATE INDEX i ON u (name)",
            "DROP TABLE u")) {
      MySqlPosition begin = bench.here();
      try (MySqlSourceReader reader = bench.open(begin)) {
        bench.run("INSERT INTO fat VALUES (1, 'before')", "DELETE FROM fat", sql);
        bench.end();

        assertThatThrownBy(() -> bench.readToEnd(reader))
            .as(sql)
            .isInstanceOf(UnsupportedChangeException.class)
            .hasMessageContaining(sql.substring(0, sql.indexOf(' ')))
            .hasMessageContaining("'" + bench.app() + ".")
            .hasMessageContaining("binlog.0");
      }
    }
  }

  @Test
  void stopsWhenTheSelectedDatabaseIsDropped() throws Exception {
    MySqlPosition begin = bench.here();
    try (MySqlSourceReader reader = bench.open(begin)) {
      bench.run("DROP DATABASE " + bench.app(), "CREATE DATABASE " + bench.app());

      assertThatThrownBy(() -> bench.readToEnd(reader))
          .isInstanceOf(UnsupportedChangeException.class)
          .hasMessageContaining("'DROP ")
          .hasMessageContaining(bench.app());
    }
  }

  @Test
  void stopsAtStatementsLoggedAsText() throws Exception {
    String elsewhere = bench.server().createDatabase("elsewhere");
    bench.run("CREATE TABLE " + elsewhere + ".t (id INT PRIMARY KEY)");
    MySqlPosition begin = bench.here();
    bench.run(
        "SET SESSION binlog_format = STATEMENT",
        "INSERT INTO " + elsewhere + ".t VALUES (1)",
        "SET @two = 2",
        "INSERT INTO " + elsewhere + ".t VALUES (@two)",
        "UPDATE t SET name = 'as text' WHERE id = 2",
        "SET SESSION binlog_format = ROW");

    assertThatThrownBy(() -> bench.readFrom(begin))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("'UPDATE'")
        .hasMessageContaining("'" + bench.app() + ".t'")
        .hasMessageContaining("binlog_format=ROW");
  }

  @Test
  void readsXaTransactionsOnSelectedTables() throws Exception {
    MySqlPosition begin = bench.here();
    bench.run(
        "XA START 'one'", "INSERT INTO t VALUES (50, 'xa')", "XA END 'one'", "XA PREPARE 'one'");
    bench.run("XA COMMIT 'one'");

    assertThat(changes(bench.readFrom(begin))).containsExactly(List.of("+t(50, xa)"));
  }

  @Test
  void passesOverXaTransactionsOnOtherTables() throws Exception {
    String elsewhere = bench.server().createDatabase("elsewhere");
    bench.run("CREATE TABLE " + elsewhere + ".t (id INT PRIMARY KEY)");
    MySqlPosition begin = bench.here();
    for (String end : List.of("XA COMMIT 'two'", "XA ROLLBACK 'two'")) {
      bench.run(
          "XA START 'two'",
          "INSERT INTO " + elsewhere + ".t VALUES (1)",
          "XA END 'two'",
          "XA PREPARE 'two'",
          end,
          "DELETE FROM " + elsewhere + ".t");
    }
    bench.run(
        "XA START 'three'",
        "INSERT INTO " + elsewhere + ".t VALUES (2)",
        "XA END 'three'",
        "XA COMMIT 'three' ONE PHASE",
        "INSERT INTO t VALUES (51, 'after')");

    assertThat(changes(bench.readFrom(begin))).containsExactly(List.of("+t(51, after)"));
  }
}
