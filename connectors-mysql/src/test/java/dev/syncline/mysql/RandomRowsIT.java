package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Tables and rows made by chance: what the log says of a row is what the server returns for it, and
 * all of it, whatever stands beside it.
 */
@Tag("surroundings")
class RandomRowsIT {

  private static final int TABLES = Integer.getInteger("syncline.kills", 30);
  private static final int MOST_COLUMNS = 40;
  private static final int ROWS = 20;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @ParameterizedTest
  @EachRelease
  void logAndServerAgree(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    String database = server.createDatabase("random_rows");
    try (Connection lenient = TestTables.lenient(server, database);
        Connection strict = TestTables.strict(server, database)) {
      for (int i = 0; i < TABLES; i++) {
        compare(server, lenient, strict, "t" + i);
      }
    }
  }

  private void compare(MySqlServer server, Connection lenient, Connection strict, String name)
      throws Exception {
    String what = "seed " + seed + ", table " + name;
    List<RandomColumn> columns = new ArrayList<>();
    for (int i = random.nextInt(MOST_COLUMNS); i >= 0; i--) {
      columns.add(RandomColumn.of(server.release(), random));
    }
    TestTables.execute(lenient, create(name, columns));
    TableDefinition table = TestTables.describe(strict, lenient.getCatalog(), name);
    RawBinlog.Place start = RawBinlog.end(server);
    for (int row = 0; row < ROWS; row++) {
      TestTables.execute(lenient, insert(name, row, columns));
    }
    List<Row> rows = TestTables.read(strict, table);
    TestTables.execute(lenient, "UPDATE " + name + " SET id = id + " + ROWS + " ORDER BY id");
    List<Row> moved = TestTables.read(strict, table);
    TestTables.execute(lenient, "DELETE FROM " + name + " ORDER BY id");

    List<TableChange> changes = TestTables.changes(server, start, table, JsonNumbers.of(strict));
    List<TableChange> expected = new ArrayList<>();
    rows.forEach(row -> expected.add(new RowInsert(table, row)));
    for (int row = 0; row < ROWS; row++) {
      expected.add(new RowUpdate(table, rows.get(row), moved.get(row)));
    }
    moved.forEach(row -> expected.add(new RowDelete(table, row)));
    assertThat(rows).as(what).hasSize(ROWS);
    assertThat(changes).as(what).isEqualTo(expected);
  }

  private static String create(String name, List<RandomColumn> columns) {
    StringJoiner declared = new StringJoiner(", ", "(", ")");
    declared.add("id INT PRIMARY KEY");
    for (int i = 0; i < columns.size(); i++) {
      declared.add("c" + i + " " + columns.get(i).declaration());
    }
    return "CREATE TABLE " + name + " " + declared;
  }

  private String insert(String name, int row, List<RandomColumn> columns) {
    StringJoiner values = new StringJoiner(", ", "(", ")");
    values.add(Integer.toString(row));
    for (RandomColumn column : columns) {
      values.add(column.values().apply(random));
    }
    return "INSERT INTO " + name + " VALUES " + values;
  }
}
