package dev.syncline.mysql;

import static dev.syncline.mysql.SinkFixture.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mysql.cj.jdbc.MysqlDataSource;
import dev.syncline.ChangeRejectedException;
import dev.syncline.LaneWriter;
import dev.syncline.SyncException;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;

/** Values that are sent apart from their statements arrive as they are, in every statement. */
class LongValuesIT {

  private static final String COLUMNS =
      "(id INT, x LONGTEXT CHARACTER SET utf8mb4, l LONGTEXT CHARACTER SET latin1, b LONGBLOB,"
          + " j JSON, g GEOMETRY, i BIGINT UNSIGNED, f FLOAT, d DATE, c VARCHAR(20)";

  /** The values of one row; %1$d is a number that they depend on. */
  private static final String VALUES =
      "(%1$d, REPEAT(CONCAT('a%1$dé中😀''\\\\', CHAR(0)), 3000), REPEAT('%1$dé', 20000),"
          + " REPEAT(UNHEX('00ff275c0a8%1$d'), 100000),"
          + " CONCAT('{\"k\": [0.30000000000000004e-5, %1$d.50], \"t\": \"',"
          + " REPEAT('%1$d中😀', 9000), '\"}'),"
          + " ST_GeomFromText(CONCAT('MULTIPOINT(', REPEAT('1 %1$d,', 2000), '3 4)'), 0),"
          + " 18446744073709551615, -3.4e38, '2023-02-31', 'small ''%1$d''')";

  private static SinkFixture filled(MySqlRelease release, String keys) throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(release));
    fixture.start();
    fixture.execute(
        "SET sql_mode = 'ALLOW_INVALID_DATES'",
        "CREATE TABLE s " + COLUMNS + keys + ")",
        "CREATE TABLE t LIKE s",
        "INSERT INTO s VALUES " + VALUES.formatted(1) + ", " + VALUES.formatted(2),
        "INSERT INTO s (id, c) VALUES (3, 'null')");
    return fixture;
  }

  @ParameterizedTest
  @EachRelease
  void areWrittenToTablesWithKeys(MySqlRelease release) throws Exception {
    SinkFixture fixture = filled(release, ", PRIMARY KEY (id), UNIQUE KEY other (c)");
    TableDefinition target = SinkFixture.renamed(fixture.definition("s"), fixture.id("t"));
    List<Row> rows = fixture.rows(fixture.definition("s"));
    assertThat(rows).hasSize(3);
    Row first = rows.get(0);
    Row second = rows.get(1);

    fixture.write(rows.stream().map(r -> new RowInsert(target, r)).toArray(TableChange[]::new));
    assertThat(fixture.rows(target)).containsExactlyInAnyOrderElementsOf(rows);
    fixture.write(new RowDelete(target, rows.get(2)));

    fixture.write(new RowUpdate(target, first, with(second, 0, 1L, 9, "again")));
    assertThat(fixture.rows(target))
        .containsExactlyInAnyOrder(with(second, 0, 1L, 9, "again"), second);

    Row moved = with(first, 0, 7L, 9, "moved");
    fixture.write(new RowUpdate(target, second, moved));
    assertThat(fixture.rows(target))
        .containsExactlyInAnyOrder(with(second, 0, 1L, 9, "again"), moved);

    // Its value of the other key is that of a row that must not be overwritten.
    assertThatThrownBy(() -> fixture.write(new RowInsert(target, with(first, 0, 8L, 9, "moved"))))
        .isInstanceOf(ChangeRejectedException.class)
        .hasMessageContaining("'other'");

    fixture.write(new RowDelete(target, moved));
    assertThat(fixture.rows(target)).containsExactly(with(second, 0, 1L, 9, "again"));
  }

  @ParameterizedTest
  @EachRelease
  void tellTheRowsOfTablesWithoutKeysApart(MySqlRelease release) throws Exception {
    SinkFixture fixture = filled(release, "");
    TableDefinition target = SinkFixture.renamed(fixture.definition("s"), fixture.id("t"));
    List<Row> rows = new ArrayList<>(fixture.rows(fixture.definition("s")));
    // It differs in the last character only.
    rows.add(with(rows.get(0), 1, rows.get(0).value(1) + "A"));
    rows.add(with(rows.get(0), 1, rows.get(0).value(1) + "a"));

    for (Row row : rows) {
      fixture.write(new RowInsert(target, row));
    }
    fixture.changeAndDelete(target, rows, row -> with(row, 9, "changed"));
  }

  @ParameterizedTest
  @EachRelease
  void areNoReasonToReadEscapesOfTheDriver(MySqlRelease release) throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(release));
    fixture.start();
    fixture.execute(
        "CREATE TABLE t (`order#` INT PRIMARY KEY, `it's` TEXT, `a -- b` TEXT, b LONGBLOB)");
    TableDefinition table = fixture.definition("t");
    String escapes = "first\nuse {fn now()}, {d '2020-01-01'} and {fn no such} {x} ok";
    byte[] bytes = new byte[2 * SqlText.LONG];

    fixture.write(new RowInsert(table, Row.of(1L, escapes, escapes, bytes)));
    assertThat(fixture.rows(table)).containsExactly(Row.of(1L, escapes, escapes, bytes));
  }

  @ParameterizedTest
  @EachRelease
  void areSentOverConnectionsOfAnApplication(MySqlRelease release) throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(release));
    fixture.start();
    fixture.execute("CREATE TABLE t (id INT PRIMARY KEY, x LONGTEXT, s VARCHAR(20))");
    TableDefinition table = fixture.definition("t");
    MysqlDataSource caching = new MysqlDataSource();
    caching.setUrl(fixture.server().jdbcUrl(""));
    caching.setUser(fixture.server().username());
    caching.setPassword(fixture.server().password());
    caching.setUseServerPrepStmts(true);
    caching.setCachePrepStmts(true);
    List<Row> rows = new ArrayList<>();
    MySqlSink sink =
        MySqlSink.builder().dataSource(caching).ledgerDatabase(fixture.ledger()).build();
    try (LaneWriter<TableChange> lane = sink.openLane(fixture.run(), 0)) {
      for (int i = 0; i < 3; i++) {
        rows.add(Row.of((long) i, "é中😀".repeat(SqlText.LONG) + i, "{d 'x'}"));
        lane.write(List.of(new RowInsert(table, rows.get(i))));
      }
      lane.commit(Map.of(SinkFixture.STREAM, "after"));
    }
    assertThat(fixture.rows(table)).containsExactlyInAnyOrderElementsOf(rows);

    MySqlSink other =
        MySqlSink.builder().dataSource(strange(caching)).ledgerDatabase(fixture.ledger()).build();
    assertThatThrownBy(() -> other.openLane(fixture.run(), 0))
        .isExactlyInstanceOf(SyncException.class)
        .hasMessageContaining("Connector/J");
  }

  /** A data source whose connections do not tell that they are the driver's. */
  private static DataSource strange(DataSource dataSource) {
    return proxy(
        DataSource.class,
        (method, arguments) -> {
          Object made = method.invoke(dataSource, arguments);
          return made instanceof Connection connection ? strange(connection) : made;
        });
  }

  private static Connection strange(Connection connection) {
    return proxy(
        Connection.class,
        (method, arguments) ->
            switch (method.getName()) {
              case "isWrapperFor" -> false;
              case "unwrap" -> throw new SQLException("It is no wrapper.");
              default -> method.invoke(connection, arguments);
            });
  }

  private interface Call {
    @Nullable Object of(Method method, Object... arguments) throws Exception;
  }

  private static <T> T proxy(Class<T> type, Call call) {
    Object made =
        Proxy.newProxyInstance(
            LongValuesIT.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              try {
                return call.of(method, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
    return type.cast(made);
  }

  @ParameterizedTest
  @EachRelease
  void areRefusedIfTheServerDoesNotTakeThem(MySqlRelease release) throws Exception {
    try (MySqlServer server =
        MySqlServer.builder(release).option("max_allowed_packet", "4194304").start()) {
      SinkFixture fixture = new SinkFixture(server);
      fixture.start();
      fixture.execute("CREATE TABLE t (id INT PRIMARY KEY, b LONGBLOB, x VARCHAR(20))");
      TableDefinition table = fixture.definition("t");
      RowInsert tooLarge = new RowInsert(table, Row.of(99L, new byte[5_000_000], "canary-5150"));

      boolean canBeSet = Feature.LONG_DATA_LIMIT_CAN_BE_SET.isIn(release);
      assertThatThrownBy(() -> fixture.write(tooLarge))
          .isInstanceOf(ChangeRejectedException.class)
          .hasMessageContaining(
              canBeSet
                  ? "SET GLOBAL max_allowed_packet = 5242880"
                  : "Set max_allowed_packet = 5242880 in the target's configuration")
          .hasMessageContaining("'" + table.id() + "'")
          .hasMessageNotContaining("canary-5150");
      if (!canBeSet) {
        return;
      }

      fixture.execute("SET GLOBAL max_allowed_packet = 5242880");
      fixture.write(tooLarge);
      assertThat(fixture.ask("SELECT LENGTH(b) FROM t WHERE id = 99")).containsExactly("5000000");
    }
  }
}
