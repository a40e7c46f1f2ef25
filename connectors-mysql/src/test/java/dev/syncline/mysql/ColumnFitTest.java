package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.ValueKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnFitTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "int(11) | int",
        "int unsigned | bigint",
        "tinyint | int",
        "decimal(10,2) | decimal(12,4)",
        "varchar(20) | varchar(20)",
        "varchar(20) | tinytext",
        "char(5) | varchar(5)",
        "text | longtext",
        "binary(4) | varbinary(4)",
        "datetime(3) | datetime(6)",
        "enum('a','b') | enum('b','a','c')",
        "json | longtext",
        "point | geometry",
        "bit(3) | bit(8)"
      })
  void takesWhatHoldsEveryValue(String source, String target) {
    assertThat(ColumnFit.obstacle(column(source, false), look(target, false))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bigint | int",
        "int | int unsigned",
        "int unsigned | int",
        "decimal(10,2) | decimal(11,4)",
        "decimal(10,2) | decimal(10,1)",
        "varchar(20) | varchar(19)",
        "varchar(20) | char(20)",
        "varchar(100) | tinytext",
        "longtext | text",
        "varbinary(4) | binary(4)",
        "datetime(6) | datetime",
        "datetime | timestamp",
        "float | double",
        "enum('a','b') | enum('a')",
        "int | varchar(20)",
        "geometry | point",
        "int | inet6"
      })
  void refusesWhatDoesNot(String source, String target) {
    assertThat(ColumnFit.obstacle(column(source, false), look(target, false)).orElse(""))
        .contains("'" + source + "' at the source, but '" + target + "' at the target");
  }

  @Test
  void refusesNullWhereTheTargetDoesNotTakeIt() {
    assertThat(ColumnFit.obstacle(column("int", true), look("int", false))).isPresent();
    assertThat(ColumnFit.obstacle(column("int", true), look("int", true))).isEmpty();
  }

  private static Column column(String type, boolean nullable) {
    // Only the words of the type matter here.
    ColumnType columnType = ColumnType.of(ValueKind.TEXT, type);
    return new Column("c", columnType, nullable, Column.Origin.WRITTEN);
  }

  private static TableLook.ColumnLook look(String type, boolean nullable) {
    return new TableLook.ColumnLook("c", type, "", nullable, true, false);
  }
}
