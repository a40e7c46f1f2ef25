package dev.syncline.mysql;

import static dev.syncline.mysql.BinlogBench.changes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.PositionLostException;
import dev.syncline.mysql.BinlogBench.Transaction;
import dev.syncline.testkit.server.MySqlRelease.Family;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** XA transactions on selected tables, with readers that see all of them or begin in between. */
@ParameterizedClass
@MethodSource("flavors")
class BinlogXaIT {
  private static final AtomicInteger IDS = new AtomicInteger();
  private static final long PAUSE_NANOS = 10_000_000;

  @Parameter BinlogFlavor flavor;

  /** Older ones end what is prepared with its session, and log XA transactions as any others. */
  static Stream<BinlogFlavor> flavors() {
    return BinlogFlavor.selected()
        .filter(
            flavor ->
                flavor.release().isFrom(Family.MYSQL, 5, 7)
                    || flavor.release().isFrom(Family.MARIADB, 10, 5));
  }

  private BinlogBench bench;

  @BeforeEach
  void open() throws Exception {
    bench = new BinlogBench(flavor.server());
    bench.run("CREATE TABLE t (id INT PRIMARY KEY, name LONGTEXT)");
  }

  @AfterEach
  void close() throws Exception {
    bench.close();
  }

  /** Prepares statements in a session that ends then, and returns the transaction's id. */
  private static String prepare(BinlogBench bench, String... statements) throws SQLException {
    String xid = "'x%d','b'".formatted(IDS.incrementAndGet());
    prepareAs(xid, bench, statements);
    return xid;
  }

  private static void prepareAs(String xid, BinlogBench bench, String... statements)
      throws SQLException {
    long id;
    try (Connection session = bench.server().connect(bench.app());
        Statement statement = session.createStatement()) {
      statement.execute("XA START " + xid);
      for (String sql : statements) {
        statement.execute(sql);
      }
      statement.execute("XA END " + xid);
      statement.execute("XA PREPARE " + xid);
      id = Long.parseLong(SinkFixture.ask(session, "SELECT CONNECTION_ID()").get(0));
    }
    awaitEnd(bench, id);
  }

  /** Servers lose what is decided while they still let go of the session that prepared it. */
  private static void awaitEnd(BinlogBench bench, long session) throws SQLException {
    String sessions = "SELECT id FROM information_schema.processlist WHERE id = " + session;
    long deadline = System.nanoTime() + BinlogBench.DEADLINE.toNanos();
    while (!SinkFixture.ask(bench.client(), sessions).isEmpty()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Decides a transaction from another session. */
  private static void decide(BinlogBench bench, String decision) throws SQLException {
    try (Connection session = bench.server().connect();
        Statement statement = session.createStatement()) {
      statement.execute(decision);
    }
  }

  private void commit(String xid) throws SQLException {
    decide(bench, "XA COMMIT " + xid);
  }

  private void rollBack(String xid) throws SQLException {
    decide(bench, "XA ROLLBACK " + xid);
  }

  @Test
  void changesComeWithTheCommit() throws Exception {
    MySqlPosition begin = bench.here();
    String first =
        prepare(bench, "INSERT INTO t VALUES (1, 'first')", "INSERT INTO t VALUES (2, 'b')");
    bench.run("INSERT INTO t VALUES (3, 'plain')");
    String second = prepare(bench, "INSERT INTO t VALUES (4, 'second')");
    String third = prepare(bench, "INSERT INTO t VALUES (5, 'third')");
    commit(second);
    rollBack(third);
    bench.run("INSERT INTO t VALUES (5, 'plain')");
    commit(first);
    bench.run("UPDATE t SET name = 'c' WHERE id = 2");

    List<Transaction> read = bench.readFrom(begin);

    assertThat(changes(read))
        .containsExactly(
            List.of("+t(3, plain)"),
            List.of("+t(4, second)"),
            List.of("+t(5, plain)"),
            List.of("+t(1, first)", "+t(2, b)"),
            List.of("~t(2, b)(2, c)"));
    for (int i = 0; i < read.size(); i++) {
      MySqlPosition behind = read.get(i).end();
      assertThat(changes(bench.readFrom(behind)).subList(0, read.size() - i - 1))
          .as("from %s on", behind)
          .isEqualTo(changes(read.subList(i + 1, read.size())));
    }
  }

  @Test
  void aReaderThatBeginsBehindThePrepareFindsIt() throws Exception {
    String first = prepare(bench, "INSERT INTO t VALUES (1, 'first')");
    bench.run("FLUSH LOGS", "INSERT INTO t VALUES (2, 'plain')", "FLUSH LOGS");
    String second = prepare(bench, "INSERT INTO t VALUES (3, 'of the same id')");
    rollBack(second);
    prepareAs(second, bench, "INSERT INTO t VALUES (3, 'second')");
    String third = prepare(bench, "INSERT INTO t VALUES (4, 'third')");
    MySqlPosition begin = bench.here();
    bench.run("FLUSH LOGS");
    try (MySqlSourceReader reader = bench.open(begin)) {
      commit(second);
      rollBack(third);
      commit(first);
      bench.end();

      assertThat(changes(bench.readToEnd(reader)))
          .containsExactly(List.of("+t(3, second)"), List.of("+t(1, first)"));
    }
  }

  @Test
  void onePhaseIsAnOrdinaryCommit() throws Exception {
    MySqlPosition begin = bench.here();
    try (Connection session = bench.server().connect(bench.app());
        Statement statement = session.createStatement()) {
      for (int i = 1; i <= 3; i++) {
        statement.execute("XA START 'one'");
        statement.execute("INSERT INTO t VALUES (%d, 'one')".formatted(i));
        statement.execute("XA END 'one'");
        statement.execute(i == 2 ? "XA ROLLBACK 'one'" : "XA COMMIT 'one' ONE PHASE");
      }
    }

    assertThat(changes(bench.readFrom(begin)))
        .containsExactly(List.of("+t(1, one)"), List.of("+t(3, one)"));
  }

  @Test
  void theSameSessionMayCommit() throws Exception {
    MySqlPosition begin = bench.here();
    try (Connection session = bench.server().connect(bench.app());
        Statement statement = session.createStatement()) {
      for (String sql :
          List.of(
              "XA START 'same'",
              "INSERT INTO t VALUES (1, 'a')",
              "SAVEPOINT s",
              "INSERT INTO t VALUES (2, 'b')",
              "ROLLBACK TO s",
              "XA END 'same'",
              "XA PREPARE 'same'",
              "XA COMMIT 'same'")) {
        statement.execute(sql);
      }
    }

    assertThat(changes(bench.readFrom(begin))).containsExactly(List.of("+t(1, a)"));
  }

  @Test
  void largeOnesComeInParts() throws Exception {
    MySqlPosition begin = bench.here();
    String large = prepare(bench, rows(1, 12), rows(13, 24));
    MySqlPosition behind = bench.here();
    commit(large);

    for (MySqlPosition from : List.of(begin, behind)) {
      List<Transaction> read = bench.readFrom(from);

      assertThat(read.get(0).changes()).hasSize(24).doesNotHaveDuplicates();
      assertThat(read.get(0).parts()).isGreaterThan(4);
      assertThat(read.get(0).end().includes(read.get(0).id())).isTrue();
    }
  }

  private static String rows(int from, int to) {
    StringBuilder insert = new StringBuilder("INSERT INTO t VALUES ");
    for (int i = from; i <= to; i++) {
      insert.append(i == from ? "" : ", ").append("(%d, REPEAT('r', 400000))".formatted(i));
    }
    return insert.toString();
  }

  @Test
  void whatIsPreparedOutlivesTheServer() throws Exception {
    try (MySqlServer own = flavor.builder().start();
        BinlogBench other = new BinlogBench(own)) {
      other.run("CREATE TABLE t (id INT PRIMARY KEY, name LONGTEXT)");
      MySqlPosition begin = other.here();
      String first = prepare(other, "INSERT INTO t VALUES (1, 'first')");
      String second = prepare(other, "INSERT INTO t VALUES (2, 'second')");
      other.run("INSERT INTO t VALUES (3, 'plain')");
      MySqlPosition behind = other.here();
      own.restart();
      try (BinlogBench again = other.at(own)) {
        decide(again, "XA COMMIT " + second);
        decide(again, "XA ROLLBACK " + first);

        assertThat(changes(again.readFrom(behind))).containsExactly(List.of("+t(2, second)"));
        assertThat(changes(again.readFrom(begin)))
            .startsWith(List.of("+t(3, plain)"), List.of("+t(2, second)"));
      }
    }
  }

  @Test
  void aPrepareThatWasPurgedIsLost() throws Exception {
    try (MySqlServer own = flavor.builder().start();
        BinlogBench other = new BinlogBench(own)) {
      other.run("CREATE TABLE t (id INT PRIMARY KEY, name LONGTEXT)");
      String lost = prepare(other, "INSERT INTO t VALUES (1, 'lost')");
      other.run("FLUSH LOGS", "FLUSH LOGS");
      MySqlPosition begin = other.here();
      long deadline = System.nanoTime() + BinlogBench.DEADLINE.toNanos();
      while (SinkFixture.ask(other.client(), "SHOW BINARY LOGS").size() > 1) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        other.run("PURGE BINARY LOGS TO '" + begin.point().file() + "'");
      }
      decide(other, "XA COMMIT " + lost);

      assertThatThrownBy(() -> other.readFrom(begin))
          .isInstanceOf(PositionLostException.class)
          .hasMessageContaining("XA transaction X'")
          .hasMessageContaining("snapshot");
    }
  }

  /** MariaDB logs the commit of what it did not log when it was prepared; MySQL does not. */
  @Test
  void aCommitWhosePrepareWasNeverLoggedIsNamed() throws Exception {
    MySqlPosition begin = bench.here();
    String xid = "'%s'".formatted(bench.app());
    long id;
    try (Connection session = bench.server().connect(bench.app());
        Statement statement = session.createStatement()) {
      statement.execute("SET SESSION sql_log_bin = 0");
      statement.execute("XA START " + xid);
      statement.execute("INSERT INTO t VALUES (1, 'not logged')");
      statement.execute("XA END " + xid);
      statement.execute("XA PREPARE " + xid);
      id = Long.parseLong(SinkFixture.ask(session, "SELECT CONNECTION_ID()").get(0));
    }
    awaitEnd(bench, id);
    commit(xid);

    if (flavor.release().family() == Family.MARIADB) {
      assertThatThrownBy(() -> bench.readFrom(begin))
          .isInstanceOf(PositionLostException.class)
          .hasMessageContaining("never logged");
    } else {
      assertThat(changes(bench.readFrom(begin))).isEmpty();
    }
  }
}
