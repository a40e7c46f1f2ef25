package dev.syncline.mysql;

import static dev.syncline.testkit.server.MySqlRelease.Family.MARIADB;
import static dev.syncline.testkit.server.MySqlRelease.Family.MYSQL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reads tables of unusual shape from the binary log of real servers. */
class RowShapesIT {

  @ParameterizedTest
  @EachRelease
  void readsGeneratedColumns(MySqlRelease release) throws Exception {
    String table =
        "(id INT PRIMARY KEY, a INT, v INT AS (a + 1) VIRTUAL, s VARCHAR(20) AS (CONCAT('s', a))"
            + " STORED, z INT NOT NULL)";
    if (release.family() == MYSQL && !Feature.GENERATED_COLUMNS.isIn(release)) {
      assertThatThrownBy(() -> new Fixture(release, table)).isInstanceOf(SQLException.class);
      return;
    }
    try (Fixture fixture = new Fixture(release, table)) {
      fixture.execute("INSERT INTO t (id, a, z) VALUES (1, 10, 5), (2, NULL, 6)");
      assertThat(fixture.snapshot().get(0)).isEqualTo(Row.of(1L, 10L, 11L, "s10", 5L));
      List<Row> snapshot = fixture.snapshot().stream().map(r -> logged(release, r)).toList();
      fixture.execute("UPDATE t SET a = 20 WHERE id = 1", "DELETE FROM t WHERE id = 2");
      Row updated = logged(release, fixture.snapshot().get(0));

      assertThat(fixture.changes())
          .containsExactly(
              new RowInsert(fixture.table, snapshot.get(0)),
              new RowInsert(fixture.table, snapshot.get(1)),
              new RowUpdate(fixture.table, snapshot.get(0), updated),
              new RowDelete(fixture.table, snapshot.get(1)));
    }
  }

  /** A row as the log has it: some do not compute its virtual column. */
  private static Row logged(MySqlRelease release, Row row) {
    return Feature.VIRTUAL_COLUMNS_IN_LOG.isIn(release)
        ? row
        : Row.of(row.value(0), row.value(1), null, row.value(3), row.value(4));
  }

  @ParameterizedTest
  @EachRelease
  void readsYearsBetweenSignedAndUnsignedNumbers(MySqlRelease release) throws Exception {
    String table =
        "(id INT PRIMARY KEY, y YEAR, u INT UNSIGNED, f FLOAT UNSIGNED, b BIT(3), s INT, y2 YEAR,"
            + " d DECIMAL(5,1) UNSIGNED, w BIGINT UNSIGNED, t TINYINT)";
    try (Fixture fixture = new Fixture(release, table)) {
      fixture.execute(
          "INSERT INTO t VALUES (-1, 2000, 4294967295, 1, 1, -1, 1901, 1, 18446744073709551615,"
              + " -1)");

      assertThat(fixture.changes())
          .containsExactly(new RowInsert(fixture.table, fixture.snapshot().get(0)));
    }
  }

  @ParameterizedTest
  @EachRelease
  void readsManyColumnsAndManyRows(MySqlRelease release) throws Exception {
    StringJoiner columns = new StringJoiner(", ", "(id INT PRIMARY KEY, ", ")");
    StringJoiner values = new StringJoiner(", ");
    for (int i = 0; i < 300; i++) {
      columns.add("c" + i + (i % 3 == 0 ? " INT" : " TINYINT NOT NULL"));
      values.add(i % 6 == 0 ? "NULL" : Integer.toString(i % 100));
    }
    try (Fixture fixture = new Fixture(release, columns.toString())) {
      StringJoiner rows = new StringJoiner(", ");
      for (int id = 0; id < 50; id++) {
        rows.add("(" + id + ", " + values + ")");
      }
      fixture.execute("INSERT INTO t VALUES " + rows);

      List<TableChange> inserted =
          fixture.snapshot().stream()
              .<TableChange>map(row -> new RowInsert(fixture.table, row))
              .toList();
      assertThat(inserted).hasSize(50);
      assertThat(fixture.changes()).isEqualTo(inserted);
    }
  }

  @ParameterizedTest
  @EachRelease
  void refusesRowsOfATableThatWasChangedUnseen(MySqlRelease release) throws Exception {
    List<String> changes =
        List.of(
            "ADD COLUMN c INT",
            "DROP COLUMN b",
            "MODIFY a INT AFTER b",
            "MODIFY a BIGINT",
            "MODIFY b VARCHAR(11)",
            "MODIFY a INT NOT NULL");
    for (String change : changes) {
      try (Fixture fixture = new Fixture(release, "(id INT PRIMARY KEY, a INT, b VARCHAR(10))")) {
        fixture.execute("ALTER TABLE t " + change, "INSERT INTO t (id, a) VALUES (1, 1)");

        assertThatThrownBy(fixture::changes)
            .describedAs(change)
            .isInstanceOf(UnsupportedChangeException.class)
            .hasMessageContaining("'" + fixture.table.id() + "'");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = MySqlRelease.class,
      names = {"MYSQL_8_0", "MARIADB_10_11"})
  void refusesWhatOnlyFullMetadataShows(MySqlRelease release) throws Exception {
    for (String change : List.of("RENAME COLUMN a TO c", "MODIFY a INT UNSIGNED")) {
      try (Fixture fixture = new Fixture(release, "(id INT PRIMARY KEY, a INT, b INT)")) {
        fixture.execute("ALTER TABLE t " + change, "INSERT INTO t (id) VALUES (1)");

        assertThatThrownBy(fixture::changes)
            .describedAs(change)
            .isInstanceOf(UnsupportedChangeException.class)
            .hasMessageContaining("'" + fixture.table.id() + "'");
      }
    }
  }

  @Test
  void readsInvisibleColumnsAndFunctionalIndexes() throws Exception {
    String table = "(id INT PRIMARY KEY, a INT INVISIBLE, b INT, UNIQUE KEY ((b + 1)))";
    try (Fixture fixture = new Fixture(MySqlRelease.MYSQL_8_0, table)) {
      fixture.execute("INSERT INTO t (id, a, b) VALUES (1, 2, 3)");

      assertThat(fixture.changes())
          .containsExactly(new RowInsert(fixture.table, Row.of(1L, 2L, 3L)));
      assertThat(fixture.snapshot()).containsExactly(Row.of(1L, 2L, 3L));
    }
  }

  @Test
  void readsMariaDbsInvisibleColumns() throws Exception {
    String table = "(id INT PRIMARY KEY, a INT INVISIBLE, b TEXT)";
    try (Fixture fixture = new Fixture(MySqlRelease.MARIADB_10_11, table)) {
      fixture.execute("INSERT INTO t (id, a, b) VALUES (1, 2, 'x')");

      assertThat(fixture.changes())
          .containsExactly(new RowInsert(fixture.table, Row.of(1L, 2L, "x")));
    }
  }

  @Test
  void refusesTheHiddenColumnsOfMariaDbsLongUniqueKeys() throws Exception {
    try (Fixture fixture =
        new Fixture(MySqlRelease.MARIADB_10_11, "(id INT PRIMARY KEY, b TEXT, UNIQUE KEY (b))")) {
      fixture.execute("INSERT INTO t VALUES (1, 'x')");

      assertThatThrownBy(fixture::changes)
          .isInstanceOf(UnsupportedChangeException.class)
          .hasMessageContaining("hidden column");
    }
  }

  /** A table and what happens to it. */
  private static final class Fixture implements AutoCloseable {

    private final MySqlServer server;
    private final Connection connection;
    private final RawBinlog.Place start;
    private final TableDefinition table;

    Fixture(MySqlRelease release, String columns) throws Exception {
      server = MySqlServer.shared(release);
      String database = server.createDatabase("shapes");
      connection = TestTables.strict(server, database);
      String persistent = release.family() == MARIADB ? Dialect.of(release, columns) : columns;
      TestTables.execute(connection, "CREATE TABLE t " + persistent);
      table = TestTables.describe(connection, database, "t");
      start = RawBinlog.end(server);
    }

    void execute(String... statements) throws Exception {
      for (String statement : statements) {
        TestTables.execute(connection, statement);
      }
    }

    List<Row> snapshot() throws Exception {
      return TestTables.read(connection, table);
    }

    List<TableChange> changes() throws Exception {
      return TestTables.changes(server, start, table, JsonNumbers.of(connection));
    }

    @Override
    public void close() throws SQLException {
      connection.close();
    }
  }
}
