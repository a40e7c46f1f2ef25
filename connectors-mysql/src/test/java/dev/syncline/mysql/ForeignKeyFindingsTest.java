package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.ValueKind;
import dev.syncline.mysql.TableLook.ColumnLook;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForeignKeyFindingsTest {

  @ParameterizedTest
  @CsvSource({
    "int(11), '', int, '', true",
    "int, '', bigint, '', false",
    "int(10) unsigned, '', int, '', false",
    "INT UNSIGNED, '', int(10) unsigned zerofill, '', true",
    "varchar(9), utf8_bin, varchar(20), utf8mb3_bin, true",
    "varchar(9), utf8mb4_bin, varchar(9), utf8mb4_general_ci, false",
    "datetime(6), '', timestamp, '', true",
  })
  void integersAndTextsMustBeAlike(
      String type, String collation, String other, String otherCollation, boolean alike) {
    Column column =
        new Column(
            "c", new ColumnType(ValueKind.TEXT, type, "", collation), true, Column.Origin.WRITTEN);

    assertThat(
            ForeignKeyFindings.canRefer(
                column, new ColumnLook("p", other, otherCollation, true, true, false)))
        .isEqualTo(alike);
  }
}
