package dev.syncline.mysql;

import dev.syncline.TableSelection;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What one reader looks for in a binlog. Immutable, but for the registry and the history.
 *
 * @param selection which tables take part
 * @param history the selected tables as they are defined where the reader stands
 * @param watermarks where the rows of our watermark table are noted; empty if there is none
 * @param cutGroups what was begun to be read and has no end
 */
record BinlogScope(
    TableSelection selection,
    TableHistory history,
    Optional<WatermarkTable> watermarks,
    CutGroups cutGroups) {

  /**
   * The table into which a session writes watermarks.
   *
   * @param registry where the session looks for them
   */
  record WatermarkTable(TableId id, WatermarkRegistry registry) {

    /** Checks that nothing is missing. */
    WatermarkTable {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(registry, "registry");
    }
  }

  /** Checks that nothing is missing. */
  BinlogScope {
    Objects.requireNonNull(selection, "selection");
    Objects.requireNonNull(history, "history");
    Objects.requireNonNull(watermarks, "watermarks");
    Objects.requireNonNull(cutGroups, "cutGroups");
  }

  /** A scope without watermarks, of tables that no statement may change. */
  static BinlogScope of(
      TableSelection selection, Collection<TableDefinition> tables, CutGroups cutGroups) {
    Map<TableId, TableDefinition> byId = new LinkedHashMap<>();
    tables.forEach(table -> byId.put(table.id(), table));
    return new BinlogScope(selection, TableHistory.fixed(byId), Optional.empty(), cutGroups);
  }

  /** The same with tables that statements move. */
  BinlogScope with(TableHistory moving) {
    return new BinlogScope(selection, moving, watermarks, cutGroups);
  }

  /** The same with watermarks. */
  BinlogScope with(WatermarkTable table) {
    return new BinlogScope(selection, history, Optional.of(table), cutGroups);
  }
}
