package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.ValueKind;
import dev.syncline.mysql.TargetTable.OtherKey;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NetEffectTest {

  private static final TargetTable PLAIN = table(List.of(0), List.of(), false);
  private static final TargetTable UNIQUE =
      table(List.of(0), List.of(new OtherKey("u", OtherKey.Scope.VALUES, List.of(1))), false);
  private static final TargetTable OWN =
      table(List.of(0), List.of(new OtherKey("u", OtherKey.Scope.VALUES, List.of(1))), true);
  private static final TargetTable KEYLESS = table(List.of(), List.of(), false);

  @Test
  void writesOnlyTheLastStateOfARow() {
    List<String> steps =
        steps(
            PLAIN,
            insert(PLAIN, "a", "1"),
            update(PLAIN, "a", "1", "A", "2"),
            insert(PLAIN, "b", "1"),
            delete(PLAIN, "b", "1"));

    assertThat(steps).containsExactly("Delete [b, 1]", "Write [A, 2]");
  }

  @Test
  void deletesTheOldKeyOfARow() {
    assertThat(steps(PLAIN, update(PLAIN, "a", "1", "b", "1")))
        .containsExactly("Delete [a, 1]", "Write [b, 1]");
  }

  @Test
  void writesRowsInTheOrderOfTheirKeys() {
    assertThat(steps(PLAIN, insert(PLAIN, "c", "1"), insert(PLAIN, "B", "1")))
        .containsExactly("Write [B, 1] [c, 1]");
  }

  @Test
  void keepsOrderAndRepetitionsWhereKeysCannotBeCompared() {
    List<String> steps =
        steps(
            PLAIN,
            insert(PLAIN, "é", "1"),
            update(PLAIN, "é", "1", "é", "2"),
            update(PLAIN, "é", "2", "É", "2"));

    assertThat(steps).containsExactly("Write [é, 1] [é, 2]", "Delete [é, 2]", "Write [É, 2]");
  }

  @Test
  void updatesInPlaceWhatGivesUpAValueThatNobodyTakes() {
    assertThat(steps(UNIQUE, update(UNIQUE, "a", "1", "a", "2"), insert(UNIQUE, "b", "3")))
        .containsExactly("Write [a, 2] [b, 3]");
  }

  @Test
  void writesAnewWhatGivesUpAValueThatAnotherRowTakes() {
    List<String> swap =
        steps(
            UNIQUE,
            update(UNIQUE, "b", "1", "b", null),
            update(UNIQUE, "a", "2", "a", "1"),
            update(UNIQUE, "b", null, "b", "2"));

    assertThat(swap).containsExactly("Delete [a, 1] [b, 2]", "Write [a, 1] [b, 2]");
  }

  @Test
  void takesUnknownValuesForEqual() {
    assertThat(steps(UNIQUE, update(UNIQUE, "b", "e", "b", "x"), insert(UNIQUE, "a", "é")))
        .containsExactly("Delete [b, x]", "Write [a, é] [b, x]");
    assertThat(steps(UNIQUE, update(UNIQUE, "b", "é", "b", "x"), insert(UNIQUE, "a", "e")))
        .containsExactly("Delete [b, x]", "Write [a, e] [b, x]");
    assertThat(steps(UNIQUE, update(UNIQUE, "b", "é", "b", "É"))).containsExactly("Write [b, É]");
  }

  @Test
  void deletesNoRowThatHasValuesOfTheTargetAlone() {
    List<String> shift =
        steps(OWN, update(OWN, "b", "1", "b", "3"), update(OWN, "a", "2", "a", "1"));
    List<String> move = steps(OWN, insert(OWN, "c", "5"), update(OWN, "a", "2", "b", "2"));

    assertThat(shift).containsExactly("Write [b, 3] [a, 1]");
    assertThat(move).containsExactly("Write [c, 5]", "Move [a, 2] to [b, 2]");
  }

  @Test
  void forgetsValuesOfTheTargetWhereTheSourceDeletedTheRow() {
    assertThat(steps(OWN, delete(OWN, "a", "1"), insert(OWN, "a", "2")))
        .containsExactly("Delete [a, 2]", "Write [a, 2]");
  }

  @Test
  void appliesChangesOfAKeylessTableOneByOne() {
    List<String> steps =
        steps(
            KEYLESS,
            insert(KEYLESS, "a", "1"),
            insert(KEYLESS, "a", "1"),
            update(KEYLESS, "a", "1", "b", "1"),
            delete(KEYLESS, "a", "1"),
            insert(KEYLESS, "c", "1"));

    assertThat(steps)
        .containsExactly(
            "Append [a, 1] [a, 1]", "Replace [a, 1] by [b, 1]", "Remove [a, 1]", "Append [c, 1]");
  }

  private static RowUpdate patch(String keyBefore, String keyAfter) {
    Row before = Row.of(keyBefore, Row.ABSENT);
    return new RowUpdate(PLAIN.definition(), before, Row.of(keyAfter, Row.ABSENT)).asEarly();
  }

  @Test
  void changesOnlyTheColumnsOfARowThatIsNotKnown() {
    Row wide = Row.of("a", Row.ABSENT);

    assertThat(NetEffect.of(PLAIN, List.of(patch("a", "a"))))
        .containsExactly(new TableStep.Patch(wide, wide, true));
  }

  @Test
  void missesARowWhoseKeyChangesInCaseAlso() {
    RowUpdate update = patch("a", "A");

    assertThat(NetEffect.of(PLAIN, List.of(patch("a", "a"), update)))
        .containsExactly(new TableStep.Patch(update.before(), update.after(), false));
  }

  private static TargetTable table(
      List<Integer> identity, List<OtherKey> otherKeys, boolean ownColumns) {
    ColumnType text = ColumnType.of(ValueKind.TEXT, "varchar(9)");
    List<Column> columns =
        List.of(
            new Column("k", text, false, Column.Origin.WRITTEN),
            new Column("u", text, true, Column.Origin.WRITTEN));
    List<UniqueKey> keys =
        identity.isEmpty()
            ? List.of()
            : List.of(new UniqueKey(UniqueKey.PRIMARY, identity, UniqueKey.Coverage.COLUMNS));
    TableId id = new TableId("d", "t");
    ValueEquality equality =
        new ValueEquality(ValueKind.TEXT, TextEquality.of("utf8mb4_general_ci"));
    return new TargetTable(
        new TableDefinition(id, columns, keys),
        id,
        List.of(0, 1),
        identity,
        List.of(equality, equality),
        Set.of(),
        otherKeys,
        ownColumns);
  }

  private static RowInsert insert(TargetTable table, String key, String value) {
    return new RowInsert(table.definition(), Row.of(key, value));
  }

  private static RowDelete delete(TargetTable table, String key, String value) {
    return new RowDelete(table.definition(), Row.of(key, value));
  }

  private static RowUpdate update(
      TargetTable table, String keyBefore, String before, String keyAfter, String after) {
    return new RowUpdate(table.definition(), Row.of(keyBefore, before), Row.of(keyAfter, after));
  }

  private static List<String> steps(TargetTable table, TableChange... changes) {
    return NetEffect.of(table, List.of(changes)).stream().map(NetEffectTest::describe).toList();
  }

  private static String describe(TableStep step) {
    if (step instanceof TableStep.Write write) {
      return "Write" + describe(write.rows());
    }
    if (step instanceof TableStep.Delete delete) {
      return "Delete" + describe(delete.rows());
    }
    if (step instanceof TableStep.Append append) {
      return "Append" + describe(append.rows());
    }
    if (step instanceof TableStep.Move move) {
      return "Move" + describe(List.of(move.before())) + " to" + describe(List.of(move.after()));
    }
    if (step instanceof TableStep.Replace replace) {
      List<Row> before = List.of(replace.before());
      return "Replace" + describe(before) + " by" + describe(List.of(replace.after()));
    }
    return "Remove" + describe(List.of(((TableStep.Remove) step).before()));
  }

  private static String describe(List<Row> rows) {
    StringBuilder text = new StringBuilder();
    rows.forEach(row -> text.append(' ').append(ModelTable.describe(row)));
    return text.toString();
  }
}
