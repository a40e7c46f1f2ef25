package dev.syncline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.change.TableId;
import org.junit.jupiter.api.Test;

class TableSelectionTest {

  private static TableId id(String database, String table) {
    return new TableId(database, table);
  }

  @Test
  void selectsAllTablesOfADatabase() {
    TableSelection selection = TableSelection.builder().database("shop").build();

    assertThat(selection.includes(id("shop", "users"))).isTrue();
    assertThat(selection.includes(id("Shop", "users"))).isFalse();
    assertThat(selection.databases()).containsExactly("shop");
    assertThat(selection.namedTables()).isEmpty();
  }

  @Test
  void selectsNamedTablesOnly() {
    TableSelection selection =
        TableSelection.builder().database("shop", db -> db.table("a*").table("b")).build();

    assertThat(selection.includes(id("shop", "a*"))).isTrue();
    assertThat(selection.includes(id("shop", "ab"))).isFalse();
    assertThat(selection.includes(id("shop", "B"))).isFalse();
    assertThat(selection.namedTables()).containsExactly(id("shop", "a*"), id("shop", "b"));
  }

  @Test
  void selectsByPattern() {
    TableSelection selection =
        TableSelection.builder().database("logs", db -> db.tables("e?r_*")).build();

    assertThat(selection.includes(id("logs", "err_"))).isTrue();
    assertThat(selection.includes(id("logs", "err_2024\n01"))).isTrue();
    assertThat(selection.includes(id("logs", "e😀r_1"))).isTrue();
    assertThat(selection.includes(id("logs", "er_1"))).isFalse();
    assertThat(selection.includes(id("logs", "xerr_1"))).isFalse();
  }

  @Test
  void takesEveryOtherCharacterOfAPatternAsItIs() {
    TableSelection selection =
        TableSelection.builder().database("logs", db -> db.tables("a.b\\E[c]*")).build();

    assertThat(selection.includes(id("logs", "a.b\\E[c]x"))).isTrue();
    assertThat(selection.includes(id("logs", "aXb\\Ec"))).isFalse();
  }

  @Test
  void printsNamesAndPatternsAsTheyWereGiven() {
    TableSelection selection =
        TableSelection.builder().database("logs", db -> db.table("a").tables("e_*.?")).build();

    assertThat(selection).hasToString("TableSelection{logs=[a, e_*.?]}");
  }

  @Test
  void refusesToBeEmpty() {
    TableSelection.Builder builder = TableSelection.builder();

    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The selection is empty; select at least one database.");
    assertThatThrownBy(() -> builder.database("shop", db -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Database 'shop' is selected without any table; name one or leave it out.");
  }

  @Test
  void refusesEmptyNamesAndPatterns() {
    TableSelection.Builder builder = TableSelection.builder();

    assertThatThrownBy(() -> builder.database(""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The name of a database must not be empty.");
    assertThatThrownBy(() -> builder.database("shop", db -> db.table("")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A table needs a database and a name; got 'shop' and ''.");
    assertThatThrownBy(() -> builder.database("shop", db -> db.tables("")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A pattern for tables of 'shop' must not be empty.");
  }

  @Test
  void refusesTheSameTwice() {
    TableSelection.Builder builder = TableSelection.builder().database("shop");

    assertThatThrownBy(() -> builder.database("shop"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Database 'shop' is selected twice; put all its tables into one call.");
    assertThatThrownBy(() -> builder.database("logs", db -> db.table("a").table("a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Table 'logs.a' is selected twice.");
  }

  @Test
  void knowsTheDatabasesThatAreSelectedAsAWhole() {
    TableSelection selection =
        TableSelection.builder()
            .database("shop")
            .database("logs", db -> db.table("a").tables("*"))
            .database("some", db -> db.table("a").tables("b*"))
            .build();

    assertThat(selection.includesWhole("shop")).isTrue();
    assertThat(selection.includesWhole("logs")).isTrue();
    assertThat(selection.includesWhole("some")).isFalse();
    assertThat(selection.includesWhole("other")).isFalse();
  }
}
