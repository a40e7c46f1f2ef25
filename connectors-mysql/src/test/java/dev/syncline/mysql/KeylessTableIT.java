package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.ChangeRejectedException;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;

/** Rows of tables without a key are told apart by all of their values. */
class KeylessTableIT {

  private static final String COLUMNS =
      "(i BIGINT UNSIGNED, de DECIMAL(30,10), f FLOAT, db DOUBLE, b BIT(12), y YEAR, d DATE,"
          + " dt DATETIME(6), ts TIMESTAMP(3) NULL, t TIME(2), c CHAR(9), v VARCHAR(20),"
          + " x TEXT, bi BINARY(4), vb VARBINARY(9), bl BLOB, e ENUM('a','b'), s SET('p','q'),"
          + " j JSON, g GEOMETRY, n INT)";

  private static final String VALUES =
      "(18446744073709551615, 1.1000000000, 1.1, 0.1, b'101000000001', 2001, '2001-02-03',"
          + " '2001-02-03 04:05:06.789012', '2001-02-03 04:05:06.789', '-10:11:12.34', 'a', 'a',"
          + " 'it''s', 'ab', x'00ff27', x'5c00', 'b', 'p,q', '{\"k\": [1, null]}',"
          + " ST_GeomFromText('POINT(1 2)', 0), NULL)";

  @ParameterizedTest
  @EachRelease
  void findsExactlyOneRowWhateverItHolds(MySqlRelease release) throws Exception {
    SinkFixture fixture = started(release);
    fixture.execute(
        "SET sql_mode = 'ALLOW_INVALID_DATES'",
        "CREATE TABLE s " + COLUMNS,
        "CREATE TABLE t " + COLUMNS,
        "INSERT INTO s VALUES " + VALUES,
        "INSERT INTO s (v) VALUES (NULL)",
        "INSERT INTO s SELECT * FROM s WHERE i IS NOT NULL",
        "INSERT INTO s SELECT * FROM s WHERE i IS NOT NULL",
        "UPDATE s SET v = 'A' LIMIT 1",
        "UPDATE s SET v = 'a ' WHERE v = 'a' AND n IS NULL LIMIT 1",
        "INSERT INTO s (d, dt, f) VALUES ('2023-02-31', '0000-00-00', -3.4e38)",
        "INSERT INTO s (j) VALUES ("
            + (Feature.JSON.isIn(release)
                ? "JSON_ARRAY(0.30000000000000004e-5, 1.50, 8.5396e-87))"
                : "'[0.30000000000000004e-5, 1.50, 8.5396e-87]')"));
    TableDefinition source = fixture.definition("s");
    TableDefinition target = SinkFixture.renamed(source, fixture.id("t"));
    assertThat(source.identity()).isEmpty();
    List<Row> rows = fixture.rows(source);

    fixture.write(rows.stream().map(r -> new RowInsert(target, r)).toArray(TableChange[]::new));
    fixture.changeAndDelete(target, rows, row -> SinkFixture.with(row, row.size() - 1, 1L));
  }

  @ParameterizedTest
  @EachRelease
  void refusesAChangeOfARowThatIsNotThere(MySqlRelease release) throws Exception {
    SinkFixture fixture = started(release);
    fixture.execute("CREATE TABLE t (v VARCHAR(20))", "INSERT INTO t VALUES ('a')");
    TableDefinition table = fixture.definition("t");

    Row missing = Row.of("A");
    for (TableChange change :
        List.of(new RowDelete(table, missing), new RowUpdate(table, missing, Row.of("b")))) {
      assertThatThrownBy(() -> fixture.write(change))
          .isInstanceOf(ChangeRejectedException.class)
          .hasMessageContaining("has no key: 0 rows at the target look like it, expected 1");
    }
    assertThat(fixture.ask("SELECT v FROM t")).containsExactly("a");
  }

  @ParameterizedTest
  @EachRelease
  void keepsTheSourcesOrder(MySqlRelease release) throws Exception {
    SinkFixture fixture = started(release);
    fixture.execute("CREATE TABLE t (v INT)");
    TableDefinition table = fixture.definition("t");
    Row one = Row.of(1L);
    Row two = Row.of(2L);

    fixture.write(
        new RowInsert(table, one),
        new RowInsert(table, one),
        new RowUpdate(table, one, two),
        new RowInsert(table, two),
        new RowDelete(table, two),
        new RowUpdate(table, two, one));

    assertThat(fixture.ask("SELECT v FROM t")).containsExactly("1", "1");
  }

  private static SinkFixture started(MySqlRelease release) throws SQLException {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(release));
    fixture.start();
    return fixture;
  }
}
