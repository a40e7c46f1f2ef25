package dev.syncline.mysql;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.mysql.EventGroup.Role;
import dev.syncline.mysql.EventGroup.Target;
import dev.syncline.mysql.TableMap.MappedColumn;
import java.util.List;

/** Says of each TABLE_MAP event what the rows of its table are to us. Not thread-safe. */
final class LoggedTables {
  private static final int TABLE_ID_BYTES = 6;
  private static final MappedColumn NUMBER = new MappedColumn(TypeCode.LONGLONG, 0, false);

  /** Six numbers, whether it begins anew, and how often it has. */
  private static final List<MappedColumn> SEQUENCE =
      List.of(
          NUMBER,
          NUMBER,
          NUMBER,
          NUMBER,
          NUMBER,
          NUMBER,
          new MappedColumn(TypeCode.TINY, 0, false),
          NUMBER);

  private final BinlogScope scope;
  private final RowDecoders decoders;
  private final RowFilters filters;
  private TableMapCache<Target> known = new TableMapCache<>();

  LoggedTables(BinlogScope scope, RowDecoders decoders) {
    this.scope = scope;
    this.decoders = decoders;
    this.filters = new RowFilters(scope.selection());
  }

  /** Takes note of the event by which a file of the log begins. */
  void describe(RawEvent description) {
    decoders.describe(description);
  }

  /** Takes note of a change of tables. */
  void redefine() {
    known = new TableMapCache<>();
  }

  /**
   * Takes note of a table map in a group.
   *
   * @throws UnsupportedChangeException if the table is selected, and was not there or was another
   *     one when the job began
   */
  void map(EventGroup group, RawEvent tableMap) {
    long tableId = tableMap.body().unsigned(TABLE_ID_BYTES);
    group.map(tableId, known.get(tableId, tableMap, this::target));
  }

  /** The row of a sequence of MariaDB is logged like that of a table with these columns. */
  private static boolean isSequence(RawEvent tableMap) {
    ByteCursor body = tableMap.body();
    List<MappedColumn> columns = TableMap.parse(body.bytes(body.remaining())).columns();
    return columns.equals(SEQUENCE);
  }

  private Target target(RawEvent tableMap) {
    ByteCursor body = tableMap.body();
    body.skip(TABLE_ID_BYTES + 2);
    String database = body.utf8(body.unsignedByte());
    body.skip(1);
    TableId table = new TableId(database, body.utf8(body.unsignedByte()));
    if (scope.watermarks().isPresent() && scope.watermarks().get().id().equals(table)) {
      return new Target(Role.WATERMARKS, table.toString(), null);
    }
    boolean ours = scope.selection().includes(table) && !scope.history().hides(table);
    if (!ours || scope.history().isPassedOver(table)) {
      return new Target(Role.OTHER, table.toString(), null);
    }
    TableDefinition definition = scope.history().find(table);
    if (definition == null && isSequence(tableMap)) {
      return new Target(Role.OTHER, table.toString(), null);
    }
    if (definition == null) {
      throw new UnsupportedChangeException(
          "Cannot read changes of table '%s': it is selected, but was not there when the job began."
                  .formatted(table)
              + " Start the job anew, or leave the table out of the selection.");
    }
    return new Target(
        Role.SELECTED,
        table.toString(),
        filters.filtering(decoders.open(tableMap, definition), definition));
  }
}
