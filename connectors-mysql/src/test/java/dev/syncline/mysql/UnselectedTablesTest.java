package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.TableSelection;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Row;
import dev.syncline.change.RowInsert;
import dev.syncline.change.TableDefinition;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The log goes on behind rows of tables that are not selected, whatever is in them. */
final class UnselectedTablesTest {
  private static final int SELECTED = 1;
  private static final int OTHER = 2;
  private static final int WRITE = 30;
  private static final TableDefinition TABLE = Images.table("int");
  private static final byte[] INT_COLUMN = Images.hex("01 03 00 01");
  private static final byte[] ONE_ROW = Images.hex("0200 01 01 00 07000000");

  private final EventBytes log = new EventBytes(4);
  private final TransactionAssembler assembler =
      new TransactionAssembler(
          BinlogScope.of(
              TableSelection.builder().database("shop", db -> db.table("t")).build(),
              List.of(TABLE),
              new CutGroups()),
          MySqlPosition.parse("bin.000001:4 server=s"),
          new BinlogRows(JsonNumbers.SHORTEST),
          false);

  private void begin() {
    assembler.accept(EventBytes.rotate("bin.000001", 4));
    assembler.accept(log.query("", "BEGIN"));
    assembler.accept(log.tableMap(SELECTED, "shop", "t", INT_COLUMN));
    assembler.accept(log.tableMap(OTHER, "shop", "other", INT_COLUMN));
  }

  @ParameterizedTest
  @ValueSource(ints = {23, 24, 25, 30, 31, 32})
  void rowsAreNotLookedAt(int type) {
    begin();
    Random random = new Random(type);
    for (int length = 0; length < 200; length++) {
      byte[] garbage = new byte[length];
      random.nextBytes(garbage);
      assembler.accept(log.rows(type, OTHER, false, garbage));
    }
    assembler.accept(log.rows(WRITE, SELECTED, true, ONE_ROW));
    assembler.accept(log.xid());

    assertThat(assembler.take())
        .singleElement()
        .satisfies(
            part -> assertThat(part.changes()).containsExactly(new RowInsert(TABLE, Row.of(7L))));
  }

  @Test
  void columnsAreNotLookedAt() {
    begin();
    assembler.accept(log.tableMap(OTHER, "shop", "other", Images.hex("FC0001 F7")));
    assembler.accept(log.rows(WRITE, OTHER, true, Images.hex("FF")));
    assembler.accept(log.xid());

    assertThat(assembler.hasParts()).isFalse();
  }

  @Test
  void theSameRowsOfASelectedTableStop() {
    begin();
    byte[] garbage = new byte[100];
    new Random(WRITE).nextBytes(garbage);

    assertThatThrownBy(() -> assembler.accept(log.rows(WRITE, SELECTED, false, garbage)))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("'shop.t'");
  }

  @Test
  void aNumberThatIsGivenToAnotherTableIsNotTakenForTheOldOne() {
    begin();
    assembler.accept(log.rows(WRITE, OTHER, true, new byte[0]));
    assembler.accept(log.tableMap(OTHER, "shop", "t", INT_COLUMN));
    assembler.accept(log.tableMap(SELECTED, "shop", "other", INT_COLUMN));
    assembler.accept(log.rows(WRITE, OTHER, false, ONE_ROW));
    assembler.accept(log.rows(WRITE, SELECTED, true, new byte[0]));
    assembler.accept(log.xid());

    assertThat(assembler.take())
        .singleElement()
        .satisfies(
            part -> assertThat(part.changes()).containsExactly(new RowInsert(TABLE, Row.of(7L))));
  }

  @Test
  void aTableWhoseColumnsHaveChangedUnderItsNumberStops() {
    begin();
    assembler.accept(log.rows(WRITE, SELECTED, true, ONE_ROW));

    assertThatThrownBy(
            () -> assembler.accept(log.tableMap(SELECTED, "shop", "t", Images.hex("01 08 00 01"))))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("type code 8");
  }
}
