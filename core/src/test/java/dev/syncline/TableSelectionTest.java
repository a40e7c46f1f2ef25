package dev.syncline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.change.TableId;
import org.junit.jupiter.api.Test;

class TableSelectionTest {

  private static final TableSelection SELECTION =
      TableSelection.builder()
          .database("shop")
          .database("logs", db -> db.table("access").tables("error_*").tables("a.?"))
          .build();

  @Test
  void takesAllTablesOfADatabase() {
    assertThat(includes("shop", "orders")).isTrue();
    assertThat(includes("Shop", "orders")).isFalse();
    assertThat(includes("elsewhere", "orders")).isFalse();
  }

  @Test
  void takesTablesByNameAndPattern() {
    assertThat(includes("logs", "access")).isTrue();
    assertThat(includes("logs", "Access")).isFalse();
    assertThat(includes("logs", "error_")).isTrue();
    assertThat(includes("logs", "error_a\nb")).isTrue();
    assertThat(includes("logs", "my_error_1")).isFalse();
  }

  @Test
  void takesOtherSignsOfAPatternAsTheyAre() {
    assertThat(includes("logs", "a.1")).isTrue();
    assertThat(includes("logs", "a.12")).isFalse();
    assertThat(includes("logs", "ab1")).isFalse();
  }

  @Test
  void knowsWhichTablesMustExist() {
    assertThat(SELECTION.namedTables()).containsExactly(new TableId("logs", "access"));
    assertThat(SELECTION.databases()).containsExactlyInAnyOrder("shop", "logs");
  }

  @Test
  void printsNamesAndPatternsAsTheyWereGiven() {
    assertThat(SELECTION.toString())
        .startsWith("TableSelection{")
        .contains("shop=[*]", "logs=[access, error_*, a.?]");
  }

  @Test
  void refusesWhatMakesNoSense() {
    TableSelection.Builder builder = TableSelection.builder().database("shop");

    assertThatThrownBy(() -> builder.database("shop"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'shop' is selected twice");
    assertThatThrownBy(() -> builder.database("logs", db -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'logs' is selected without any table");
    assertThatThrownBy(() -> builder.database("logs", db -> db.table("a").table("a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'logs.a' is selected twice");
    assertThatThrownBy(() -> builder.database("logs", db -> db.tables("")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TableSelection.builder().build())
        .isInstanceOf(IllegalStateException.class);
  }

  private static boolean includes(String database, String table) {
    return SELECTION.includes(new TableId(database, table));
  }
}
