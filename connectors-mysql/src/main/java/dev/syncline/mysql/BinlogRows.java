package dev.syncline.mysql;

import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/** Decodes rows out of raw events. Used by one thread. */
final class BinlogRows implements RowDecoders {

  private static final int FORMAT_BYTES = 2;
  private static final int VERSION_BYTES = 50;

  private final JsonNumbers jsonNumbers;
  private final IntFunction<Optional<String>> collations;
  private boolean knowsFullNodup;
  private TableMapCheck check;

  /** Decodes rows of a server's log whose numbers of collations are not known. */
  BinlogRows(JsonNumbers jsonNumbers) {
    this(jsonNumbers, number -> Optional.empty());
  }

  /**
   * Decodes rows of a server's log.
   *
   * @param jsonNumbers how the server prints numbers in JSON documents
   * @param collations the name of a collation by its number in the log
   */
  BinlogRows(JsonNumbers jsonNumbers, IntFunction<Optional<String>> collations) {
    this.jsonNumbers = jsonNumbers;
    this.collations = collations;
    this.check = new TableMapCheck(false, collations);
  }

  /** The file may be older than the server, and written by an older version. */
  @Override
  public void describe(RawEvent description) {
    ByteCursor body = description.body();
    body.skip(FORMAT_BYTES);
    MySqlFacts writer = MySqlFacts.of(body.utf8(VERSION_BYTES), Map.of());
    knowsFullNodup = writer.isMariaDbFrom(11, 4, 0);
    check = new TableMapCheck(writer.mariaDb(), collations);
  }

  @Override
  public RowDecoder open(RawEvent tableMap, TableDefinition table) {
    byte[] body = Arrays.copyOfRange(tableMap.bytes(), RawEvent.HEADER_BYTES, tableMap.end());
    TableMap map = TableMap.parse(body);
    RowImageDecoder decoder = RowImageDecoder.of(map, table, jsonNumbers);
    check.check(map, table);
    return new Images(decoder);
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
