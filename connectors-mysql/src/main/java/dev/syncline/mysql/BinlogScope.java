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
 * What is looked for in a binlog. Immutable, but for the registry.
 *
 * @param selection which tables take part
 * @param tables the selected tables as they are defined where reading begins, by name
 * @param watermarks where the rows of our watermark table are noted; empty if there is none
 * @param cutGroups what was begun to be read and has no end
 */
record BinlogScope(
    TableSelection selection,
    Map<TableId, TableDefinition> tables,
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

  /** Copies the map. */
  BinlogScope {
    Objects.requireNonNull(selection, "selection");
    tables = Map.copyOf(tables);
    Objects.requireNonNull(watermarks, "watermarks");
    Objects.requireNonNull(cutGroups, "cutGroups");
  }

  /** A scope without watermarks. */
  static BinlogScope of(
      TableSelection selection, Collection<TableDefinition> tables, CutGroups cutGroups) {
    Map<TableId, TableDefinition> byId = new LinkedHashMap<>();
    tables.forEach(table -> byId.put(table.id(), table));
    return new BinlogScope(selection, byId, Optional.empty(), cutGroups);
  }

  /** The same with watermarks. */
  BinlogScope with(WatermarkTable table) {
    return new BinlogScope(selection, tables, Optional.of(table), cutGroups);
  }
}
