package dev.syncline.mysql;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.TableDefinition;
import dev.syncline.mysql.TableMap.MappedColumn;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever the bytes are: they decode, or they are refused in the one way that callers know. */
class GarbageTest {

  private static final int MAX_BYTES = 300;

  private static final TableDefinition TABLE =
      Images.table(
          "bigint unsigned",
          "decimal(65,30)",
          "double",
          "bit(33)",
          "year",
          "date",
          "time(5)",
          "datetime(3)",
          "timestamp(1)",
          "varchar(300)",
          "char(255)",
          "binary(7)",
          "longblob",
          "enum('x','y')",
          "set('x','y','z')",
          "json",
          "geometry",
          "datetime",
          "time",
          "timestamp");

  private static final List<MappedColumn> MAPPED =
      List.of(
          Images.mapped(TypeCode.LONGLONG, 0),
          Images.mapped(TypeCode.NEWDECIMAL, (65 << 8) | 30),
          Images.mapped(TypeCode.DOUBLE, 8),
          Images.mapped(TypeCode.BIT, 33),
          Images.mapped(TypeCode.YEAR, 0),
          Images.mapped(TypeCode.DATE, 0),
          Images.mapped(TypeCode.TIME2, 5),
          Images.mapped(TypeCode.DATETIME2, 3),
          Images.mapped(TypeCode.TIMESTAMP2, 1),
          Images.mapped(TypeCode.VARCHAR, 1200),
          Images.mapped(TypeCode.STRING, 1020),
          Images.mapped(TypeCode.STRING, 7),
          Images.mapped(TypeCode.BLOB, 4),
          Images.mapped(TypeCode.ENUM, 1),
          Images.mapped(TypeCode.SET, 1),
          Images.mapped(TypeCode.JSON, 4),
          Images.mapped(TypeCode.GEOMETRY, 4),
          Images.mapped(TypeCode.DATETIME, 0),
          Images.mapped(TypeCode.TIME, 0),
          Images.mapped(TypeCode.TIMESTAMP, 0));

  private static final RowImageDecoder DECODER =
      RowImageDecoder.of(
          Images.map(MAPPED.toArray(new MappedColumn[0])), TABLE, JsonNumbers.SHORTEST);

  /** Numbers that are lengths, offsets and codes of types more often than chance has it. */
  @Provide
  Arbitrary<byte[]> garbage() {
    Arbitrary<Byte> suspicious =
        Arbitraries.of(
            (byte) 0, (byte) 1, (byte) 2, (byte) 0x0F, (byte) 0xF6, (byte) 0x80, (byte) -1);
    return Arbitraries.oneOf(Arbitraries.bytes(), suspicious)
        .array(byte[].class)
        .ofMaxSize(MAX_BYTES);
  }

  /** Row events whose beginning is right, so that the columns are reached. */
  @Provide
  Arbitrary<byte[]> events() {
    byte[] head = Images.hex("010000000000 0000 0200 14 FFFFFF");
    return Combinators.combine(Arbitraries.bytes().array(byte[].class).ofSize(3), garbage())
        .as((nulls, rest) -> concat(head, concat(nulls, rest)));
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  @Property
  void rowsDecodeOrAreRefused(@ForAll("events") byte[] body) {
    for (RowEvent event :
        List.of(
            RowEvent.WRITE_V2, RowEvent.UPDATE_V1, RowEvent.DELETE_V2, RowEvent.PARTIAL_UPDATE)) {
      try {
        Images.changes(DECODER, event, body);
      } catch (UnsupportedChangeException e) {
        // The only way to refuse.
      }
    }
  }

  @Property
  void garbageDecodesOrIsRefused(@ForAll("garbage") byte[] body) {
    try {
      Images.changes(DECODER, RowEvent.WRITE_V2, body);
    } catch (UnsupportedChangeException e) {
      // The only way to refuse.
    }
  }

  @Property
  void tableMapsAreReadOrRefused(@ForAll("garbage") byte[] body) {
    try {
      TableMap map = TableMap.parse(body);
      RowImageDecoder.of(map, TABLE, JsonNumbers.SHORTEST);
    } catch (UnsupportedChangeException e) {
      // The only way to refuse.
    }
  }

  @Property
  void documentsArePrintedOrRefused(@ForAll("garbage") byte[] document) {
    try {
      JsonImage.print(document, 0, document.length, JsonNumbers.WITH_FRACTION);
    } catch (MalformedValueException e) {
      // The only way to refuse; the decoder of rows turns it into its own.
    }
  }

  @Property
  void changesOfDocumentsAreAppliedOrRefused(
      @ForAll("garbage") byte[] document, @ForAll("garbage") byte[] changes) {
    byte[] small = Images.hex("02 0200 0A00 05 0100 05 0200");
    for (byte[] before : List.of(document, small)) {
      byte[] length = {(byte) changes.length, (byte) (changes.length >> Byte.SIZE), 0, 0};
      byte[] bytes = concat(before, concat(length, changes));
      try {
        JsonImage.patched(
            new ByteCursor(bytes, 0, before.length),
            new ByteCursor(bytes, before.length, bytes.length),
            JsonNumbers.WITH_FRACTION);
      } catch (MalformedValueException e) {
        // The only way to refuse; the decoder of rows turns it into its own.
      }
    }
  }

  @Property
  void eachColumnReadsOrRefuses(@ForAll("garbage") byte[] bytes) {
    for (int i = 0; i < TABLE.columns().size(); i++) {
      TableDefinition one =
          new TableDefinition(Images.TABLE, List.of(TABLE.columns().get(i)), List.of());
      MappedColumn mapped = MAPPED.get(i);
      RowImageDecoder decoder = RowImageDecoder.of(Images.map(mapped), one, JsonNumbers.SHORTEST);
      try {
        Images.changes(
            decoder, RowEvent.WRITE_V1, concat(Images.hex("010000000000 0000 01 01 00"), bytes));
      } catch (UnsupportedChangeException e) {
        // The only way to refuse.
      }
    }
  }
}
