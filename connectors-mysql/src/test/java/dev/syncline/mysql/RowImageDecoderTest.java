package dev.syncline.mysql;

import static dev.syncline.mysql.Images.decode;
import static dev.syncline.mysql.Images.hex;
import static dev.syncline.mysql.Images.mapped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.ImpossibleDate;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowImageDecoderTest {

  private static final TableDefinition TABLE = Images.table("int", "varchar(10)", "tinyint");
  private static final RowImageDecoder DECODER =
      RowImageDecoder.of(
          Images.map(
              mapped(TypeCode.LONG, 0), mapped(TypeCode.VARCHAR, 40), mapped(TypeCode.TINY, 0)),
          TABLE,
          JsonNumbers.WITH_FRACTION);
  private static final String HEAD_V1 = "010000000000 0100 ";
  private static final String HEAD_V2 = HEAD_V1 + "0200 ";

  @Test
  void decodesRowsOfAnInsert() {
    byte[] body = hex(HEAD_V2 + "03 07 | 00 01000000 02 4142 FF | 06 FEFFFFFF".replace("|", ""));

    assertThat(Images.changes(DECODER, RowEvent.WRITE_V2, body))
        .containsExactly(
            new RowInsert(TABLE, Row.of(1L, "AB", -1L)),
            new RowInsert(TABLE, Row.of(-2L, null, null)));
  }

  @Test
  void decodesBothImagesOfAnUpdate() {
    byte[] body = hex(HEAD_V1 + "03 07 07 00 01000000 00 01 04 01000000 01 5A");

    assertThat(Images.changes(DECODER, RowEvent.UPDATE_V1, body))
        .containsExactly(new RowUpdate(TABLE, Row.of(1L, "", 1L), Row.of(1L, "Z", null)));
  }

  @Test
  void decodesADeleteBehindExtraData() {
    byte[] body = hex(HEAD_V1 + "0500 AABBCC 03 07 04 05000000 00");

    assertThat(Images.changes(DECODER, RowEvent.DELETE_V2, body))
        .containsExactly(new RowDelete(TABLE, Row.of(5L, "", null)));
  }

  @Test
  void namesARowThatIsTooLargeBehindThoseThatAreNot() {
    String small = "00 01000000 02 4142 FF ";
    String withAnEmoji = "00 01000000 0A 414243444546F09F9880 FF ";
    byte[] inserts = hex(HEAD_V2 + "03 07 " + small + withAnEmoji);
    byte[] update = hex(HEAD_V2 + "03 07 07 " + withAnEmoji + small);

    Iterator<TableChange> inserted =
        DECODER.decode(RowEvent.WRITE_V2, new ByteCursor(inserts), 31, true);
    Iterator<TableChange> updated =
        DECODER.decode(RowEvent.UPDATE_V2, new ByteCursor(update), 31, true);

    assertThat(inserted.next()).isEqualTo(new RowInsert(TABLE, Row.of(1L, "AB", -1L)));
    for (Iterator<TableChange> changes : List.of(inserted, updated)) {
      assertThatThrownBy(changes::next)
          .isInstanceOf(UnsupportedChangeException.class)
          .hasMessageContaining("a row of 32 bytes of table 'shop.t'")
          .hasMessageContaining("-Xmx");
    }
  }

  @Test
  void ignoresUnusedBitsOfBitmaps() {
    byte[] body = hex(HEAD_V2 + "03 FF F8 01000000 00 00");

    assertThat(Images.changes(DECODER, RowEvent.WRITE_V2, body))
        .containsExactly(new RowInsert(TABLE, Row.of(1L, "", 0L)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "01",
        "010000000000 0100",
        "010000000000 0100 01",
        "010000000000 0100 0000 03 07",
        "010000000000 0100 FF00 03 07",
        "010000000000 0100 0200 02 07",
        "010000000000 0100 0200 FB 07",
        "010000000000 0100 0200 03",
        "010000000000 0100 0200 03 07 00",
        "010000000000 0100 0200 03 07 00 010000",
        "010000000000 0100 0200 03 07 00 01000000 05 4142 FF",
        "010000000000 0100 0200 03 07 00 01000000 01 41 FF 00",
        "010000000000 0100 0200 03 07 00 01000000 01 C0 FF"
      })
  void namesTheTableWhenBytesAreMissingOrWrong(String body) {
    assertThatThrownBy(() -> Images.changes(DECODER, RowEvent.WRITE_V2, hex(body)))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("'shop.t'");
  }

  @Test
  void namesTheColumnButNotTheValue() {
    byte[] body = hex(HEAD_V2 + "03 07 00 01000000 04 736563FF 00");

    assertThatThrownBy(() -> Images.changes(DECODER, RowEvent.WRITE_V2, body))
        .hasMessageContaining("column 'b'")
        .hasMessageContaining("utf8mb4")
        .hasMessageNotContaining("sec");
  }

  @Test
  void refusesAMapThatContradictsTheTable() {
    for (TableMap map :
        List.of(
            Images.map(mapped(TypeCode.LONG, 0), mapped(TypeCode.VARCHAR, 40)),
            Images.map(
                mapped(TypeCode.LONG, 0), mapped(TypeCode.VARCHAR, 10), mapped(TypeCode.TINY, 0)),
            Images.map(
                mapped(TypeCode.TINY, 0),
                mapped(TypeCode.VARCHAR, 40),
                mapped(TypeCode.LONG, 0)))) {
      assertThatThrownBy(() -> RowImageDecoder.of(map, TABLE, JsonNumbers.SHORTEST))
          .isInstanceOf(UnsupportedChangeException.class)
          .hasMessageContaining("'shop.t'");
    }
  }

  @Test
  void readsTheNumberOfTheTable() {
    assertThat(RowImageDecoder.tableId(hex("060504030201 0000"))).isEqualTo(0x010203040506L);
    assertThat(RowImageDecoder.isWithoutTable(0xFFFFFFFFFFFFL)).isTrue();
    assertThat(RowImageDecoder.isWithoutTable(1)).isFalse();
    assertThatThrownBy(() -> RowImageDecoder.tableId(hex("0605")))
        .isInstanceOf(UnsupportedChangeException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "tinyint, 1, 80, -128",
    "tinyint unsigned, 1, FF, 255",
    "smallint, 2, 0080, -32768",
    "smallint unsigned, 2, FFFF, 65535",
    "mediumint, 9, 000080, -8388608",
    "mediumint unsigned, 9, FFFFFF, 16777215",
    "int unsigned, 3, FEFFFFFF, 4294967294",
    "bigint, 8, 0000000000000080, -9223372036854775808",
    "bigint unsigned, 8, FFFFFFFFFFFFFF7F, 9223372036854775807",
    "year, 13, 00, 0",
    "year, 13, 01, 1901",
    "year, 13, FF, 2155"
  })
  void decodesWholeNumbers(String type, int code, String bytes, long expected) {
    assertThat(decode(type, "", mapped(code, 0), bytes)).isEqualTo(expected);
  }

  @Test
  void decodesUnsignedNumbersFromHalfTheRangeUp() {
    assertThat(decode("bigint unsigned", "", mapped(8, 0), "0000000000000080"))
        .isEqualTo(BigInteger.ONE.shiftLeft(63));
    assertThat(decode("bigint unsigned", "", mapped(8, 0), "FFFFFFFFFFFFFFFF"))
        .isEqualTo(new BigInteger("18446744073709551615"));
  }

  @ParameterizedTest
  @CsvSource({
    "'decimal(14,4)', 3588, 810DFB38D204D2, 1234567890.1234",
    "'decimal(14,4)', 3588, 7EF204C72DFB2D, -1234567890.1234",
    "'decimal(10,2)', 2562, 8000000000 , 0.00",
    "'decimal(10,2)', 2562, 7FFFFFFFFE , -0.01",
    "'decimal(5,5)', 1285, 800001, 0.00001"
  })
  void decodesDecimals(String type, int metadata, String bytes, String expected) {
    assertThat(decode(type, "", mapped(TypeCode.NEWDECIMAL, metadata), bytes))
        .isEqualTo(new BigDecimal(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 800000, PT0S",
    "0, 7FFFFF, PT-1S",
    "0, B46EFB, PT838H59M59S",
    "0, 4B9105, PT-838H-59M-59S",
    "1, 7FFFFFF6, PT-0.1S",
    "2, 7FFFFEE7, PT-1.25S",
    "3, 7FFFFFFFF6, PT-0.001S",
    "6, 7FFFFFFFFFFF, PT-0.000001S",
    "6, 800001000001, PT1.000001S"
  })
  void decodesSpansOfTime(int digits, String bytes, Duration expected) {
    assertThat(decode("time(" + digits + ")", "", mapped(TypeCode.TIME2, digits), bytes))
        .isEqualTo(expected);
  }

  @Test
  void decodesDatesThatTheCalendarDoesNotHave() {
    assertThat(decode("date", "", mapped(TypeCode.DATE, 0), "000000"))
        .isEqualTo(new ImpossibleDate("0000-00-00"));
    assertThat(decode("date", "", mapped(TypeCode.DATE, 0), "5FCE0F"))
        .isEqualTo(new ImpossibleDate("2023-02-31"));
    assertThat(decode("datetime(3)", "", mapped(TypeCode.DATETIME2, 3), "8000000000 0000"))
        .isEqualTo(new ImpossibleDate("0000-00-00 00:00:00.000"));
    assertThat(decode("timestamp(1)", "", mapped(TypeCode.TIMESTAMP2, 1), "00000000 00"))
        .isEqualTo(new ImpossibleDate("0000-00-00 00:00:00.0"));
  }

  @Test
  void decodesDatesAndTimes() {
    assertThat(decode("datetime(6)", "", mapped(TypeCode.DATETIME2, 6), "FEF3FF7EFB 0F423F"))
        .isEqualTo(LocalDateTime.parse("9999-12-31T23:59:59.999999"));
    assertThat(decode("timestamp", "", mapped(TypeCode.TIMESTAMP2, 0), "00000001"))
        .isEqualTo(Instant.ofEpochSecond(1));
    assertThat(decode("timestamp", "", mapped(TypeCode.TIMESTAMP, 0), "FFFFFF7F"))
        .isEqualTo(Instant.ofEpochSecond(Integer.MAX_VALUE));
    assertThat(decode("datetime", "", mapped(TypeCode.DATETIME, 0), "FB95E1053A120000"))
        .isEqualTo(LocalDateTime.parse("2004-04-16T07:32:11"));
    assertThat(decode("time", "", mapped(TypeCode.TIME, 0), "FFFFFF"))
        .isEqualTo(Duration.ofSeconds(-1));
  }

  @Test
  void decodesBytesAndBits() {
    assertThat(decode("binary(4)", "", mapped(TypeCode.STRING, 4), "01 07"))
        .isEqualTo(new byte[] {7, 0, 0, 0});
    assertThat(decode("varbinary(4)", "", mapped(TypeCode.VARCHAR, 4), "02 0700"))
        .isEqualTo(new byte[] {7, 0});
    assertThat(decode("bit(9)", "", mapped(TypeCode.BIT, 9), "0180"))
        .isEqualTo(new byte[] {1, -128});
    assertThat(decode("geometry", "", mapped(TypeCode.GEOMETRY, 4), "02000000 0102"))
        .isEqualTo(new byte[] {1, 2});
  }

  @Test
  void decodesTextInItsCharacterSet() {
    assertThat(decode("varchar(4)", "latin1", mapped(TypeCode.VARCHAR, 4), "02 80 81"))
        .isEqualTo("€\u0081");
    assertThat(decode("char(200)", "utf8mb4", mapped(TypeCode.STRING, 800), "0300 E4B8AD"))
        .isEqualTo("中");
    assertThat(decode("text", "gbk", mapped(TypeCode.BLOB, 2), "0200 D6D0")).isEqualTo("中");
  }

  @Test
  void decodesLabels() {
    String labels = "('x','a,b','')";
    assertThat(decode("enum" + labels, "utf8mb4", mapped(TypeCode.ENUM, 1), "02")).isEqualTo("a,b");
    assertThat(decode("enum" + labels, "utf8mb4", mapped(TypeCode.ENUM, 1), "00")).isEqualTo("");
    assertThat(decode("set('x','y','z')", "utf8mb4", mapped(TypeCode.SET, 1), "05"))
        .isEqualTo("x,z");
    assertThat(decode("set('x','y','z')", "utf8mb4", mapped(TypeCode.SET, 1), "00")).isEqualTo("");
    assertThatThrownBy(() -> decode("enum" + labels, "utf8mb4", mapped(TypeCode.ENUM, 1), "04"))
        .hasMessageContaining("label 4");
    assertThatThrownBy(() -> decode("set('x','y','z')", "utf8mb4", mapped(TypeCode.SET, 1), "08"))
        .hasMessageContaining("column 'a'");
  }
}
