package dev.syncline.mysql;

import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import java.util.Iterator;

/** Makes what turns row events into changes. Used by one thread. */
interface RowDecoders {
  /** Takes note of the event by which a file of the log begins, which says what wrote the file. */
  default void describe(RawEvent description) {}

  /**
   * The decoder of the row events that follow a TABLE_MAP event.
   *
   * @param table the table as it is defined at this place of the log
   * @throws dev.syncline.UnsupportedChangeException if the event contradicts the definition
   */
  RowDecoder open(RawEvent tableMap, TableDefinition table);

  /** Turns row events of one table into changes. Used by one thread. */
  interface RowDecoder {
    /**
     * The changes in a row event, in order. Each is decoded when it is asked for: a row may take
     * many times more memory than it does in the event.
     *
     * @throws dev.syncline.UnsupportedChangeException if they cannot be decoded; so does the
     *     iterator when it comes to a change that cannot be decoded, or is too large
     */
    Iterator<TableChange> decode(RawEvent rows);
  }
}
