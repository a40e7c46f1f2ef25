package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.LaneWriter;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows are found by keys of every type, at their edges, when the keys stand in the statement. */
class WrittenOutKeysIT {

  private static final List<MySqlRangesIT.Key> FLOATING =
      List.of(
          new MySqlRangesIT.Key(
              "DOUBLE", "-1.7976931348623157e308", "-0.1", "0", "4.9e-324", "0.1", "1e17"),
          new MySqlRangesIT.Key("BIT(12)", "b'0'", "b'1'", "b'111111111111'"));

  static Stream<Arguments> keysOnServers() {
    Stream<Arguments> floating =
        MySqlRelease.selected().stream()
            .flatMap(release -> FLOATING.stream().map(key -> Arguments.of(release, key)));
    return Stream.concat(MySqlRangesIT.keysOnServers(), floating);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("keysOnServers")
  @Tag(EachRelease.TAG)
  void rowsAreFoundByTheirKeys(MySqlRelease release, MySqlRangesIT.Key key) throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(release));
    fixture.start();
    fixture.execute(
        "CREATE TABLE one (k %s NOT NULL PRIMARY KEY, n INT) DEFAULT CHARSET=utf8mb4"
            .formatted(key.type()),
        "CREATE TABLE two (k %s NOT NULL, n INT, PRIMARY KEY (k, n)) DEFAULT CHARSET=utf8mb4"
            .formatted(key.type()));
    List<String> rows = new ArrayList<>();
    // Label 0 of an ENUM is the error value, which no sink writes.
    key.values().stream()
        .filter(value -> !key.type().startsWith("ENUM") || !value.equals("0"))
        .forEach(value -> rows.add("(" + value + ", " + rows.size() + ")"));
    for (String table : List.of("one", "two")) {
      fixture.execute(
          "SET SESSION sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00'",
          "INSERT INTO " + table + " VALUES " + String.join(", ", rows));
      overwriteAndDelete(fixture, fixture.definition(table), rows.size());
    }
  }

  private static void overwriteAndDelete(SinkFixture fixture, TableDefinition table, int count)
      throws Exception {
    List<Row> rows = fixture.rows(table);
    assertThat(rows).hasSize(count);
    List<TableChange> updates = new ArrayList<>();
    List<TableChange> deletes = new ArrayList<>();
    for (Row row : rows) {
      updates.add(new RowUpdate(table, row, row));
      deletes.add(new RowDelete(table, row));
    }
    try (LaneWriter<TableChange> lane = fixture.sink().openLane(fixture.run(), 0)) {
      lane.write(updates);
      lane.commit(Map.of(SinkFixture.STREAM, "overwritten"));
      assertThat(fixture.rows(table)).containsExactlyInAnyOrderElementsOf(rows);

      lane.write(deletes);
      lane.commit(Map.of(SinkFixture.STREAM, "deleted"));
      assertThat(fixture.rows(table)).isEmpty();
    }
  }
}
