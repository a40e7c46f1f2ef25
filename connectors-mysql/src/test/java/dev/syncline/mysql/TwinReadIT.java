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
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Reads every type at its edges by SQL and from the binary log of real servers, and writes it back:
 * both readers see the expected value, and the server sees no difference in what was written.
 */
@Tag("surroundings")
class TwinReadIT {

  @ParameterizedTest
  @EachRelease
  void snapshotAndStreamSeeTheSameValues(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    String database = server.createDatabase("twin");
    SoftAssertions softly = new SoftAssertions();
    try (Connection lenient = TestTables.lenient(server, database);
        Connection strict = TestTables.strict(server, database);
        Connection fetching = TestTables.fetching(server, database)) {
      for (Twin twin : Twin.create(lenient, database, TypeSamples.of(release))) {
        RawBinlog.Place start = RawBinlog.end(server);
        twin.fill(lenient, release, 0);
        List<Row> snapshot = TestTables.read(strict, twin.table());
        softly
            .assertThat(TestTables.read(fetching, twin.table()))
            .describedAs("rows of a cursor")
            .isEqualTo(snapshot);
        String name = twin.table().id().name();
        TestTables.execute(lenient, "UPDATE " + name + " SET id = id + 1000 ORDER BY id");
        TestTables.execute(lenient, "DELETE FROM " + name + " ORDER BY id");
        List<TableChange> changes =
            TestTables.changes(server, start, twin.table(), JsonNumbers.of(strict));

        compare(softly, twin, snapshot, changes);
      }
    }
    softly.assertAll();
  }

  @ParameterizedTest
  @EachRelease
  void whatIsWrittenBackIsEqualToTheServer(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    String database = server.createDatabase("back");
    SoftAssertions softly = new SoftAssertions();
    try (Connection lenient = TestTables.lenient(server, database);
        Connection strict = TestTables.strict(server, database)) {
      for (Twin twin : Twin.create(lenient, database, TypeSamples.of(release))) {
        twin.fill(lenient, release, 0);
        TestTables.execute(strict, "CREATE TABLE back LIKE " + twin.table().id().name());
        for (Row row : TestTables.read(strict, twin.table())) {
          TestTables.insert(strict, twin.table(), row, "back");
        }

        softly.assertThat(differences(strict, twin)).describedAs("came back changed").isEmpty();
        TestTables.execute(strict, "DROP TABLE back");
      }
    }
    softly.assertAll();
  }

  /** So that no sample is left out which the server has. */
  @ParameterizedTest
  @EachRelease
  void theServerHasNoOtherTypes(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    String database = server.createDatabase("unknown");
    try (Connection connection = TestTables.lenient(server, database)) {
      for (String type : TypeSamples.typesUnknownTo(release)) {
        assertThatThrownBy(
                () -> TestTables.execute(connection, "CREATE TABLE t (v " + type + ")"), type)
            .isInstanceOf(SQLException.class);
      }
    }
  }

  @ParameterizedTest
  @EachRelease
  void theErrorValueOfEnumIsReadButNotWritten(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    String database = server.createDatabase("enum_error");
    try (Connection lenient = TestTables.lenient(server, database);
        Connection strict = TestTables.strict(server, database)) {
      TestTables.execute(lenient, "CREATE TABLE e (id INT PRIMARY KEY, v ENUM('a','b'))");
      TableDefinition table = TestTables.describe(strict, database, "e");
      RawBinlog.Place start = RawBinlog.end(server);
      TestTables.execute(lenient, "INSERT INTO e VALUES (1, 'none of them')");
      Row row = Row.of(1L, "");

      assertThat(TestTables.read(strict, table)).containsExactly(row);
      assertThat(TestTables.changes(server, start, table, JsonNumbers.SHORTEST))
          .containsExactly(new RowInsert(table, row));
      assertThatThrownBy(() -> TestTables.insert(strict, table, row, "e"))
          .isInstanceOf(ChangeRejectedException.class)
          .hasMessageContaining("column 'v'")
          .hasMessageContaining(table.id().toString());
    }
  }

  private static void compare(
      SoftAssertions softly, Twin twin, List<Row> snapshot, List<TableChange> changes) {
    int rows = twin.rows();
    assertThat(snapshot).hasSize(rows);
    assertThat(changes).hasSize(3 * rows);
    for (int row = 0; row < rows; row++) {
      Row read = snapshot.get(row);
      Row after = ((RowInsert) changes.get(row)).after();
      RowUpdate update = (RowUpdate) changes.get(rows + row);
      for (int i = 0; i < twin.samples().size(); i++) {
        String what = twin.describe(i, row);
        Object expected = twin.expected(i, row);
        if (expected != TypeSamples.WHATEVER) {
          softly.assertThat(read.value(i + 1)).describedAs("snapshot, " + what).isEqualTo(expected);
        }
        softly
            .assertThat(after.value(i + 1))
            .describedAs("stream, " + what)
            .isEqualTo(read.value(i + 1));
      }
      if (after.equals(read)) {
        softly.assertThat(update.before()).describedAs("row %d before", row).isEqualTo(after);
        softly
            .assertThat(((RowDelete) changes.get(2 * rows + row)).before())
            .describedAs("row %d deleted", row)
            .isEqualTo(update.after());
        softly.assertThat(update.after().value(0)).isEqualTo(row + 1000L);
        softly.assertThat(withId(update.after(), row)).isEqualTo(after);
      }
    }
  }

  private static Row withId(Row row, long id) {
    Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i == 0 ? (Object) id : row.value(i);
    }
    return Row.wrap(values);
  }

  /** What the server thinks is different. */
  private static List<String> differences(Connection connection, Twin twin) throws SQLException {
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < twin.samples().size(); i++) {
      if (!twin.samples().get(i).isExact()) {
        continue;
      }
      String compared = twin.printed(i);
      String sql =
          ("SELECT a.id FROM %s a LEFT JOIN back b ON a.id = b.id"
                  + " WHERE b.id IS NULL OR NOT (%s <=> %s)")
              .formatted(
                  twin.table().id().name(),
                  compared.formatted("a.v" + i),
                  compared.formatted("b.v" + i));
      try (Statement statement = connection.createStatement();
          ResultSet results = statement.executeQuery(sql)) {
        while (results.next()) {
          differences.add(twin.describe(i, results.getInt(1)));
        }
      }
    }
    return differences;
  }
}
