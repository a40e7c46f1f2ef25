package dev.syncline.mysql;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mysql.cj.jdbc.MysqlDataSource;
import dev.syncline.ChangeRejectedException;
import dev.syncline.LaneWriter;
import dev.syncline.SyncException;
import dev.syncline.TransientException;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MySqlLaneWriterIT {

  private static final String CANARY = "canary-5150";

  @ParameterizedTest
  @EachRelease
  void neverTouchesAnotherRow(MySqlRelease release) throws Exception {
    SinkFixture fixture = started(release);
    fixture.execute(
        "CREATE TABLE t (id INT PRIMARY KEY, u VARCHAR(20) UNIQUE, v INT)",
        "INSERT INTO t VALUES (1, '" + CANARY + "', 1), (2, 'b', 2)");
    TableDefinition table = fixture.definition("t");

    Row stranger = Row.of(9L, CANARY, 9L);
    Row taker = Row.of(2L, CANARY, 9L);
    List<TableChange> changes =
        List.of(new RowInsert(table, stranger), new RowUpdate(table, Row.of(2L, "b", 2L), taker));
    for (TableChange change : changes) {
      assertThatThrownBy(() -> fixture.write(change))
          .isInstanceOf(ChangeRejectedException.class)
          .hasMessageContaining("'" + table.id() + "'")
          .hasMessageContaining("unique key ('u')")
          .satisfies(MySqlLaneWriterIT::holdsNoValue);
    }

    assertThat(fixture.ask("SELECT * FROM t ORDER BY id"))
        .containsExactly("1|" + CANARY + "|1", "2|b|2");
  }

  @ParameterizedTest
  @EachRelease
  void letsUniqueValuesChangePlaces(MySqlRelease release) throws Exception {
    SinkFixture fixture = started(release);
    fixture.execute(
        "CREATE TABLE t (id INT PRIMARY KEY, u INT UNIQUE)",
        "INSERT INTO t VALUES (1, 1), (2, 2), (3, 3), (4, 4)");
    TableDefinition table = fixture.definition("t");

    // Two rows change places by way of NULL; two go one up, the last one first.
    fixture.write(
        update(table, Row.of(1L, 1L), Row.of(1L, null)),
        update(table, Row.of(2L, 2L), Row.of(2L, 1L)),
        update(table, Row.of(1L, null), Row.of(1L, 2L)),
        update(table, Row.of(4L, 4L), Row.of(4L, 5L)),
        update(table, Row.of(3L, 3L), Row.of(3L, 4L)));

    assertThat(fixture.ask("SELECT * FROM t ORDER BY id"))
        .containsExactly("1|2", "2|1", "3|4", "4|5");
  }

  @ParameterizedTest
  @EachRelease
  void keepsTimesThatAPartialUpdateDoesNotBring(MySqlRelease release) throws Exception {
    SinkFixture fixture = started(release);
    String now = "TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP";
    fixture.execute(
        "CREATE TABLE t (id INT PRIMARY KEY, v INT, ts " + now + ")",
        "INSERT INTO t VALUES (1, 1, '2001-02-03 04:05:06'), (2, 1, '2001-02-03 04:05:06')",
        "CREATE TABLE k (id INT, v INT, w INT, ts " + now + ", PRIMARY KEY (id, ts))",
        "INSERT INTO k VALUES (1, 1, 5, '2001-02-03 04:05:06')");
    TableDefinition table = fixture.definition("t");
    TableDefinition keyed = fixture.definition("k");
    Row key = Row.of(1L, Row.ABSENT, Row.ABSENT);
    Instant time = Instant.parse("2001-02-03T04:05:06Z");
    Row before = Row.of(1L, 1L, Row.ABSENT, time);

    fixture.write(new RowUpdate(table, key, Row.of(1L, 2L, Row.ABSENT)));
    fixture.write(new RowUpdate(keyed, before, Row.of(1L, 2L, Row.ABSENT, time)));

    assertThat(fixture.ask("SELECT * FROM t ORDER BY id"))
        .containsExactly("1|2|2001-02-03 04:05:06", "2|1|2001-02-03 04:05:06");
    assertThat(fixture.ask("SELECT * FROM k")).containsExactly("1|2|5|2001-02-03 04:05:06");
  }

  @ParameterizedTest
  @EachRelease
  void followsKeysThroughTheirChanges(MySqlRelease release) throws Exception {
    SinkFixture fixture = started(release);
    fixture.execute(
        "CREATE TABLE t (k VARCHAR(9) COLLATE utf8mb4_general_ci PRIMARY KEY, v INT)",
        "CREATE TABLE n (id INT AUTO_INCREMENT PRIMARY KEY, v INT)",
        "INSERT INTO t VALUES ('a', 1), ('b', 2), ('é', 3)");
    TableDefinition texts = fixture.definition("t");
    TableDefinition numbers = fixture.definition("n");

    List<TableChange> changes = new ArrayList<>();
    for (long id = 0; id < 1_000; id++) {
      changes.add(new RowInsert(numbers, Row.of(id, id)));
    }
    for (long id = 999; id >= 0; id--) {
      changes.add(update(numbers, Row.of(id, id), Row.of(id + 1, id)));
    }
    changes.add(update(texts, Row.of("a", 1L), Row.of("A ", 1L)));
    changes.add(update(texts, Row.of("b", 2L), Row.of("c", 2L)));
    changes.add(update(texts, Row.of("é", 3L), Row.of("É", 4L)));
    fixture.write(changes.toArray(TableChange[]::new));
    fixture.write(new RowInsert(numbers, Row.of(0L, 7L)));

    assertThat(fixture.ask("SELECT k, v FROM t ORDER BY v")).containsExactly("A |1", "c|2", "É|4");
    assertThat(fixture.ask("SELECT COUNT(*), MIN(id), MAX(id), SUM(id - v) FROM n WHERE v <> 7"))
        .containsExactly("999|1|1000|999");
    assertThat(fixture.ask("SELECT v FROM n WHERE id = 0")).containsExactly("7");
  }

  @ParameterizedTest
  @EachRelease
  void upsertsWhatIsMissingAndDeletesNothingTwice(MySqlRelease release) throws Exception {
    SinkFixture fixture = started(release);
    fixture.execute(
        "CREATE TABLE t (id INT PRIMARY KEY, v INT, own INT DEFAULT 5)",
        "INSERT INTO t VALUES (1, 1, 7), (4, 4, 8)");
    TableDefinition table = withoutColumn(fixture.definition("t"), "own");

    fixture.write(
        new RowInsert(table, Row.of(1L, 10L)),
        update(table, Row.of(2L, 2L), Row.of(2L, 20L)),
        new RowDelete(table, Row.of(3L, 3L)),
        update(table, Row.of(4L, 4L), Row.of(5L, 4L)));

    assertThat(fixture.ask("SELECT * FROM t ORDER BY id"))
        .containsExactly("1|10|7", "2|20|5", "5|4|8");
  }

  @ParameterizedTest
  @EnumSource(names = {"MYSQL_8_0", "MYSQL_5_7"}) // MariaDB has no such keys
  void writesTablesWhoseKeyTheServerComputes(MySqlRelease release) throws Exception {
    SinkFixture fixture = started(release);
    fixture.execute(
        "CREATE TABLE t (a INT, u INT UNIQUE, k INT AS (a * 2) STORED PRIMARY KEY)",
        "INSERT INTO t (a, u) VALUES (1, 1), (2, 2)");
    TableDefinition table = fixture.definition("t");

    fixture.write(
        update(table, Row.of(1L, 1L, 2L), Row.of(1L, 5L, 2L)),
        update(table, Row.of(2L, 2L, 4L), Row.of(3L, 1L, 6L)));
    assertThatThrownBy(() -> fixture.write(new RowInsert(table, Row.of(9L, 5L, 18L))))
        .isInstanceOf(ChangeRejectedException.class);

    assertThat(fixture.ask("SELECT * FROM t ORDER BY a")).containsExactly("1|5|2", "3|1|6");
  }

  @Test
  void setsUpEachSession() throws Exception {
    SinkFixture fixture = started(MySqlRelease.MYSQL_8_0);
    MySqlConnections connections = fixture.connections();
    Connection connection = connections.open(SinkSession.rowSettings());
    try {
      String sql =
          "SELECT @@time_zone, @@foreign_key_checks, @@unique_checks, @@character_set_client,"
              + " @@autocommit, @@transaction_isolation, @@wait_timeout";
      assertThat(SinkFixture.ask(connection, sql))
          .containsExactly("+00:00|0|1|utf8mb4|0|READ-COMMITTED|120");
      assertThat(SinkFixture.ask(connection, "SELECT @@sql_mode").get(0).split(","))
          .containsExactlyInAnyOrder(
              "STRICT_ALL_TABLES",
              "STRICT_TRANS_TABLES",
              "NO_AUTO_VALUE_ON_ZERO",
              "ALLOW_INVALID_DATES",
              "NO_ENGINE_SUBSTITUTION");
    } finally {
      connections.close(connection);
    }
  }

  @Test
  void refusesADataSourceThatCountsOnlyWhatLooksDifferent() throws Exception {
    SinkFixture fixture = started(MySqlRelease.MYSQL_8_0);
    MysqlDataSource dataSource = new MysqlDataSource();
    dataSource.setUrl(fixture.server().jdbcUrl(""));
    dataSource.setUser(fixture.server().username());
    dataSource.setPassword(fixture.server().password());
    dataSource.setUseAffectedRows(true);
    MySqlSink sink =
        MySqlSink.builder().dataSource(dataSource).ledgerDatabase(fixture.ledger()).build();

    assertThatThrownBy(() -> sink.openLane(fixture.run(), 0))
        .isExactlyInstanceOf(SyncException.class)
        .hasMessageContaining("useAffectedRows");
  }

  @ParameterizedTest
  @EachRelease
  void writesStatementsNoLargerThanTheServerTakes(MySqlRelease release) throws Exception {
    try (MySqlServer server =
        MySqlServer.builder(release).option("max_allowed_packet", "1048576").start()) {
      SinkFixture fixture = new SinkFixture(server);
      fixture.start();
      fixture.execute("CREATE TABLE t (id INT PRIMARY KEY, b LONGBLOB, s LONGTEXT)");
      TableDefinition table = fixture.definition("t");
      String quotes = "'\\\"".repeat(20_000);
      TableChange[] changes = new TableChange[60];
      for (int i = 0; i < changes.length; i++) {
        byte[] bytes = new byte[40_000];
        Arrays.fill(bytes, (byte) (i % 2 == 0 ? 0 : '\''));
        changes[i] = new RowInsert(table, Row.of((long) i, bytes, quotes));
      }

      fixture.write(changes);

      assertThat(fixture.ask("SELECT COUNT(*), SUM(LENGTH(b)), SUM(LENGTH(s)) FROM t"))
          .containsExactly("60|2400000|3600000");
      // So large that their values are sent apart.
      TableChange[] large = new TableChange[12];
      for (int i = 0; i < large.length; i++) {
        byte[] bytes = new byte[140_000];
        Arrays.fill(bytes, (byte) (i % 2 == 0 ? 0 : '\''));
        large[i] =
            new RowUpdate(
                table, Row.of((long) i, new byte[40_000], quotes), Row.of((long) i, bytes, quotes));
      }
      fixture.write(large);
      assertThat(fixture.ask("SELECT COUNT(*), SUM(LENGTH(b)), SUM(LENGTH(s)) FROM t"))
          .containsExactly("60|3600000|3600000");

      assertThatThrownBy(() -> fixture.write(updateOfManyShortValues(fixture)))
          .isInstanceOf(ChangeRejectedException.class)
          .hasMessageContaining("max_allowed_packet = 2097152")
          .satisfies(MySqlLaneWriterIT::holdsNoValue);
    }
  }

  @ParameterizedTest
  @EachRelease
  void saysWhatIsRefusedWithoutItsValue(MySqlRelease release) throws Exception {
    SinkFixture fixture = started(release);
    fixture.execute("CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20))");
    TableDefinition table = fixture.definition("t");
    fixture.execute("ALTER TABLE t MODIFY v VARCHAR(5)");
    RowInsert tooLong = new RowInsert(table, Row.of(1L, CANARY));

    assertThatThrownBy(() -> fixture.write(tooLong))
        .isInstanceOf(ChangeRejectedException.class)
        .hasMessageContaining("'" + table.id() + "'")
        .hasMessageContaining("Data too long for column 'v'")
        .satisfies(MySqlLaneWriterIT::holdsNoValue);
    fixture.execute("ALTER TABLE t MODIFY v INT");
    assertThatThrownBy(() -> fixture.write(tooLong))
        .isInstanceOf(ChangeRejectedException.class)
        .satisfies(MySqlLaneWriterIT::holdsNoValue);
    fixture.execute("ALTER TABLE t DROP COLUMN v");
    assertThatThrownBy(() -> fixture.write(tooLong))
        .isInstanceOf(ChangeRejectedException.class)
        .hasMessageContaining("no column 'v'");
    fixture.execute("DROP TABLE t");
    assertThatThrownBy(() -> fixture.write(tooLong))
        .isInstanceOf(ChangeRejectedException.class)
        .hasMessageContaining("no such table");
  }

  @SuppressWarnings("try") // Closing amidst a write is what is tested.
  @ParameterizedTest
  @EachRelease
  void closesUnderAWriteThatWaits(MySqlRelease release) throws Exception {
    SinkFixture fixture = started(release);
    fixture.execute("CREATE TABLE t (id INT PRIMARY KEY, v INT)");
    TableDefinition table = fixture.definition("t");
    try (Connection blocker = fixture.server().connect(fixture.database());
        Statement statement = blocker.createStatement();
        LaneWriter<TableChange> lane = fixture.lane()) {
      blocker.setAutoCommit(false);
      statement.execute("INSERT INTO t VALUES (1, 1)");
      CompletableFuture<Void> writing =
          CompletableFuture.runAsync(
              () -> {
                try {
                  lane.write(List.of(new RowInsert(table, Row.of(1L, 2L))));
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      fixture.awaitStuckStatement();

      Runnable end = lane::close;
      end.run();

      assertThat(writing)
          .failsWithin(10, TimeUnit.SECONDS)
          .withThrowableOfType(Exception.class)
          .withCauseInstanceOf(TransientException.class);
      blocker.rollback();
    }
    assertThat(fixture.ask("SELECT * FROM t")).isEmpty();
  }

  private static SinkFixture started(MySqlRelease release) throws SQLException {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(release));
    fixture.start();
    return fixture;
  }

  private static RowUpdate update(TableDefinition table, Row before, Row after) {
    return new RowUpdate(table, before, after);
  }

  private static TableDefinition withoutColumn(TableDefinition table, String name) {
    return new TableDefinition(
        table.id(),
        table.columns().stream().filter(c -> !c.name().equals(name)).toList(),
        table.uniqueKeys());
  }

  /**
   * Its statement has all values twice, in hex, since the table has no key. InnoDB has no room for
   * so many columns.
   */
  private static RowUpdate updateOfManyShortValues(SinkFixture fixture) throws SQLException {
    int columns = 380;
    String list =
        IntStream.range(0, columns).mapToObj(i -> "c" + i + " BLOB").collect(joining(", "));
    fixture.execute("DROP TABLE IF EXISTS many", "CREATE TABLE many (" + list + ") ENGINE=MyISAM");
    Object[] before = new Object[columns];
    Object[] after = new Object[columns];
    Arrays.fill(before, new byte[1_000]);
    Arrays.fill(after, CANARY.repeat(90).getBytes(StandardCharsets.UTF_8));
    return new RowUpdate(fixture.definition("many"), Row.of(before), Row.of(after));
  }

  private static void holdsNoValue(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      assertThat(String.valueOf(cause)).doesNotContain(CANARY);
    }
  }
}
