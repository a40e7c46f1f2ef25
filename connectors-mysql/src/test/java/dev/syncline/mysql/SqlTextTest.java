package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.change.Row;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SqlTextTest {

  private static SqlText insert(Row row) {
    List<Integer> ordinals = IntStream.range(0, row.size()).boxed().toList();
    TableDefinition definition =
        new TableDefinition(
            new TableId("d", "t"),
            ordinals.stream().map(i -> Images.column("c" + i, "mediumblob", "")).toList(),
            List.of());
    TargetTable table =
        new TargetTable(
            definition,
            definition.id(),
            ordinals,
            List.of(),
            List.of(),
            Set.of(),
            List.of(),
            false);
    SqlText.Builder sql = new SqlText.Builder(table);
    ordinals.forEach(i -> sql.append(row, i));
    return sql.build();
  }

  private static Row row(int columns, int bytes) {
    Object[] values = new Object[columns];
    Arrays.fill(values, new byte[bytes]);
    return Row.of(values);
  }

  @Test
  void longValuesAreNotInTheText() {
    assertThat(insert(row(1, SqlText.LONG)).longValues()).hasSize(1);
    assertThat(insert(row(1, SqlText.LONG - 1)).longValues()).isEmpty();
  }

  @Test
  void norAreTheValuesOfALargeRow() {
    SqlText large = insert(row(400, SqlText.LONG - 1));

    assertThat(large.longValues()).hasSize(400);
    assertThat(large.sql()).hasSizeLessThan(1_000);
    assertThat(insert(row(400, SqlText.LONG_IN_LARGE_ROW - 1)).longValues()).isEmpty();
  }

  @Test
  void showsNoValues() {
    assertThat(insert(row(2, 4))).hasToString("SQL of 22 characters and 0 long values");
  }
}
