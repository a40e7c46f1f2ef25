package dev.syncline.internal;

import dev.syncline.change.TableEffect;
import dev.syncline.change.TableEffect.Renamed;
import dev.syncline.change.TableId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What renamings one after the other come to. */
final class RenamedTables {

  private RenamedTables() {}

  /** The tables that have another name in the end: their last names, and their first ones. */
  static Map<TableId, TableId> of(List<TableEffect> effects) {
    Map<TableId, TableId> moved = new TreeMap<>();
    for (TableEffect effect : effects) {
      if (effect instanceof Renamed renamed) {
        TableId from = renamed.table();
        TableId first = moved.containsKey(from) ? moved.remove(from) : from;
        moved.put(renamed.after().id(), first);
      }
    }
    return moved;
  }
}
