package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.change.CascadeGroup;
import dev.syncline.change.ForeignKey.Rule;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.TableBuilder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CascadesTest {

  private final TableDefinition country = table("country").build();
  private final TableDefinition customer = child(table("customer"), "country", country).build();
  private final TableDefinition order = child(table("order"), "customer", customer).build();
  private final TableDefinition product = table("product").build();

  @Test
  void rowsOfATreeAreDeletedInAnyOrder() {
    TableDefinition item = child(child(table("item"), "order", order), "product", product).build();
    Cascades cascades = cascades(country, customer, order, product, item);

    assertThat(List.of(country, customer, order, product, item))
        .noneMatch(table -> cascades.orderOfDeletesMatters(table.id()));
  }

  @Test
  void orderMattersWhereATableIsReachedByTwoKeys() {
    TableDefinition address =
        child(child(table("address"), "customer", customer), "country", country).build();
    Cascades cascades = cascades(country, customer, address);

    assertThat(cascades.orderOfDeletesMatters(country.id())).isTrue();
    assertThat(cascades.orderOfDeletesMatters(customer.id())).isFalse();
    assertThat(cascades.orderOfDeletesMatters(address.id())).isFalse();
  }

  @Test
  void orderMattersWhereTwoKeysReferToOneTable() {
    TableDefinition gift =
        child(child(table("gift"), "giver", customer), "taker", customer).build();
    Cascades cascades = cascades(country, customer, gift);

    assertThat(cascades.orderOfDeletesMatters(country.id())).isTrue();
    assertThat(cascades.orderOfDeletesMatters(customer.id())).isTrue();
    assertThat(cascades.orderOfDeletesMatters(gift.id())).isFalse();
  }

  @Test
  void orderMattersWhereATableRefersToItself() {
    TableDefinition part = child(table("part"), "whole", table("part").build()).build();
    TableDefinition photo = child(table("photo"), "part", part).build();
    Cascades cascades = cascades(part, photo);

    assertThat(cascades.orderOfDeletesMatters(part.id())).isTrue();
    assertThat(cascades.orderOfDeletesMatters(photo.id())).isFalse();
  }

  private static TableBuilder table(String name) {
    return TableBuilder.table("shop", name).integer("id").primaryKey("id");
  }

  private static TableBuilder child(TableBuilder table, String column, TableDefinition parent) {
    return table
        .nullableInteger(column)
        .foreignKey(column, parent, "id", Rule.CASCADE, Rule.RESTRICT);
  }

  private static Cascades cascades(TableDefinition... tables) {
    return Cascades.of(CascadeGroup.of(Arrays.asList(tables)));
  }
}
