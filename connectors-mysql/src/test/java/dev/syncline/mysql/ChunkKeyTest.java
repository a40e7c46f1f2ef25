package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.KeyRange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.ValueKind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkKeyTest {
  private static final TableId TABLE = new TableId("shop", "t`x");
  private static final ColumnType INT = ColumnType.of(ValueKind.INTEGER, "int");
  private static final ColumnType TEXT =
      new ColumnType(ValueKind.TEXT, "varchar(10)", "latin1", "latin1_swedish_ci");

  @Test
  void spellsOutTheComparisonOfACompositeKey() {
    ChunkKey key = ChunkKey.of(table(INT, TEXT)).orElseThrow();

    assertThat(key.select("*", new KeyRange("=1,", "=2,4A")))
        .isEqualTo(
            "SELECT * FROM `shop`.`t``x` FORCE INDEX (`PRIMARY`)"
                + " WHERE (`c0` > 1 OR `c0` = 1 AND `c1` > _latin1 x'')"
                + " AND (`c0` < 2 OR `c0` = 2 AND `c1` <= _latin1 x'4A')"
                + " ORDER BY `c0`, `c1`");
    assertThat(key.probe(KeyRange.ALL, 10))
        .isEqualTo(
            "SELECT `c0`, HEX(`c1`) FROM `shop`.`t``x` FORCE INDEX (`PRIMARY`)"
                + " ORDER BY `c0`, `c1` LIMIT 9, 2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1,4A", "=", "=1", "=1,4A,", "=1,4a", "=1,4", "=x,4A", "=1 OR 1,4A", "=1,4A' --"})
  void refusesWhatIsNoBound(String bound) {
    ChunkKey key = ChunkKey.of(table(INT, TEXT)).orElseThrow();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> key.select("*", new KeyRange(KeyRange.OPEN, bound)))
        .withMessageContaining("'shop.t`x'");
  }

  @Test
  void anEmptyTextIsABoundOfItsOwn() {
    ChunkKey key = ChunkKey.of(table(TEXT)).orElseThrow();

    assertThat(key.select("*", new KeyRange("=", KeyRange.OPEN)))
        .contains("WHERE (`c0` > _latin1 x'')");
  }

  @ParameterizedTest
  @ValueSource(strings = {"float", "double", "bit(8)", "json", "point", "set('a')"})
  void doesNotCutByTypesWithoutAnExactOrder(String type) {
    ValueKind kind = NativeType.parse(type).orElseThrow().base().kind();

    assertThat(ChunkKey.of(table(INT, ColumnType.of(kind, type)))).isEmpty();
  }

  @Test
  void doesNotCutByWhatOnlyAHashIndexHolds() {
    assertThat(ChunkKey.of(table(text("longtext")))).isEmpty();
    assertThat(ChunkKey.of(table(text("varchar(2000)")))).isEmpty();
    assertThat(ChunkKey.of(table(text("varchar(500)"), text("varchar(500)")))).isEmpty();
    assertThat(ChunkKey.of(table(text("varchar(700)")))).isPresent();
  }

  private static ColumnType text(String type) {
    return new ColumnType(ValueKind.TEXT, type, "utf8mb4", "utf8mb4_bin");
  }

  private static TableDefinition table(ColumnType... types) {
    List<Column> columns = new ArrayList<>();
    for (ColumnType type : types) {
      columns.add(new Column("c" + columns.size(), type, false, Column.Origin.WRITTEN));
    }
    List<Integer> ordinals = IntStream.range(0, types.length).boxed().toList();
    return new TableDefinition(
        TABLE,
        columns,
        List.of(new UniqueKey(UniqueKey.PRIMARY, ordinals, UniqueKey.Coverage.COLUMNS)));
  }
}
