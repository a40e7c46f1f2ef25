package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.ValueKind;
import dev.syncline.mysql.TableLook.ColumnLook;
import dev.syncline.mysql.TableLook.KeyLook;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ExpectedTablesTest {

  private static final TableId T = new TableId("d", "t");
  private static final TableId U = new TableId("d", "u");

  private static Column column(String name, String type, boolean nullable) {
    return new Column(
        name, ColumnType.of(ValueKind.INTEGER, type), nullable, Column.Origin.WRITTEN);
  }

  private static TableDefinition table(TableId id, Column... columns) {
    return new TableDefinition(id, List.of(columns), List.of());
  }

  private static TableLook look(List<KeyLook> keys, ColumnLook... columns) {
    Map<String, ColumnLook> map = new LinkedHashMap<>();
    for (ColumnLook column : columns) {
      map.put(TableLook.nameKey(column.name()), column);
    }
    return new TableLook(map, keys);
  }

  private static ColumnLook there(String name, String type, boolean nullable) {
    return new ColumnLook(name, type, "", nullable, nullable, false);
  }

  private static String difference(TableEffect effect, TableLook look) {
    return new ExpectedTables(List.of(effect)).difference(T, look).orElse("none");
  }

  @Test
  void missesWhatIsNewAndFindsWhatIsGone() {
    Column id = column("id", "int", false);
    TableEffect effect =
        new TableEffect.Altered(
            table(T, id, column("Old", "int", true)),
            table(T, id, column("new", "int", true)),
            List.of(0, -1));

    assertThat(difference(effect, look(List.of(), there("id", "int(11)", false))))
        .isEqualTo("column 'new' is missing");
    assertThat(
            difference(
                effect, look(List.of(), there("OLD", "int", true), there("new", "int", true))))
        .isEqualTo("column 'old' is still there");
    assertThat(difference(effect, look(List.of(), there("New", "bigint", true)))).isEqualTo("none");
  }

  @Test
  void comparesWhatHasAnotherTypeOrMayBeNull() {
    TableDefinition before = table(T, column("a", "int", true));
    TableEffect wider =
        new TableEffect.Altered(before, table(T, column("a", "bigint", true)), List.of(0));
    TableEffect strict =
        new TableEffect.Altered(before, table(T, column("a", "int", false)), List.of(0));

    assertThat(difference(wider, look(List.of(), there("a", "int", true))))
        .isEqualTo(
            "column 'a' differs: its type is 'bigint' at the source, but 'int' at the target");
    assertThat(difference(wider, look(List.of(), there("a", "bigint", true)))).isEqualTo("none");
    assertThat(difference(strict, look(List.of(), there("a", "int", true))))
        .isEqualTo("column 'a' may be NULL");
    assertThat(difference(strict, look(List.of(), there("a", "int", false)))).isEqualTo("none");
  }

  @Test
  void comparesUniqueKeysByName() {
    TableDefinition plain = table(T, column("a", "int", false));
    TableDefinition unique =
        new TableDefinition(
            T,
            plain.columns(),
            List.of(new UniqueKey("k", List.of(0), UniqueKey.Coverage.COLUMNS)));
    TableLook with = look(List.of(new KeyLook("K", List.of())), there("a", "int", false));
    TableLook without = look(List.of(), there("a", "int", false));

    assertThat(difference(new TableEffect.Altered(plain, unique, List.of(0)), without))
        .isEqualTo("unique key 'k' is missing");
    assertThat(difference(new TableEffect.Altered(plain, unique, List.of(0)), with))
        .isEqualTo("none");
    assertThat(difference(new TableEffect.Altered(unique, plain, List.of(0)), with))
        .isEqualTo("unique key 'k' is still there");
  }

  @Test
  void followsATableToItsNewName() {
    TableDefinition before = table(T, column("a", "int", true));
    TableDefinition altered = table(T, column("a", "int", true), column("b", "int", true));
    TableDefinition moved = table(U, column("a", "int", true), column("b", "int", true));
    ExpectedTables expected =
        new ExpectedTables(
            List.of(
                new TableEffect.Altered(before, altered, List.of(0, -1)),
                new TableEffect.Renamed(altered, moved)));

    assertThat(expected.difference(U, look(List.of(), there("a", "int", true))))
        .contains("column 'b' is missing");
    assertThat(expected.difference(T, look(List.of()))).isEmpty();
    assertThat(expected.isCreated(U)).isFalse();
    assertThat(new ExpectedTables(List.of(new TableEffect.Created(before))).isCreated(T)).isTrue();
  }

  @Test
  void knowsWhatChangesPlacesUnseen() {
    TableDefinition table = table(T, column("a", "int", true), column("b", "int", true));

    assertThat(moves(table, List.of(1, 0))).isTrue();
    assertThat(moves(table, List.of(0, 1))).isFalse();
  }

  private static boolean moves(TableDefinition table, List<Integer> origins) {
    return ExpectedTables.movesUnseen(List.of(new TableEffect.Altered(table, table, origins)));
  }
}
