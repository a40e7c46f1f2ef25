package dev.syncline.mysql;

import dev.syncline.change.Column;
import dev.syncline.change.RowInsert;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.mysql.TableMap.MappedColumn;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Makes row events and what is needed to decode them, without a server. */
final class Images {

  static final TableId TABLE = new TableId("shop", "t");

  private Images() {}

  /** The bytes behind hexadecimal digits; blanks do not matter. */
  static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  static Column column(String name, String type, String charset) {
    return new Column(
        name, MySqlTypes.columnType(TABLE, name, type, charset, ""), true, Column.Origin.WRITTEN);
  }

  /** A table whose columns are named a, b, c … and have these types. */
  static TableDefinition table(String... types) {
    List<Column> columns = new ArrayList<>();
    for (String type : types) {
      boolean isText = type.matches("(?i)(var)?char.*|.*text|enum.*|set.*");
      String name = Character.toString('a' + columns.size());
      columns.add(column(name, type, isText ? "utf8mb4" : ""));
    }
    return new TableDefinition(TABLE, columns, List.of());
  }

  /** The table map of a table whose columns are all nullable. */
  static TableMap map(MappedColumn... columns) {
    return new TableMap(1, TABLE, List.of(columns), MapMetadata.NONE);
  }

  static MappedColumn mapped(int type, int metadata) {
    return new MappedColumn(type, metadata, true);
  }

  /** The value behind the bytes of one column. */
  static Object decode(String type, String charset, MappedColumn mapped, String bytes) {
    TableDefinition table =
        new TableDefinition(TABLE, List.of(column("a", type, charset)), List.of());
    RowImageDecoder decoder = RowImageDecoder.of(map(mapped), table, JsonNumbers.WITH_FRACTION);
    byte[] body = hex("010000000000 0000 0200 01 01 00" + bytes);
    return ((RowInsert) changes(decoder, RowEvent.WRITE_V2, body).get(0)).after().value(0);
  }

  /** The changes in a row event, given without its common header and checksum. */
  static List<TableChange> changes(RowImageDecoder decoder, RowEvent event, byte[] body) {
    return changes(decoder, event, body, true);
  }

  /** The same as a server logs them that knows {@code FULL_NODUP}, or does not. */
  static List<TableChange> changes(
      RowImageDecoder decoder, RowEvent event, byte[] body, boolean knowsFullNodup) {
    List<TableChange> changes = new ArrayList<>();
    decoder
        .decode(event, new ByteCursor(body), Long.MAX_VALUE, knowsFullNodup)
        .forEachRemaining(changes::add);
    return changes;
  }
}
