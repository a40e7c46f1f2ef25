package dev.syncline.internal;

import dev.syncline.change.TableEffect;
import dev.syncline.change.TableEffect.Renamed;
import dev.syncline.change.TableId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What renamings one after the other come to. */
final class RenamedTables {

  private RenamedTables() {}

  /** The tables that have another name in the end: their last names, and their first ones. */
  static Map<TableId, TableId> of(List<TableEffect> effects) {
    Map<TableId, TableId> moved = new TreeMap<>();
    whole(effects).forEach(renamed -> moved.put(renamed.after().id(), renamed.table()));
    return moved;
  }

  /** One renaming for each table: from what it was before the first to what it is in the end. */
  static Collection<Renamed> whole(List<TableEffect> effects) {
    Map<TableId, Renamed> moved = new TreeMap<>();
    for (TableEffect effect : effects) {
      if (effect instanceof Renamed renamed) {
        Renamed earlier = moved.remove(renamed.table());
        moved.put(
            renamed.after().id(),
            earlier == null ? renamed : new Renamed(earlier.before(), renamed.after()));
      }
    }
    return moved.values();
  }
}
