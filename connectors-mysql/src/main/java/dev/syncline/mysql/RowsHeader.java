package dev.syncline.mysql;

import dev.syncline.SyncException;

/**
 * The beginning of an event with rows.
 *
 * @param tableId the number of the table, which a TABLE_MAP event has announced
 * @param endsStatement whether it is the last of its statement
 */
record RowsHeader(long tableId, boolean endsStatement) {
  private static final int TABLE_ID_BYTES = 6;
  private static final int STATEMENT_END = 1;
  private static final long NO_TABLE_5_5 = 0xFF_FFFFL;
  private static final long NO_TABLE = 0xFFFF_FFFF_FFFFL;

  static RowsHeader of(RawEvent event) {
    ByteCursor body = event.body();
    long tableId = body.unsigned(TABLE_ID_BYTES);
    return new RowsHeader(tableId, (body.unsignedShort() & STATEMENT_END) != 0);
  }

  /** Whether it has rows; otherwise it only ends the statement. */
  boolean hasTable() {
    return tableId != NO_TABLE && tableId != NO_TABLE_5_5;
  }

  SyncException unannounced(RawEvent event, String where) {
    return new SyncException(
        "The %s at %s names table number %d, which no TABLE_MAP event announced."
            .formatted(event, where, tableId));
  }
}
