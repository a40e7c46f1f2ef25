package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.RowInsert;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Reads columns whose dates and times are stored as MySQL stored them before 5.6. */
class OldFormatsIT {

  private static MySqlServer server;

  @BeforeAll
  static void start() {
    server =
        MySqlServer.builder(MySqlRelease.MARIADB_10_11)
            .name("old-formats")
            .option("mysql56_temporal_format", "OFF")
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void readsOldDatesAndTimes() throws Exception {
    String database = server.createDatabase("old");
    try (Connection connection = TestTables.lenient(server, database)) {
      TestTables.execute(
          connection,
          "CREATE TABLE t (id INT PRIMARY KEY, a TIME, b DATETIME, c TIMESTAMP NULL, z INT)");
      TableDefinition table = TestTables.describe(connection, database, "t");
      RawBinlog.Place start = RawBinlog.end(server);
      for (String row :
          List.of(
              "1, '-838:59:59', '0000-00-00 00:00:00', '0000-00-00 00:00:00', 1",
              "2, '-00:00:01', '2023-02-31 23:59:59', '1970-01-01 00:00:01', 2",
              "3, '838:59:59', '9999-12-31 23:59:59', '2038-01-19 03:14:07', 3",
              "4, NULL, NULL, NULL, 4")) {
        TestTables.execute(connection, "INSERT INTO t VALUES (" + row + ")");
      }
      List<TableChange> expected =
          TestTables.read(connection, table).stream()
              .<TableChange>map(row -> new RowInsert(table, row))
              .toList();

      assertThat(expected).hasSize(4);
      assertThat(TestTables.changes(server, start, table, JsonNumbers.SHORTEST))
          .isEqualTo(expected);
    }
  }

  @Test
  void refusesMariaDbsOldFractions() throws Exception {
    String database = server.createDatabase("old");
    try (Connection connection = TestTables.lenient(server, database)) {
      TestTables.execute(connection, "CREATE TABLE t (id INT PRIMARY KEY, a DATETIME(3))");
      TableDefinition table = TestTables.describe(connection, database, "t");
      RawBinlog.Place start = RawBinlog.end(server);
      TestTables.execute(connection, "INSERT INTO t VALUES (1, '2020-01-02 03:04:05.678')");

      assertThatThrownBy(() -> TestTables.changes(server, start, table, JsonNumbers.SHORTEST))
          .isInstanceOf(UnsupportedChangeException.class)
          .hasMessageContaining("column 'a'")
          .hasMessageContaining(table.id().toString());
    }
  }
}
