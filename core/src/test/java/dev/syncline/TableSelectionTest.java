package dev.syncline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.change.TableId;
import java.util.Set;
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

  @Test
  void keepsTheConditionOfATableAsItWasGiven() {
    TableSelection selection =
        TableSelection.builder()
            .database(
                "shop", db -> db.table("orders", t -> t.where("amount > 100")).tables("*", t -> {}))
            .build();

    assertThat(selection.filter(id("shop", "orders"))).contains("amount > 100");
    assertThat(selection.filter(id("shop", "users"))).isEmpty();
    assertThat(selection.filter(id("logs", "orders"))).isEmpty();
  }

  @Test
  void countsNamesBeforeExceptionsAndTheseBeforePatterns() {
    TableSelection selection =
        TableSelection.builder()
            .database(
                "shop",
                db ->
                    db.tables("a*", t -> t.as("first"))
                        .tables("ab*", t -> t.as("second"))
                        .table("a_tmp", t -> t.as("named"))
                        .except("*_tmp"))
            .build();

    assertThat(selection.table(id("shop", "abc")).orElseThrow().name()).contains("first");
    assertThat(selection.table(id("shop", "a_tmp")).orElseThrow().name()).contains("named");
    assertThat(selection.includes(id("shop", "ab_tmp"))).isFalse();
    assertThat(selection.includesWhole("shop")).isFalse();
  }

  @Test
  void selectsDatabasesByPatternButNotThoseOfTheSource() {
    TableSelection selection =
        TableSelection.builder()
            .databases("*", db -> db.as("all").table("t"))
            .database("named_old", db -> db.table("t"))
            .except("*_old")
            .build()
            .hiding(Set.of("mysql"));

    assertThat(selection.includes(id("new", "t"))).isTrue();
    assertThat(selection.includes(id("new", "other"))).isFalse();
    assertThat(selection.includesDatabase("mysql")).isFalse();
    assertThat(selection.includesDatabase("some_old")).isFalse();
    assertThat(selection.includesDatabase("named_old")).isTrue();
    assertThat(selection.namedTables()).containsExactly(id("named_old", "t"));
    assertThat(selection.hasDatabasePatterns()).isTrue();
  }

  @Test
  void namesEverythingThatContradictsItself() {
    TableSelection.Builder builder =
        TableSelection.builder()
            .database(
                "shop",
                db ->
                    db.table("a", t -> t.as("same"))
                        .table("b", t -> t.as("same"))
                        .table("c", t -> t.exceptColumns("x").rename("x", "y"))
                        .table("d", t -> t.columns("id", "x").rename("id", "x"))
                        .table("e", t -> t.columns("id", "origin").merged("origin"))
                        .except("f"))
            .except("g");

    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(
            "The tables 'shop.a' and 'shop.b' would both be 'shop.same' at the target.",
            "Column 'x' of 'shop.c' is renamed, but does not take part.",
            "Two columns of 'shop.d' would be 'x' at the target",
            "The origin column 'origin' of 'shop.e' has the name of another column",
            "The tables [f] of 'shop' are left out, but none are selected by a pattern",
            "The databases [g] are left out, but none are selected by a pattern");
  }

  @Test
  void refusesColumnsThatAreChosenTwice() {
    SelectedTable.Builder table = new SelectedTable.Builder("shop.t").columns("id", "x");

    assertThatThrownBy(() -> table.exceptColumns("x")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> new SelectedTable.Builder("shop.t").columns("id", "id"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A column of 'shop.t' is named twice in [id, id].");
    assertThatThrownBy(() -> table.rename("id", "a").rename("x", "a"))
        .hasMessage("Two columns of 'shop.t' are renamed to 'a'; each needs a name of its own.");
    assertThatThrownBy(() -> table.where(" "))
        .hasMessageContaining("The condition for rows of 'shop.t' must not be blank");
  }

  @Test
  void describesWhatItMaps() {
    TableSelection selection =
        TableSelection.builder()
            .database(
                "shop",
                db ->
                    db.as("dr")
                        .tables("log_*", t -> t.operations(Operation.INSERT))
                        .table("a", t -> t.as("b").rename("x", "y").exceptColumns("z")))
            .database("plain")
            .build();

    assertThat(selection.describedMapping())
        .containsExactly(
            "'shop.a': in database 'dr', as 'b', without columns [z], 'x' as 'y'",
            "'shop.log_*': in database 'dr'");
    assertThat(selection.limitsOperations()).isTrue();
  }
}
