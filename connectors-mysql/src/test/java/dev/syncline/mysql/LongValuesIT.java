package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.ChangeRejectedException;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
  @EnumSource
  void areWrittenToTablesWithKeys(MySqlRelease release) throws Exception {
    SinkFixture fixture = filled(release, ", PRIMARY KEY (id), UNIQUE KEY other (c)");
    TableDefinition target = SinkFixture.renamed(fixture.definition("s"), fixture.id("t"));
    List<Row> rows = fixture.rows(fixture.definition("s"));
    assertThat(rows).hasSize(3);
    Row first = rows.get(0);
    Row second = rows.get(1);

    fixture.write(new RowInsert(target, first), new RowInsert(target, second));
    assertThat(fixture.rows(target)).containsExactlyInAnyOrder(first, second);

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
  @EnumSource
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
    assertThat(fixture.rows(target)).containsExactlyInAnyOrderElementsOf(rows);

    List<Row> left = new ArrayList<>(rows);
    for (Row row : rows) {
      Row changed = with(row, 9, "changed");
      fixture.write(new RowUpdate(target, row, changed));
      left.remove(row);
      left.add(changed);
      assertThat(fixture.rows(target)).containsExactlyInAnyOrderElementsOf(left);
    }
    for (Row row : List.copyOf(left)) {
      fixture.write(new RowDelete(target, row));
      left.remove(row);
      assertThat(fixture.rows(target)).containsExactlyInAnyOrderElementsOf(left);
    }
  }

  /** A row with other values in some columns. */
  private static Row with(Row row, Object... ordinalsAndValues) {
    Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.value(i);
    }
    for (int i = 0; i < ordinalsAndValues.length; i += 2) {
      values[(Integer) ordinalsAndValues[i]] = ordinalsAndValues[i + 1];
    }
    return Row.of(values);
  }
}
