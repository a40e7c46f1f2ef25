package dev.syncline.mysql;

import static dev.syncline.mysql.Images.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SyncException;
import dev.syncline.TableSelection;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Events that MariaDB has compressed, made by hand. */
final class CompressedEventTest {
  private static final int STATEMENT = 165;
  private static final int WRITE_V1 = 166;
  private static final int UPDATE_V1 = 167;
  private static final TableDefinition TABLE = Images.table("int");
  private static final byte[] INT_COLUMN = hex("01 03 00 01");

  private final EventBytes log = new EventBytes(4);
  private final TransactionAssembler assembler =
      new TransactionAssembler(
          BinlogScope.of(
              TableSelection.builder().database("shop", db -> db.table("t")).build(),
              List.of(TABLE),
              new CutGroups()),
          MySqlPosition.parse("bin.000001:4 mariadb=0-1-5"),
          new BinlogRows(JsonNumbers.SHORTEST),
          false);

  private void begin() {
    assembler.accept(EventBytes.rotate("bin.000001", 4));
    assembler.accept(log.mariaDbGtid(6, 0, 0));
    assembler.accept(log.tableMap(1, "shop", "t", INT_COLUMN));
    assembler.accept(log.tableMap(2, "other", "t", INT_COLUMN));
  }

  private static byte[] concat(byte[]... parts) {
    byte[] all = new byte[0];
    for (byte[] part : parts) {
      int start = all.length;
      all = Arrays.copyOf(all, start + part.length);
      System.arraycopy(part, 0, all, start, part.length);
    }
    return all;
  }

  /** As MariaDB does: a byte with the number of bytes of the length, the length, zlib. */
  private static byte[] packed(byte[] plain, int lengthBytes) {
    byte[] head = new byte[1 + lengthBytes];
    head[0] = (byte) (0x80 | lengthBytes);
    for (int i = 0; i < lengthBytes; i++) {
      head[lengthBytes - i] = (byte) (plain.length >> (i * Byte.SIZE));
    }
    return concat(head, deflated(plain));
  }

  private static byte[] deflated(byte[] plain) {
    Deflater deflater = new Deflater();
    try {
      deflater.setInput(plain);
      deflater.finish();
      byte[] packed = new byte[plain.length + 100];
      return Arrays.copyOf(packed, deflater.deflate(packed));
    } finally {
      deflater.end();
    }
  }

  private List<TableChange> changes(int type, String head, byte[] rows) {
    begin();
    assembler.accept(log.rows(type, 1, true, concat(hex(head), rows)));
    assembler.accept(log.xid());
    return assembler.take().get(0).changes();
  }

  @ParameterizedTest
  @CsvSource({"166, 01 01", "169, 0200 01 01", "169, 0400 AAAA 01 01"})
  void unpacksInsertedRows(int type, String head) {
    assertThat(changes(type, head, packed(hex("00 07000000 01"), 1)))
        .containsExactly(
            new RowInsert(TABLE, Row.of(7L)), new RowInsert(TABLE, Row.of((Object) null)));
  }

  @ParameterizedTest
  @CsvSource({"167, 01 01 01", "170, 0200 01 01 01"})
  void unpacksUpdatedRows(int type, String head) {
    assertThat(changes(type, head, packed(hex("00 07000000 00 08000000"), 4)))
        .containsExactly(new RowUpdate(TABLE, Row.of(7L), Row.of(8L)));
  }

  @ParameterizedTest
  @CsvSource({"168, 01 01", "171, 0200 01 01"})
  void unpacksDeletedRows(int type, String head) {
    assertThat(changes(type, head, packed(hex("00 07000000"), 2)))
        .containsExactly(new RowDelete(TABLE, Row.of(7L)));
  }

  @Test
  void readsLengthsOfSeveralBytesFromTheMostSignificantOn() {
    byte[] rows = new byte[5 * 0x1234];
    for (int i = 0; i < 0x1234; i++) {
      rows[5 * i + 1] = (byte) i;
      rows[5 * i + 2] = (byte) (i >> 8);
    }

    List<TableChange> changes = changes(WRITE_V1, "01 01", packed(rows, 2));

    assertThat(changes).hasSize(0x1234);
    assertThat(changes.get(0x1233)).isEqualTo(new RowInsert(TABLE, Row.of(0x1233L)));
  }

  @Test
  void rowsOfOtherTablesAreNotUnpacked() {
    begin();
    assembler.accept(log.rows(WRITE_V1, 2, true, hex("FF FF FF")));
    assembler.accept(log.xid());

    assertThat(assembler.hasParts()).isFalse();
  }

  @Test
  void unpacksStatements() {
    begin();
    assembler.accept(statement("SAVEPOINT `a`"));
    assembler.accept(log.rows(23, 1, true, hex("01 01 00 07000000")));

    assertThatThrownBy(() -> assembler.accept(statement("ROLLBACK TO `a`")))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("rollback");
  }

  @Test
  void judgesStatementsThatWereCompressed() {
    assembler.accept(EventBytes.rotate("bin.000001", 4));
    assembler.accept(log.mariaDbGtid(6, 0, 1));
    assembler.accept(statement("ALTER TABLE other.t ADD x INT"));
    assertThat(assembler.position()).isPresent();
    assembler.accept(log.mariaDbGtid(7, 0, 1));

    assertThatThrownBy(() -> assembler.accept(statement("ALTER TABLE shop.t ADD x INT")))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("'ALTER TABLE'");
  }

  private RawEvent statement(String sql) {
    byte[] head = hex("0000000000000000 04 0000 0500 00 00000000 73686F70 00");
    byte[] text = sql.getBytes(StandardCharsets.UTF_8);
    return log.event(STATEMENT, concat(head, packed(text, 1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "80",
        "85 00000000 05",
        "90 05",
        "81",
        "81 05",
        "81 05 789C",
        "81 05 FFFFFFFFFF",
      })
  void refusesWhatIsNotCompressedLikeThat(String packed) {
    begin();

    assertThatThrownBy(() -> assembler.accept(log.rows(WRITE_V1, 1, true, hex("01 01" + packed))))
        .isExactlyInstanceOf(SyncException.class)
        .hasMessageContaining("'shop.t'")
        .hasMessageContaining("bin.000001:4'")
        .hasMessageContaining("mysqlbinlog");
  }

  @Test
  void refusesMoreOrFewerBytesThanWereSaid() {
    byte[] row = hex("00 07000000");
    for (String length : List.of("81 04", "81 06", "81 FF", "82 0005 00")) {
      byte[] body = concat(hex("01 01" + length), deflated(row));
      RawEvent event = log.rows(WRITE_V1, 1, true, body);

      assertThatThrownBy(() -> CompressedEvent.of(event).plain())
          .as(length)
          .isInstanceOf(MalformedValueException.class);
    }
    byte[] cut = concat(hex("01 01 81 05"), deflated(row));
    RawEvent event = log.rows(WRITE_V1, 1, true, Arrays.copyOf(cut, cut.length - 3));
    assertThatThrownBy(() -> CompressedEvent.of(event).plain())
        .isInstanceOf(MalformedValueException.class);
  }

  @Test
  void takesNoMemoryForWhatIsTooLarge() {
    begin();

    assertThatThrownBy(
            () ->
                assembler.accept(
                    log.rows(UPDATE_V1, 1, true, hex("01 01 01 84 FFFFFFFF 789C 0000"))))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("'shop.t'")
        .hasMessageContaining("too large")
        .hasMessageContaining("-Xmx");
  }

  @Test
  void saysThatOneOfWhichOnlyTheHeadIsThereIsTooLarge() {
    begin();
    byte[] head = log.rows(WRITE_V1, 1, true, new byte[0]).bytes().clone();
    head[12] = 0x7F;

    assertThatThrownBy(() -> assembler.accept(new RawEvent(head, head.length)))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("'shop.t'")
        .hasMessageContaining("or more");
  }

  @Property
  void garbageIsUnpackedOrRefused(@ForAll byte[] garbage, @ForAll long seed) {
    Random random = new Random(seed);
    int type = 165 + random.nextInt(7);
    byte[] body = type == STATEMENT ? new byte[13] : hex("0000000000000000 0200 01 01 01");
    RawEvent event = EventBytes.raw(type, 0, 0, concat(body, hex("81 05 789C"), garbage));
    try {
      CompressedEvent.of(event).plain();
    } catch (MalformedValueException e) {
      // The only way to refuse.
    }
  }
}
