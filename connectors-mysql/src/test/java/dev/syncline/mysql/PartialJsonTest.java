package dev.syncline.mysql;

import static dev.syncline.mysql.Images.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Row;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Row events of which documents are logged in parts, made by hand. */
class PartialJsonTest {
  private static final TableDefinition TABLE = Images.table("json", "int", "json");
  private static final RowImageDecoder DECODER =
      RowImageDecoder.of(
          Images.map(
              Images.mapped(TypeCode.JSON, 4),
              Images.mapped(TypeCode.LONG, 0),
              Images.mapped(TypeCode.JSON, 4)),
          TABLE,
          JsonNumbers.WITH_FRACTION);

  private static final String HEAD = "010000000000 0000 0200 03 07 07";

  /** {@code [1]} with its length. */
  private static final String ARRAY = "08000000 02 0100 0700 05 0100";

  /** Replaces {@code $[0]} by 7, with its length. */
  private static final String FIRST_IS_7 = "0A000000 00 04 245B305D 03 05 0700";

  private static final String NOTHING = "00000000";

  private static RowUpdate update(String rows) {
    return (RowUpdate) Images.changes(DECODER, RowEvent.PARTIAL_UPDATE, hex(HEAD + rows)).get(0);
  }

  private static RowUpdate expected(Row before, Row after) {
    return new RowUpdate(TABLE, before, after);
  }

  @Test
  void makesDocumentsWholeOutOfTheRowBefore() {
    assertThat(
            update(
                "00"
                    + ARRAY
                    + "05000000"
                    + ARRAY // before
                    + "01 03" // both in parts
                    + "00"
                    + NOTHING
                    + "06000000"
                    + FIRST_IS_7))
        .isEqualTo(expected(Row.of("[1]", 5L, "[1]"), Row.of("[1]", 6L, "[7]")));
  }

  @Test
  void takesWholeDocumentsBesideParts() {
    assertThat(
            update(
                "00"
                    + ARRAY
                    + "05000000"
                    + ARRAY
                    + "01 02"
                    + "00"
                    + "02000000 04 01"
                    + "06000000"
                    + FIRST_IS_7))
        .isEqualTo(expected(Row.of("[1]", 5L, "[1]"), Row.of("true", 6L, "[7]")));
  }

  @Test
  void takesRowsWithoutParts() {
    assertThat(update("05 05000000 00 04" + ARRAY + "06000000"))
        .isEqualTo(expected(Row.of(null, 5L, null), Row.of("[1]", 6L, null)));
  }

  @Test
  void aDocumentMayBecomeNullOrHaveBeenNull() {
    assertThat(update("04" + ARRAY + "05000000 01 00 01 05000000 02000000 04 01"))
        .isEqualTo(expected(Row.of("[1]", 5L, null), Row.of(null, 5L, "true")));
  }

  @Test
  void eachRowOfAnEventHasItsOwnParts() {
    String row = "00" + ARRAY + "05000000" + ARRAY;
    String changes =
        row
            + "01 01 00"
            + FIRST_IS_7
            + "06000000"
            + ARRAY
            + row
            + "01 02 00"
            + ARRAY
            + "06000000"
            + FIRST_IS_7;

    assertThat(Images.changes(DECODER, RowEvent.PARTIAL_UPDATE, hex(HEAD + changes)))
        .containsExactly(
            expected(Row.of("[1]", 5L, "[1]"), Row.of("[7]", 6L, "[1]")),
            expected(Row.of("[1]", 5L, "[1]"), Row.of("[1]", 6L, "[7]")));
  }

  @Test
  void partsOfADocumentThatIsNotThereStopByName() {
    assertThatThrownBy(
            () -> update("04" + ARRAY + "05000000 01 03 00" + NOTHING + "06000000" + FIRST_IS_7))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("'shop.t'")
        .hasMessageContaining("column 'c'")
        .hasMessageContaining("binlog_row_image=FULL");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "02 00",
        "FB",
        "01",
        "01 03 00" + NOTHING + "06000000 0A000000 00 04 245B395D 03 05 0700",
        "01 03 00" + NOTHING + "06000000 FFFFFFFF",
        "01 03 00" + NOTHING + "06000000 01000000 09",
      })
  void refusesWhatIsNoRowAfter(String after) {
    assertThatThrownBy(() -> update("00" + ARRAY + "05000000" + ARRAY + after))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("'shop.t'");
  }
}
