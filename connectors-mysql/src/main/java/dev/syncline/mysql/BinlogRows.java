package dev.syncline.mysql;

import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import java.util.Arrays;
import java.util.Iterator;

/**
 * Decodes rows out of raw events.
 *
 * @param jsonNumbers how the server prints numbers in JSON documents
 */
record BinlogRows(JsonNumbers jsonNumbers) implements RowDecoders {

  @Override
  public RowDecoder open(RawEvent tableMap, TableDefinition table) {
    byte[] body = Arrays.copyOfRange(tableMap.bytes(), RawEvent.HEADER_BYTES, tableMap.end());
    return new Images(RowImageDecoder.of(TableMap.parse(body), table, jsonNumbers));
  }

  private record Images(RowImageDecoder decoder) implements RowDecoder {
    @Override
    public Iterator<TableChange> decode(RawEvent rows) {
      RowEvent kind =
          RowEvent.withCode(rows.typeCode())
              .orElseThrow(() -> new IllegalArgumentException(rows + " holds no rows"));
      return decoder.decode(kind, rows.body(), LargestRow.bytesOfRow());
    }
  }
}
