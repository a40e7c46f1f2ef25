package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.ValueKind;
import dev.syncline.mysql.TableKey.Kind;
import dev.syncline.mysql.TableKey.Part;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableNotesTest {

  private static final TableModel TABLE =
      new TableModel(
          new TableId("db", "t"),
          new TableModel.Options("InnoDB", "utf8mb4_bin", true, false),
          List.of(column("a"), column("b"), column("c")),
          List.of(
              new TableKey("PRIMARY", Kind.UNIQUE, false, List.of(new Part(0, 0))),
              new TableKey("k`;U`1", Kind.UNIQUE, false, List.of(new Part(2, 10), new Part(1, 0))),
              new TableKey("ö", Kind.UNIQUE, true, List.of(new Part(TableKey.EXPRESSION, 0))),
              new TableKey("p", Kind.GENERATED, false, List.of(new Part(1, 0)))),
          List.of());

  private static Column column(String name) {
    return new Column(name, ColumnType.of(ValueKind.INTEGER, "int"), false, Column.Origin.WRITTEN);
  }

  @Test
  void areReadAsTheyWerePrinted() {
    TableDefinition definition = TABLE.definition(false);

    assertThat(definition.notes())
        .isEqualTo("1 InnoDB utf8mb4_bin p?;U`PRIMARY`0;U`k``;U``1`2:10,1;U`ö`!x;G`p`1");
    assertThat(TableModel.of(definition)).contains(TABLE);
  }

  @Test
  void areReadInNoOtherForm() {
    TableDefinition definition = TABLE.definition(false);
    String notes = definition.notes();
    for (int i = 0; i < notes.length(); i++) {
      assertIsNotTable(definition, notes.substring(0, i));
      assertIsNotTable(definition, notes.substring(0, i) + notes.substring(i + 1));
      assertIsNotTable(definition, notes.substring(0, i) + "`" + notes.substring(i));
      assertIsNotTable(definition, notes.substring(0, i) + ";" + notes.substring(i));
    }
    assertIsNotTable(definition, notes.replace("2:10", "3:10"));
  }

  /** A text that is the form of another table is that table, or contradicts the definition. */
  private static void assertIsNotTable(TableDefinition table, String notes) {
    TableDefinition other =
        new TableDefinition(
            table.id(),
            table.source(),
            table.columns(),
            table.uniqueKeys(),
            table.foreignKeys(),
            notes);
    assertThat(TableModel.of(other))
        .as(notes)
        .satisfies(
            read -> read.ifPresent(model -> assertThat(model.definition(false)).isEqualTo(other)))
        .isNotEqualTo(java.util.Optional.of(TABLE));
  }
}
