package dev.syncline.change;

import static dev.syncline.change.Row.ABSENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rows that lack values, and the changes that have them. */
class PartialRowTest {

  private static final List<UniqueKey> PRIMARY =
      List.of(new UniqueKey(UniqueKey.PRIMARY, List.of(0), UniqueKey.Coverage.COLUMNS));

  /** A key, two values, and one that is computed. */
  private static final TableDefinition TABLE = table(PRIMARY);

  private static TableDefinition table(List<UniqueKey> keys) {
    return new TableDefinition(
        new TableId("shop", "t"),
        List.of(
            column("id", Column.Origin.WRITTEN),
            column("a", Column.Origin.WRITTEN),
            column("b", Column.Origin.WRITTEN),
            column("sum", Column.Origin.GENERATED_STORED)),
        keys);
  }

  private static Column column(String name, Column.Origin origin) {
    return new Column(name, ColumnType.of(ValueKind.INTEGER, "int"), false, origin);
  }

  private static final Row ADDRESS = Row.of(1L, ABSENT, ABSENT, ABSENT);

  @Test
  void aRowThatIsKnownToLackNothingIsLikeOneThatWasLookedAt() {
    Row known = Row.wrapWhole(new @Nullable Object[] {1L, null});

    assertThat(known.isWhole()).isTrue();
    assertThat(known).isEqualTo(Row.of(1L, null));
    assertThat(known.pick(List.of(1)).isWhole()).isTrue();
    assertThat(Row.of(1L, Row.ABSENT).pick(List.of(0)).isWhole()).isTrue();
    assertThat(Row.of(1L, Row.ABSENT).pick(List.of(1)).isWhole()).isFalse();
  }

  @Test
  void aRowDoesNotGiveAValueThatItLacks() {
    Row row = Row.of(1L, null, ABSENT, "x");

    assertThat(row.value(1)).isNull();
    assertThat(row.has(1)).isTrue();
    assertThat(row.has(2)).isFalse();
    assertThat(row.hasAll(List.of(0, 1, 3))).isTrue();
    assertThat(row.hasAll(List.of(1, 2))).isFalse();
    assertThat(row.isWhole()).isFalse();
    assertThat(row.pick(List.of(2)).has(0)).isFalse();
    assertThatThrownBy(() -> row.value(2))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("its column 3");
    assertThat(row).hasToString("Row[4 values, 1 of them absent]");
  }

  @Test
  void aValueThatIsLackingIsNotNull() {
    assertThat(Row.of(1L, ABSENT)).isEqualTo(Row.of(1L, ABSENT)).isNotEqualTo(Row.of(1L, null));
    assertThat(Row.of(1L, ABSENT)).hasSameHashCodeAs(Row.of(1L, ABSENT));
    assertThat(Row.of(ABSENT).approximateBytes())
        .isEqualTo(Row.of((Object) null).approximateBytes());
  }

  @Test
  void anUpdateTakesOverWhatTheRowHadBeforeButForWhatIsComputed() {
    RowUpdate update =
        new RowUpdate(TABLE, Row.of(1L, 2L, ABSENT, 3L), Row.of(ABSENT, ABSENT, 4L, ABSENT));

    assertThat(update.after()).isEqualTo(Row.of(1L, 2L, 4L, ABSENT));
    assertThat(update.isWhole()).isFalse();
    assertThat(TABLE.isWritable(update.after())).isTrue();
    assertThat(TABLE.isWritable(update.before())).isFalse();
  }

  @Test
  void anUpdateSaysThatItIsEarlyInEveryForm() {
    RowUpdate update = new RowUpdate(TABLE, ADDRESS, ADDRESS);

    assertThat(update.early()).isFalse();
    assertThat(update.asEarly().early()).isTrue();
    assertThat(update.asUnchecked().asEarly().asUnchecked())
        .isEqualTo(new RowUpdate(TABLE, ADDRESS, ADDRESS, true, true));
  }

  @Test
  void whatTellsRowsApartIsNeverLacking() {
    Row none = Row.of(ABSENT, 1L, 1L, 1L);
    TableDefinition keyless = table(List.of());

    assertRefused("'id'", () -> new RowDelete(TABLE, none));
    assertRefused("'id'", () -> new RowUpdate(TABLE, none, Row.of(1L, 1L, 1L, 1L)));
    assertRefused("'a'", () -> new RowDelete(keyless, ADDRESS));
    assertRefused("'a'", () -> new RowUpdate(keyless, ADDRESS, Row.of(1L, 1L, 1L, 1L)));
    assertThat(new RowDelete(TABLE, ADDRESS).isWhole()).isFalse();
    assertThat(new RowDelete(keyless, Row.of(1L, 1L, 1L, ABSENT)).isWhole()).isFalse();
  }

  @Test
  void onlyWhatIsComputedIsLackingInARowThatIsWritten() {
    Row some = Row.of(1L, ABSENT, 1L, 1L);

    assertRefused("'a'", () -> new RowInsert(TABLE, some));
    assertRefused("'a'", () -> new SnapshotRow(TABLE, some));
    assertThat(new RowInsert(TABLE, Row.of(1L, 1L, 1L, ABSENT)).isWhole()).isFalse();
    assertThat(new RowInsert(TABLE, Row.of(1L, 1L, null, 1L)).isWhole()).isTrue();
  }

  @Test
  void aKeyThatIsComputedIsNotLackingEither() {
    TableDefinition ofSum =
        table(List.of(new UniqueKey(UniqueKey.PRIMARY, List.of(3), UniqueKey.Coverage.COLUMNS)));

    assertRefused("'sum'", () -> new RowInsert(ofSum, Row.of(1L, 1L, 1L, ABSENT)));
  }

  private static void assertRefused(String column, Runnable change) {
    assertThatThrownBy(change::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A row of table 'shop.t' must have a value for column " + column + ".");
  }
}
