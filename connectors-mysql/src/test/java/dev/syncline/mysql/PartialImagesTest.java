package dev.syncline.mysql;

import static dev.syncline.change.Row.ABSENT;
import static dev.syncline.mysql.Images.hex;
import static dev.syncline.mysql.Images.mapped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Column;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.UniqueKey;
import dev.syncline.mysql.TableMap.MappedColumn;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of which the log has only some columns. */
class PartialImagesTest {

  private static final int FORMAT_DESCRIPTION = 15;
  private static final int UPDATE_V1 = 24;
  private static final String HEAD_V1 = "010000000000 0100 ";
  private static final String HEAD_V2 = HEAD_V1 + "0200 ";

  /** Columns a (the key), b (NULL unless named) and c (7 unless named). */
  private static final TableDefinition TABLE = table("'0'", "NULL", "'7'");

  private static TableDefinition table(String a, String b, String c) {
    TableDefinition plain = Images.table("int", "varchar(10)", "tinyint");
    return new TableDefinition(
        plain.id(),
        List.of(
            with(plain.columns().get(0), false, a),
            with(plain.columns().get(1), true, b),
            with(plain.columns().get(2), true, c)),
        List.of(new UniqueKey(UniqueKey.PRIMARY, List.of(0), UniqueKey.Coverage.COLUMNS)));
  }

  private static Column with(Column column, boolean nullable, String constant) {
    return new Column(
        column.name(),
        column.type(),
        nullable,
        column.origin(),
        constant.isEmpty() ? Optional.empty() : Optional.of(constant));
  }

  private static List<TableChange> decode(TableDefinition table, RowEvent event, String body) {
    return decode(table, event, body, true);
  }

  private static List<TableChange> decode(
      TableDefinition table, RowEvent event, String body, boolean knowsFullNodup) {
    MappedColumn key = new MappedColumn(TypeCode.LONG, 0, table.columns().get(0).nullable());
    RowImageDecoder decoder =
        RowImageDecoder.of(
            Images.map(key, mapped(TypeCode.VARCHAR, 40), mapped(TypeCode.TINY, 0)),
            table,
            JsonNumbers.WITH_FRACTION);
    return Images.changes(decoder, event, hex(body), knowsFullNodup);
  }

  @Test
  void lackWhatTheLogLeavesOut() {
    String update = "03 01 06 | 00 01000000 01 07 | 00 02000000 02 01 5A";

    assertThat(decode(TABLE, RowEvent.UPDATE_V2, HEAD_V2 + update.replace("|", "")))
        .containsExactly(
            new RowUpdate(TABLE, Row.of(1L, ABSENT, ABSENT), Row.of(1L, null, 7L)),
            new RowUpdate(TABLE, Row.of(2L, ABSENT, ABSENT), Row.of(2L, "Z", null)));
  }

  @Test
  void haveWhatTheRowBeforeHas() {
    assertThat(decode(TABLE, RowEvent.UPDATE_V2, HEAD_V2 + "03 05 04 00 01000000 07 00 08"))
        .containsExactly(new RowUpdate(TABLE, Row.of(1L, ABSENT, 7L), Row.of(1L, ABSENT, 8L)));
    assertThat(decode(TABLE, RowEvent.UPDATE_V2, HEAD_V2 + "03 07 04 00 01000000 01 41 07 00 08"))
        .containsExactly(new RowUpdate(TABLE, Row.of(1L, "A", 7L), Row.of(1L, "A", 8L)));
  }

  @Test
  void lackNoKeyWhenTheyAreDeleted() {
    assertThat(decode(TABLE, RowEvent.DELETE_V2, HEAD_V2 + "03 01 00 01000000"))
        .containsExactly(new RowDelete(TABLE, Row.of(1L, ABSENT, ABSENT)));
    assertThatThrownBy(() -> decode(TABLE, RowEvent.DELETE_V2, HEAD_V2 + "03 06 00 01 41 07"))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContainingAll("'shop.t'", "column 'a'", "binlog_row_image=FULL");
  }

  @Test
  void lackNothingInATableWithoutKey() {
    TableDefinition keyless = Images.table("int", "varchar(10)", "tinyint");

    assertThatThrownBy(() -> decode(keyless, RowEvent.DELETE_V2, HEAD_V2 + "03 05 00 01000000 07"))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContainingAll("'shop.t'", "column 'b'", "binlog_row_image=FULL");
  }

  @Test
  void haveTheDefaultsThatAnInsertDidNotName() {
    assertThat(decode(TABLE, RowEvent.WRITE_V2, HEAD_V2 + "03 01 00 01000000"))
        .containsExactly(new RowInsert(TABLE, Row.of(1L, null, 7L)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "'CURRENT_TIMESTAMP'"})
  void stopTheJobWhereADefaultIsNotKnown(String constant) {
    TableDefinition table = table("", "NULL", constant);

    assertThatThrownBy(() -> decode(table, RowEvent.WRITE_V2, HEAD_V2 + "03 03 00 01000000 01 41"))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContainingAll("'shop.t'", "column 'c'", "binlog_row_image=FULL");
  }

  @Test
  void areTakenFromMariaDbWhereTheyCannotComeFromAReplace() {
    assertThat(decode(TABLE, RowEvent.UPDATE_V1, HEAD_V1 + "03 01 02 00 01000000 00 01 5A"))
        .containsExactly(new RowUpdate(TABLE, Row.of(1L, ABSENT, ABSENT), Row.of(1L, "Z", ABSENT)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "03 01 03 00 01000000 00 01000000 01 5A",
        "03 05 05 00 01000000 07 00 01000000 08",
        "03 01 02 00 00000000 00 01 5A"
      })
  void stopTheJobWhereMariaDbMayHaveReplacedTheRow(String update) {
    assertThatThrownBy(() -> decode(TABLE, RowEvent.UPDATE_V1, HEAD_V1 + update))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContainingAll("'shop.t'", "REPLACE", "binlog_row_image=FULL");
  }

  /** {@link #TABLE}, but it is unique in another column also. */
  private static TableDefinition unique(int column, UniqueKey.Coverage coverage) {
    List<UniqueKey> keys = new ArrayList<>(TABLE.uniqueKeys());
    keys.add(new UniqueKey("u", List.of(column), coverage));
    return new TableDefinition(TABLE.id(), TABLE.columns(), keys);
  }

  @Test
  void areTakenFromMariaDbWhereNoUniqueKeyCanHaveMetAReplace() {
    TableDefinition onB = unique(1, UniqueKey.Coverage.PREFIX);
    TableDefinition onC = unique(2, UniqueKey.Coverage.COLUMNS);

    assertThat(decode(onB, RowEvent.UPDATE_V1, HEAD_V1 + "03 01 04 00 01000000 00 08"))
        .containsExactly(new RowUpdate(onB, Row.of(1L, ABSENT, ABSENT), Row.of(1L, ABSENT, 8L)));
    assertThat(decode(onC, RowEvent.UPDATE_V1, HEAD_V1 + "03 05 02 00 01000000 08 00 01 5A"))
        .containsExactly(new RowUpdate(onC, Row.of(1L, ABSENT, 8L), Row.of(1L, "Z", 8L)));
    assertThat(decode(onC, RowEvent.UPDATE_V1, HEAD_V1 + "03 05 02 02 01000000 00 01 5A"))
        .containsExactly(new RowUpdate(onC, Row.of(1L, ABSENT, null), Row.of(1L, "Z", null)));
  }

  /** A REPLACE that does not name the key gives it its default without the log having it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "03 01 02 00 01000000 00 01 5A",
        "03 05 02 00 01000000 07 00 01 5A",
        "03 05 06 00 01000000 08 00 01 5A 09"
      })
  void stopTheJobWhereMariaDbMayHaveReplacedTheRowThatAnotherKeyMet(String update) {
    TableDefinition onC = unique(2, UniqueKey.Coverage.COLUMNS);

    assertThatThrownBy(() -> decode(onC, RowEvent.UPDATE_V1, HEAD_V1 + update))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContainingAll("'shop.t'", "REPLACE", "key 'u'", "binlog_row_image=FULL");
  }

  /** With FULL_NODUP, which leaves out what did not change in any way. */
  @Test
  void areTakenFromMariaDbWhereTheRowBeforeIsLoggedAsAWhole() {
    TableDefinition onC = unique(2, UniqueKey.Coverage.COLUMNS);

    assertThat(decode(onC, RowEvent.UPDATE_V1, HEAD_V1 + "03 07 02 00 00000000 01 41 07 00 01 5A"))
        .containsExactly(new RowUpdate(onC, Row.of(0L, "A", 7L), Row.of(0L, "Z", 7L)));
  }

  /** So does MariaDB 10.2 log a REPLACE with MINIMAL. */
  @Test
  void stopTheJobWhereTheRowBeforeIsLoggedAsAWholeByWhatDoesNotKnowFullNodup() {
    String update = HEAD_V1 + "03 07 03 00 01000000 01 41 07 00 01000000 01 5A";

    assertThatThrownBy(() -> decode(TABLE, RowEvent.UPDATE_V1, update, false))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContainingAll("'shop.t'", "REPLACE", "key 'PRIMARY'");
    assertThat(decode(TABLE, RowEvent.UPDATE_V1, update)).hasSize(1);
  }

  /** A server may have files that an older version of it wrote. */
  @Test
  void areJudgedByWhatWroteTheFile() {
    EventBytes log = new EventBytes(4);
    BinlogRows rows = new BinlogRows(JsonNumbers.SHORTEST);
    RowDecoders.RowDecoder decoder =
        rows.open(log.tableMap(1, "shop", "t", hex("03 03 0F 01 02 2800 06")), TABLE);
    byte[] images = hex("03 07 03 00 01000000 01 41 07 00 01000000 01 5A");
    RawEvent update = log.rows(UPDATE_V1, 1, true, images);

    rows.describe(description("11.4.5-MariaDB-log"));
    assertThat(decoder.decode(update).next()).isInstanceOf(RowUpdate.class);
    rows.describe(description("10.2.11-MariaDB-log"));
    assertThatThrownBy(() -> decoder.decode(update).next()).hasMessageContaining("REPLACE");
  }

  private static RawEvent description(String version) {
    byte[] body = new byte[60];
    byte[] text = version.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, body, 2, text.length);
    return EventBytes.raw(FORMAT_DESCRIPTION, 0, 0, body);
  }

  @Test
  void stopTheJobWhereMariaDbMayHaveReplacedARowThatBeginsAlike() {
    TableDefinition onC = unique(2, UniqueKey.Coverage.PREFIX);
    String update = "03 05 02 00 01000000 08 00 01 5A";

    assertThatThrownBy(() -> decode(onC, RowEvent.UPDATE_V1, HEAD_V1 + update))
        .hasMessageContaining("key 'u'");
  }
}
