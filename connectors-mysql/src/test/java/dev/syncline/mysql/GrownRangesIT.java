package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SnapshotReader;
import dev.syncline.TransientException;
import dev.syncline.change.KeyRange;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;

/** A range may wait before it is read, and must not be read whatever has come to it meanwhile. */
class GrownRangesIT {

  @ParameterizedTest
  @EachRelease
  void aRangeThatHasBecomeTooLargeIsCutAnew(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    source.execute("CREATE TABLE t (id INT PRIMARY KEY, b LONGBLOB)");
    insert(source, 1, 3, 10);
    TableDefinition table = source.definition("t");
    try (SnapshotReader reader = source.reader()) {
      KeyRange range = reader.nextRange(table, KeyRange.ALL, 1_000);
      assertThat(range).isEqualTo(KeyRange.ALL);
      insert(source, 4, 10, 1 << 20);
      assertThat(reader.readRange(table, range).rows()).hasSize(10);
      insert(source, 11, 20, 1 << 20);

      assertThatThrownBy(() -> reader.readRange(table, range))
          .isInstanceOf(TransientException.class)
          .hasMessageContaining("'" + table.id() + "'")
          .hasMessageContaining("3 rows");
    }

    List<Object> ids = new ArrayList<>();
    try (SnapshotReader reader = source.reader()) {
      KeyRange rest = KeyRange.ALL;
      do {
        KeyRange range = reader.nextRange(table, rest, 1_000);
        assertThat(reader.bytesOfRange()).isBetween(1L, RowSizes.RANGE_BYTES);
        reader.readRange(table, range).rows().forEach(row -> ids.add(row.row().value(0)));
        rest = new KeyRange(range.upTo(), KeyRange.OPEN);
      } while (!rest.equals(KeyRange.ALL));
    }
    assertThat(ids).isEqualTo(LongStream.rangeClosed(1, 20).boxed().toList());
  }

  @ParameterizedTest
  @EachRelease
  void aLastRowThatFillsARangeIsRead(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    source.execute("CREATE TABLE t (id INT PRIMARY KEY, a LONGBLOB, b LONGBLOB, c LONGBLOB)");
    String bytes = "REPEAT('x', " + (3 << 20) + ")";
    source.execute("INSERT INTO t VALUES (1, %1$s, %1$s, %1$s)".formatted(bytes));
    TableDefinition table = source.definition("t");

    try (SnapshotReader reader = source.reader()) {
      assertThat(reader.nextRange(table, KeyRange.ALL, 1_000).upTo()).isEqualTo("=1");
      assertThat(reader.bytesOfRange()).isGreaterThan(RowSizes.RANGE_BYTES);
      KeyRange behind = new KeyRange("=1", KeyRange.OPEN);
      assertThat(reader.nextRange(table, behind, 1_000)).isEqualTo(behind);
    }
  }

  private static void insert(SourceFixture source, int first, int last, int bytes)
      throws SQLException {
    for (int id = first; id <= last; id++) {
      source.execute("INSERT INTO t VALUES (%d, REPEAT('x', %d))".formatted(id, bytes));
    }
  }
}
