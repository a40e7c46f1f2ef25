package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.TableSelection;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.ValueKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no condition, or is not evaluated exactly, is refused by name. */
class RowFilterRefusalTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "~~ | It is empty.",
        "n = | Found the end at place 4, but expected a column",
        "n = 1 n | Found 'n' at place 7, but expected an operator or the end.",
        "n IN () | Found ')' at place 7",
        "(n = 1 | expected ')'",
        "n IS 5 | expected NULL, TRUE, FALSE or UNKNOWN",
        "n IS TRUE IS TRUE | expected an operator or the end",
        "n NOT 5 | expected IN, BETWEEN or LIKE",
        "name = 'a | a quote does not end",
        "n = 1e3 | Write numbers without an exponent",
        "n = 0x1 | not pairs of hexadecimal digits",
        "n > NOW() | NOW() at place 5 gives another value in each session",
        "day < current_date | CURRENT_DATE at place 7 gives another value",
        "RAND() < 0.5 | RAND() at place 1 gives another value",
        "n = @x | A variable at place 5",
        "n IN (SELECT 1) | A subquery begins at place 7",
        "EXISTS (SELECT 1) | A subquery begins",
        "name REGEXP 'a' | REGEXP at place 6 is not evaluated here",
        "SOUNDEX(name) = 'a' | Function 'SOUNDEX' at place 1 is not evaluated",
        "ABS(n, 1) = 1 | ABS at place 1 has 2 values, but takes 1.",
        "orders.n = 1 | write the column's name alone",
        "(n, id) = (1, 2) | A row of values",
        "n << 1 = 2 | The operator << at place 3",
        "n = 1 /*!50000 OR 1 */ | A conditional comment",
        "name = _latin1'a' | '_LATIN1' at place 8 before a string",
        "CAST(n AS CHAR) = '1' | CAST to CHAR at place 11",
      })
  void refusesToRead(String condition, String message) {
    assertThatThrownBy(() -> RowFilter.parse(condition))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Cannot take '" + condition + "'")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "missing = 1 | There is no column 'missing'.",
        "city = 'Köln' | write COLLATE utf8mb4_bin behind the column",
        "city COLLATE latin1_bin = 'a' | does not fit the character set 'utf8mb4'",
        "price | compare it with something",
        "name | compare it with something",
        "id = '9007199254740993' | write the number without quotes",
        "n / 2 > 1 | The digits of a quotient",
        "n - 4 > 0 | which a server need not be able to hold",
        "id + 1 > 0 | which a server need not be able to hold",
        "weight + 1 > 0 | It computes with a FLOAT or DOUBLE",
        "name = 5 | Cannot compare text of collation 'utf8mb4_bin' with a whole number",
        "weight = '5' | write the number without quotes",
        "day = '2024-02-30' | is no DATE of the calendar",
        "day = '2024-2-3' | expected '2024-12-31'",
        "day = 20240101 | Cannot compare a DATE with a whole number",
        "state = 'new' | may equal another one under the column's collation",
        "state = 'closed' | is no label of the column",
        "LOWER(name) = 'a' | for columns in ascii only",
        "'a' = 'A' | a column is missing",
        "price BETWEEN 1 AND NULL | Servers differ in BETWEEN with NULL",
        "name LIKE 'a%%b' ESCAPE '%' | Servers differ in what ESCAPE '%' means",
        "name LIKE 'a__b' ESCAPE '_' | Servers differ in what ESCAPE '_' means",
      })
  void refusesToEvaluate(String condition, String message) {
    RowFilter filter = RowFilter.parse(condition);

    assertThat(filter.problems(RowFilterTest.TABLE)).hasSize(1);
    assertThatThrownBy(() -> filter.compile(RowFilterTest.TABLE))
        .hasMessageContaining("'shop.orders'")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "day IS NULL",
        "ISNULL(day)",
        "NOT day IS NOT NULL",
        "day <=> DATE'2024-01-01'",
        "NULL <=> day",
      })
  void refusesToAskWhetherADayIsNullThatNeverIs(String condition) {
    ColumnType day = ColumnType.of(ValueKind.DATE, "date");
    Column always = new Column("day", day, false, Column.Origin.WRITTEN);
    Column maybe = new Column("day", day, true, Column.Origin.WRITTEN);
    TableId id = new TableId("shop", "days");
    RowFilter filter = RowFilter.parse(condition);

    assertThat(filter.problems(new TableDefinition(id, List.of(always), List.of())))
        .singleElement()
        .asString()
        .contains("Column 'day' has no NULL");
    assertThat(filter.problems(new TableDefinition(id, List.of(maybe), List.of()))).isEmpty();
    assertThat(
            RowFilter.parse("day < '1000-01-01'")
                .problems(new TableDefinition(id, List.of(always), List.of())))
        .isEmpty();
  }

  @Test
  void namesAllThatItCannotEvaluateAtOnce() {
    RowFilter filter = RowFilter.parse("missing = 1 OR (n > 1 AND city = 'a') OR NOT price");

    assertThat(filter.problems(RowFilterTest.TABLE)).hasSize(3);
  }

  @Test
  void refusesConditionsWithoutEnd() {
    assertThatThrownBy(() -> RowFilter.parse("(".repeat(500) + "1" + ")".repeat(500)))
        .hasMessageContaining("nested more than 100 levels deep");
    assertThatThrownBy(() -> RowFilter.parse("1" + "+1".repeat(3_000)))
        .hasMessageContaining("more than 2000 operations");
    assertThatThrownBy(() -> RowFilter.parse("1" + " ".repeat(20_000)))
        .hasMessageContaining("20001 characters");
  }

  @Test
  void jobsWithSuchConditionsAreNotBuilt() {
    TableSelection selection =
        TableSelection.builder()
            .database(
                "shop", db -> db.table("a", t -> t.where("n =")).tables("b*", t -> t.where("n IN")))
            .build();
    SyncJobBuilder<TableChange> job =
        SyncJob.from(MySqlSource.builder().host("h").username("u").password("p").build())
            .to(MySqlSink.builder().host("h").username("u").password("p").build())
            .named("job")
            .select(selection)
            .checkpoints(new MemoryCheckpointStore());

    assertThatThrownBy(job::build)
        .hasMessageContaining("Table 'shop.a': Cannot take 'n =' as a condition")
        .hasMessageContaining("Table 'shop.b*': Cannot take 'n IN' as a condition");
  }
}
