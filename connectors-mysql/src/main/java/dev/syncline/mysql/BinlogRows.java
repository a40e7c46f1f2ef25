package dev.syncline.mysql;

import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Decodes rows, and keeps the decoder of a table as long as the log describes the table in the same
 * way: it does so again for each statement. Used by one thread.
 */
final class BinlogRows implements RowDecoders {
  private static final int TABLE_ID_BYTES = 6;

  private final JsonNumbers jsonNumbers;
  private final Map<TableId, Described> decoders = new HashMap<>();

  BinlogRows(JsonNumbers jsonNumbers) {
    this.jsonNumbers = jsonNumbers;
  }

  @Override
  public RowDecoder open(RawEvent tableMap, TableDefinition table) {
    byte[] body = body(tableMap);
    Described last = decoders.get(table.id());
    if (last == null || !last.isSameAs(body) || !last.table.equals(table)) {
      RowImageDecoder decoder = RowImageDecoder.of(TableMap.parse(body), table, jsonNumbers);
      last = new Described(body, table, new Images(decoder));
      decoders.put(table.id(), last);
    }
    return last.decoder;
  }

  private static byte[] body(RawEvent event) {
    return Arrays.copyOfRange(event.bytes(), RawEvent.HEADER_BYTES, event.end());
  }

  /** A decoder and what it was made for. */
  private static final class Described {
    private final byte[] tableMap;
    private final TableDefinition table;
    private final RowDecoder decoder;

    Described(byte[] tableMap, TableDefinition table, RowDecoder decoder) {
      this.tableMap = tableMap;
      this.table = table;
      this.decoder = decoder;
    }

    /** Whether a table map says the same but for the number of the table. */
    boolean isSameAs(byte[] other) {
      return Arrays.equals(
          tableMap, TABLE_ID_BYTES, tableMap.length, other, TABLE_ID_BYTES, other.length);
    }
  }

  private record Images(RowImageDecoder decoder) implements RowDecoder {
    @Override
    public List<TableChange> decode(RawEvent rows) {
      RowEvent kind =
          RowEvent.withCode(rows.typeCode())
              .orElseThrow(() -> new IllegalArgumentException(rows + " holds no whole rows"));
      return decoder.decode(kind, body(rows));
    }
  }
}
