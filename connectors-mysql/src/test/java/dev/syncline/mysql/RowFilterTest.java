package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.ValueKind;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What conditions say of rows, and what becomes of changes of rows that come in and go out. */
class RowFilterTest {
  static final TableDefinition TABLE =
      new TableDefinition(
          new TableId("shop", "orders"),
          List.of(
              column("id", ColumnType.of(ValueKind.INTEGER, "bigint")),
              column("n", ColumnType.of(ValueKind.INTEGER, "int unsigned")),
              column("price", ColumnType.of(ValueKind.DECIMAL, "decimal(10,2)")),
              column(
                  "name", new ColumnType(ValueKind.TEXT, "varchar(20)", "utf8mb4", "utf8mb4_bin")),
              column("day", ColumnType.of(ValueKind.DATE, "date")),
              column(
                  "city",
                  new ColumnType(ValueKind.TEXT, "varchar(20)", "utf8mb4", "utf8mb4_0900_ai_ci")),
              column("state", ColumnType.of(ValueKind.ENUM, "enum('new','open','Open')")),
              column("weight", ColumnType.of(ValueKind.DOUBLE, "double"))),
          List.of(new UniqueKey(UniqueKey.PRIMARY, List.of(0), UniqueKey.Coverage.COLUMNS)));

  private static Column column(String name, ColumnType type) {
    return new Column(name, type, !name.equals("id"), Column.Origin.WRITTEN);
  }

  private static Row row(long id, @Nullable Object n, Object price, Object name) {
    return Row.of(id, n, price, name, LocalDate.of(2024, 2, 29), "Köln", "new", 0.1);
  }

  private static final Row ROW = row(7, 3L, new BigDecimal("9.50"), "ab ");

  private static String answer(String condition) {
    Object value = RowFilter.parse(condition).compile(TABLE).expression().value(ROW);
    return value == null ? "NULL" : FilterExpression.isTrue(value) ? "true" : "false";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "id = 7 | true",
        "id <> 7 OR n > 3 | false",
        "NOT id = 8 AND n BETWEEN 1 AND 3 | true",
        "! (n IN (1, 2)) && price >= 9.5 | true",
        "n IN (1, NULL) | NULL",
        "NULL = n OR n = 3 | true",
        "name = 'ab' | true",
        "name LIKE 'ab' | false",
        "name LIKE '_b%' AND name NOT LIKE 'A%' | true",
        "name LIKE 'a\\\\b%' AND name LIKE 'a!b ' ESCAPE '!' | true",
        "name LIKE 'a\\\\_%' OR name LIKE 'a!%' ESCAPE '!' | false",
        "name > 'ab\t' | true",
        "day = '2024-02-29' AND YEAR(day) = 2024 | true",
        "CHAR_LENGTH(city) = 4 AND LENGTH(city) = 5 | true",
        "city COLLATE utf8mb4_bin = 'Köln' | true",
        "city COLLATE utf8mb4_bin = 'köln' | false",
        "n DIV 2 = 1 XOR n % 2 = 1 | false",
        "n DIV 0 | NULL",
        "(n & 2) = 2 | true",
        "CASE n WHEN 3 THEN id ELSE 0 END = 7 | true",
        "COALESCE(NULLIF(n, 3), 5) = 5 | true",
        "weight = 0.1 | true",
        "NULL <=> n | false",
        "(n = NULL) IS UNKNOWN | true",
        "id = '7' | true",
      })
  void saysWhatTheServerSays(String condition, String expected) {
    assertThat(answer(condition)).isEqualTo(expected);
  }

  @Test
  void printsOneReadingForAllServers() {
    String text =
        RowFilter.parse("a=1 || NOT b <=> 'x\\'\\\\' && if(c,-1,2) between 0 and 3 /* why */")
            .text();

    assertThat(text)
        .isEqualTo(
            "((`a` = 1) OR ((NOT ((`b` = 'x\\'\\\\' OR (`b` IS NULL AND 'x\\'\\\\' IS NULL)) IS"
                + " TRUE)) AND ((CASE WHEN `c` THEN (- 1) ELSE 2 END) BETWEEN 0 AND 3)))");
    assertThat(RowFilter.parse("n=3").compile(TABLE).columns()).containsExactly(1);
  }

  private static FilteredRows rows(String condition) {
    return new FilteredRows(
        event -> {
          throw new AssertionError(event);
        },
        RowFilter.parse(condition).compile(TABLE));
  }

  private static final FilteredRows LARGE = rows("n > 10");
  private static final Row IN = row(1, 11L, BigDecimal.ONE, "in");
  private static final Row OUT = row(1, 10L, BigDecimal.ONE, "out");
  private static final Row UNKNOWN = row(1, null, BigDecimal.ONE, "unknown");

  @Test
  void keepsWhatTakesPart() {
    RowInsert insert = new RowInsert(TABLE, IN);
    RowDelete delete = new RowDelete(TABLE, IN);
    RowUpdate update = new RowUpdate(TABLE, IN, row(2, 12L, BigDecimal.TEN, "in"));

    assertThat(LARGE.kept(insert)).isEqualTo(insert);
    assertThat(LARGE.kept(delete)).isEqualTo(delete);
    assertThat(LARGE.kept(update)).isEqualTo(update);
  }

  @Test
  void leavesOutWhatDoesNotTakePart() {
    assertThat(LARGE.kept(new RowInsert(TABLE, OUT))).isNull();
    assertThat(LARGE.kept(new RowDelete(TABLE, UNKNOWN))).isNull();
    assertThat(LARGE.kept(new RowUpdate(TABLE, OUT, UNKNOWN))).isNull();
  }

  @Test
  void insertsWhatComesInAndDeletesWhatGoesOut() {
    assertThat(LARGE.kept(new RowUpdate(TABLE, OUT, IN, true)))
        .isEqualTo(new RowInsert(TABLE, IN, true));
    assertThat(LARGE.kept(new RowUpdate(TABLE, IN, UNKNOWN))).isEqualTo(new RowDelete(TABLE, IN));
  }

  @Test
  void stopsWhereTheLogHasLeftOutWhatItReads() {
    Row lacking =
        Row.of(1L, Row.ABSENT, Row.ABSENT, Row.ABSENT, Row.ABSENT, Row.ABSENT, Row.ABSENT, 0.1);

    assertThatThrownBy(() -> LARGE.kept(new RowDelete(TABLE, lacking)))
        .hasMessageContaining("'shop.orders'")
        .hasMessageContaining("column 'n'");
    assertThatThrownBy(
            () ->
                rows("n IS NOT NULL")
                    .kept(new RowUpdate(TABLE, absentPrice(UNKNOWN), absentPrice(IN))))
        .hasMessageContaining("values of a row that comes to take part");
  }

  private static Row absentPrice(Row row) {
    return Row.of(1L, row.value(1), Row.ABSENT, "x", null, null, null, null);
  }
}
