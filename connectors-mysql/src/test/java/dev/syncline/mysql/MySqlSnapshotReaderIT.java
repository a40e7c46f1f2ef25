package dev.syncline.mysql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.ExactRead;
import dev.syncline.SnapshotChunk;
import dev.syncline.SnapshotReader;
import dev.syncline.SyncException;
import dev.syncline.TableChangedException;
import dev.syncline.TableSourceSession;
import dev.syncline.TransientException;
import dev.syncline.change.KeyRange;
import dev.syncline.change.Position;
import dev.syncline.change.Row;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class MySqlSnapshotReaderIT {
  @ParameterizedTest
  @EachRelease
  void readsWholeRowsAndLeavesNoTransactionBehind(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    source.execute(
        "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20) CHARACTER SET latin1)",
        "INSERT INTO t VALUES (1, 'one'), (2, NULL)");
    TableDefinition table = source.definition("t");

    try (SnapshotReader reader = source.reader()) {
      List<SnapshotRow> rows = reader.readRange(table, KeyRange.ALL).rows();

      assertThat(rows)
          .containsExactly(
              new SnapshotRow(table, Row.of(1L, "one")), new SnapshotRow(table, Row.of(2L, null)));
      // A transaction that was left open would keep the statement waiting.
      source.execute("SET SESSION lock_wait_timeout = 10", "ALTER TABLE t ADD COLUMN w INT");
    }
  }

  /** Each of them can be read, or cannot, and neither says of itself what the table has become. */
  @ParameterizedTest
  @EachRelease
  void saysThatATableIsNotAsItIsDefined(MySqlRelease release) throws Exception {
    List<String> changes =
        List.of(
            "ALTER TABLE t DROP COLUMN v",
            "ALTER TABLE t ADD COLUMN w INT",
            "ALTER TABLE t MODIFY v BIGINT",
            "ALTER TABLE t MODIFY s VARCHAR(20) CHARACTER SET utf8",
            "ALTER TABLE t CHANGE v w INT",
            "ALTER TABLE t ADD UNIQUE KEY (v)",
            "ALTER TABLE t DROP PRIMARY KEY",
            "RENAME TABLE t TO u",
            "DROP TABLE t");
    for (String change : changes) {
      SourceFixture source = new SourceFixture(MySqlServer.shared(release));
      source.execute(
          "CREATE TABLE t (id INT PRIMARY KEY, v INT, s VARCHAR(20) CHARACTER SET latin1)",
          "INSERT INTO t VALUES (1, 2, 'x')",
          "CREATE TABLE other (id INT PRIMARY KEY)");
      TableDefinition table = source.definition("t");
      TableDefinition other = source.definition("other");
      source.execute(change);

      try (SnapshotReader reader = source.reader()) {
        assertThatThrownBy(() -> reader.readRange(table, KeyRange.ALL))
            .as(change)
            .isInstanceOfSatisfying(
                TableChangedException.class, e -> assertThat(e.table()).isEqualTo(table.id()));
        assertThatThrownBy(() -> reader.readExactly(List.of(table)).next(1))
            .as(change)
            .isInstanceOf(TableChangedException.class);
        assertThat(reader.readRange(other, KeyRange.ALL).rows()).isEmpty();
      }
    }
  }

  /** The server answers, but with other values than those of the key that the job knows. */
  @ParameterizedTest
  @EachRelease
  void takesNoKeysOfATableThatHasGotTheName(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    source.execute(
        "CREATE TABLE numbers (id INT PRIMARY KEY)",
        "CREATE TABLE words (id VARCHAR(20) PRIMARY KEY)",
        "INSERT INTO words VALUES ('one'), ('two')");
    TableDefinition numbers = source.definition("numbers");
    source.execute("RENAME TABLE numbers TO old, words TO numbers");

    try (SnapshotReader reader = source.reader()) {
      assertThatThrownBy(() -> reader.nextRange(numbers, KeyRange.ALL, 1))
          .isInstanceOf(TableChangedException.class);
      assertThatThrownBy(() -> reader.readRange(numbers, KeyRange.ALL))
          .isInstanceOf(TableChangedException.class);
    }
  }

  @ParameterizedTest
  @EachRelease
  void cannotCutATableThatIsGone(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    source.execute("CREATE TABLE gone (id INT PRIMARY KEY)");
    TableDefinition gone = source.definition("gone");
    source.execute("DROP TABLE gone");

    try (SnapshotReader reader = source.reader()) {
      assertThatThrownBy(() -> reader.nextRange(gone, KeyRange.ALL, 10))
          .isInstanceOf(TableChangedException.class);
    }
  }

  @ParameterizedTest
  @EachRelease
  void countersOfATableAreNoPartOfItsDefinition(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    source.execute("CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY)");
    TableDefinition table = source.definition("t");

    try (SnapshotReader reader = source.reader()) {
      assertThat(reader.readRange(table, KeyRange.ALL).rows()).isEmpty();
      source.execute("INSERT INTO t VALUES (5)");
      assertThat(reader.readRange(table, KeyRange.ALL).rows()).hasSize(1);
    }
  }

  @Test
  void aLockThatIsHeldTooLongIsTransient() throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(MySqlRelease.MYSQL_8_0));
    source.execute("CREATE TABLE log (n INT) ENGINE=MyISAM");
    TableDefinition log = source.definition("log");

    try (Connection writer = source.connect();
        Statement statement = writer.createStatement();
        SnapshotReader reader =
            source
                .source()
                .lockTimeout(Duration.ofSeconds(1))
                .build()
                .open(source.scope())
                .openSnapshotReader()) {
      statement.execute("LOCK TABLES log WRITE");

      assertThatThrownBy(() -> reader.readExactly(List.of(log)))
          .isInstanceOf(TransientException.class)
          .hasMessageContaining("1205");
    }
  }

  /** MariaDB needs a lock only then, so that the privilege is not demanded. */
  @Test
  void xaTransactionsWithoutThePrivilegeToLockAreTransient() throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(MySqlRelease.MARIADB_10_11));
    source.execute("CREATE TABLE log (n INT)", "CREATE TABLE other (n INT)");
    TableDefinition log = source.definition("log");
    String user = "xa" + source.database().hashCode();
    source.execute(
        "CREATE USER '" + user + "'@'%' IDENTIFIED BY 'secret_of_a_test'",
        "GRANT REPLICATION SLAVE, BINLOG MONITOR ON *.* TO '" + user + "'@'%'",
        "GRANT SELECT ON " + source.database() + ".* TO '" + user + "'@'%'");

    try (Connection writer = source.connect();
        Statement statement = writer.createStatement();
        TableSourceSession session =
            source.source(user, "secret_of_a_test").build().open(source.scope());
        SnapshotReader reader = session.openSnapshotReader()) {
      String xid = "'" + user + "'";
      statement.execute("XA START " + xid);
      statement.execute("INSERT INTO other VALUES (1)");
      statement.execute("XA END " + xid);
      statement.execute("XA PREPARE " + xid);

      assertThatThrownBy(() -> reader.readExactly(List.of(log)))
          .isInstanceOf(TransientException.class)
          .hasMessageContaining("'" + source.database() + ".log'")
          .hasMessageContaining("X'" + HexFormat.of().formatHex(user.getBytes(UTF_8)) + "'")
          .hasMessageContaining("GRANT LOCK TABLES ON `" + source.database() + "`.*");
      statement.execute("XA ROLLBACK " + xid);
      try (ExactRead read = reader.readExactly(List.of(log))) {
        assertThat(read.next(1)).isEmpty();
      }
    } finally {
      source.execute("DROP USER '" + user + "'@'%'");
    }
  }

  @Test
  void closingEndsAReadThatWaits() throws Exception {
    try (MySqlServer server = MySqlServer.builder(MySqlRelease.MYSQL_5_7).withoutGtids().start()) {
      SourceFixture source = new SourceFixture(server);
      source.execute("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)");
      TableDefinition table = source.definition("t");
      SnapshotReader reader =
          source
              .source()
              .lockTimeout(Duration.ofMinutes(5))
              .build()
              .open(source.scope())
              .openSnapshotReader();
      try (Connection writer = source.connect();
          Statement statement = writer.createStatement()) {
        writer.setAutoCommit(false);
        statement.execute("DELETE FROM t");
        CompletableFuture<?> read =
            CompletableFuture.runAsync(() -> reader.readRange(table, KeyRange.ALL));
        awaitLockWait(source);

        reader.close();
        reader.close();

        assertThat(read)
            .failsWithin(30, TimeUnit.SECONDS)
            .withThrowableOfType(Exception.class)
            .withCauseInstanceOf(SyncException.class);
      }
    }
  }

  private static void awaitLockWait(SourceFixture source) throws SQLException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (lockWaits(source) == 0) {
      assertThat(System.nanoTime()).as("the time at which a read waits").isLessThan(deadline);
    }
  }

  /** How many statements at the server wait for the lock of a row just now. */
  private static long lockWaits(SourceFixture source) throws SQLException {
    String sql = "SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'";
    try (Connection connection = source.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(2);
    }
  }

  @ParameterizedTest
  @EachRelease
  void readsATableWithoutKeyPieceByPiece(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    source.execute("CREATE TABLE log (n INT)", "CREATE TABLE nothing (n INT)");
    source.execute("INSERT INTO log VALUES (1), (1), (2), (3), (NULL)");
    TableDefinition log = source.definition("log");
    TableDefinition nothing = source.definition("nothing");
    List<Object> values = new ArrayList<>();

    try (SnapshotReader reader = source.reader()) {
      try (ExactRead read = reader.readExactly(List.of(log))) {
        source.execute("INSERT INTO log VALUES (4)", "DELETE FROM log WHERE n = 1");
        for (List<SnapshotRow> rows = read.next(2); !rows.isEmpty(); rows = read.next(2)) {
          assertThat(rows.size()).isBetween(1, 2);
          rows.forEach(row -> values.add(String.valueOf(row.row().value(0))));
        }
        assertThat(read.next(2)).isEmpty();
      }
      try (ExactRead read = reader.readExactly(List.of(nothing))) {
        assertThat(read.next(1)).isEmpty();
        assertThat(source.source().build().parsePosition(read.position().toString()))
            .isEqualTo(read.position());
      }
    }

    assertThat(values).containsExactlyInAnyOrder("1", "1", "2", "3", "null");
  }

  @ParameterizedTest
  @EachRelease
  void aTableWithoutReadViewsStaysLockedWhileItIsRead(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    source.execute("CREATE TABLE log (n INT) ENGINE=MyISAM", "INSERT INTO log VALUES (1), (2)");
    TableDefinition log = source.definition("log");

    try (SnapshotReader reader = source.reader()) {
      try (ExactRead read = reader.readExactly(List.of(log))) {
        assertThatThrownBy(
                () ->
                    source.execute(
                        "SET SESSION lock_wait_timeout = 1", "INSERT INTO log VALUES (3)"))
            .isInstanceOf(SQLException.class);
        assertThat(read.next(10)).hasSize(2);
      }
      source.execute("SET SESSION lock_wait_timeout = 10", "INSERT INTO log VALUES (3)");
    }
  }

  @ParameterizedTest
  @EachRelease
  void theMarkOfATableWithoutReadViewsLiesBehindWhatTheReadHasSeen(MySqlRelease release)
      throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    source.execute("CREATE TABLE log (id INT PRIMARY KEY) ENGINE=MyISAM");
    TableDefinition log = source.definition("log");
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Connection writer = source.connect();
        Statement statement = writer.createStatement();
        TableSourceSession session = source.open();
        SnapshotReader reader = session.openSnapshotReader()) {
      statement.execute("LOCK TABLES log WRITE");
      Future<SnapshotChunk> chunk = thread.submit(() -> reader.readRange(log, KeyRange.ALL));
      awaitRead(source);
      Position before = session.currentPositions().get(MySqlSession.STREAM);
      statement.execute("INSERT INTO log VALUES (1)");
      statement.execute("UNLOCK TABLES");

      SnapshotChunk read = chunk.get(30, TimeUnit.SECONDS);

      assertThat(read.rows()).hasSize(1);
      assertThat(read.mark().isPassedAt(before)).isFalse();
    } finally {
      thread.shutdownNow();
    }
  }

  private static void awaitRead(SourceFixture source) throws SQLException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    String sql =
        "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE STATE LIKE 'Waiting for table%'"
            + " AND INFO LIKE '%"
            + source.database()
            + "%'";
    while (source.ask(sql).equals(List.of("0"))) {
      assertThat(System.nanoTime()).as("the time at which a read waits").isLessThan(deadline);
    }
  }

  @Test
  void aReadThatIsGivenUpFreesItsLocks() throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(MySqlRelease.MYSQL_8_0));
    source.execute("CREATE TABLE log (n INT) ENGINE=MyISAM", "INSERT INTO log VALUES (1), (2)");

    try (SnapshotReader reader = source.reader();
        ExactRead read = reader.readExactly(List.of(source.definition("log")))) {
      read.next(1);
    }

    source.execute("SET SESSION lock_wait_timeout = 10", "INSERT INTO log VALUES (3)");
  }
}
