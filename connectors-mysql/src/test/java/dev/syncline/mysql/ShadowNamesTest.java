package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.change.TableId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ShadowNamesTest {

  private static final ShadowNames NAMES =
      ShadowNames.of(
          Stream.concat(ShadowNames.SHADOWS.stream(), ShadowNames.LEFTOVERS.stream()).toList());
  private static final TableId ORDERS = new TableId("shop", "orders");

  private static Optional<TableId> original(String name, TableId... tables) {
    Set<TableId> all = Set.of(tables);
    return NAMES.original(new TableId("shop", name), all::contains, all);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "_orders_gho",
        "_orders_ghc",
        "_orders_del",
        "_orders_20261121093000_del",
        "_orders_new",
        "__orders_new",
        "___orders_old",
        "tp_4711_ogt_orders",
        "tp_4711_ogl_orders",
        "tpa_8f2c_del_orders"
      })
  void knowsTheTablesOfTools(String name) {
    assertThat(original(name, ORDERS)).contains(ORDERS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"orders", "orders_gho", "_orders", "_orders_ghost", "_order_gho", "x_orders_new"})
  void takesNoOtherTableForOne(String name) {
    assertThat(original(name, ORDERS)).isEmpty();
  }

  @Test
  void aTableInAnotherDatabaseIsAnotherOne() {
    assertThat(original("_orders_gho", new TableId("other", "orders"))).isEmpty();
  }

  @Test
  void findsTheTableBehindANameThatWasCut() {
    TableId table = new TableId("shop", "t".repeat(64));
    TableId alike = new TableId("shop", "t".repeat(62));

    assertThat(original("_" + "t".repeat(59) + "_gho", table)).contains(table);
    assertThat(original("_" + "t".repeat(58) + "_gho", table)).isEmpty();
    assertThat(original("_" + "t".repeat(59) + "_gho", table, alike)).isEmpty();
  }

  @Test
  void refusesPatternsThatNameNoTable() {
    assertThatThrownBy(() -> ShadowNames.of(List.of("_.*_new")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'_.*_new'");
    assertThatThrownBy(() -> ShadowNames.of(List.of("({table}")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'({table}'");
  }
}
