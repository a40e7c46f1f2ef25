package dev.syncline.mysql;

import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;

/** Decodes rows out of raw events. Used by one thread. */
final class BinlogRows implements RowDecoders {

  private static final int FORMAT_BYTES = 2;
  private static final int VERSION_BYTES = 50;

  private final JsonNumbers jsonNumbers;
  private boolean knowsFullNodup;

  /**
   * Decodes rows of a server's log.
   *
   * @param jsonNumbers how the server prints numbers in JSON documents
   */
  BinlogRows(JsonNumbers jsonNumbers) {
    this.jsonNumbers = jsonNumbers;
  }

  /** The file may be older than the server, and written by an older version. */
  @Override
  public void describe(RawEvent description) {
    ByteCursor body = description.body();
    body.skip(FORMAT_BYTES);
    MySqlFacts writer = MySqlFacts.of(body.utf8(VERSION_BYTES), Map.of());
    knowsFullNodup = writer.isMariaDbFrom(11, 4, 0);
  }

  @Override
  public RowDecoder open(RawEvent tableMap, TableDefinition table) {
    byte[] body = Arrays.copyOfRange(tableMap.bytes(), RawEvent.HEADER_BYTES, tableMap.end());
    return new Images(RowImageDecoder.of(TableMap.parse(body), table, jsonNumbers));
  }

  private final class Images implements RowDecoder {
    private final RowImageDecoder decoder;

    Images(RowImageDecoder decoder) {
      this.decoder = decoder;
    }

    @Override
    public Iterator<TableChange> decode(RawEvent rows) {
      RowEvent kind =
          RowEvent.withCode(rows.typeCode())
              .orElseThrow(() -> new IllegalArgumentException(rows + " holds no rows"));
      return decoder.decode(kind, rows.body(), LargestRow.bytesOfRow(), knowsFullNodup);
    }
  }
}
