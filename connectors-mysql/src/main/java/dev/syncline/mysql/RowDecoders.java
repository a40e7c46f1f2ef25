package dev.syncline.mysql;

import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import java.util.function.Consumer;

/** Makes what turns row events into changes. Used by one thread. */
interface RowDecoders {
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
     * Gives out the changes in a row event, in order.
     *
     * @throws dev.syncline.UnsupportedChangeException if they cannot be decoded completely; some
     *     may have been given out
     */
    void decode(RawEvent rows, Consumer<TableChange> changes);
  }
}
