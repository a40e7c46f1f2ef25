package dev.syncline.testkit;

import dev.syncline.TargetNames;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableEffect.Altered;
import dev.syncline.change.TableEffect.Created;
import dev.syncline.change.TableEffect.Dropped;
import dev.syncline.change.TableEffect.Emptied;
import dev.syncline.change.TableEffect.Renamed;
import dev.syncline.change.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a change does to tables in the heap, at either end. */
final class MemorySchemas {

  private MemorySchemas() {}

  /**
   * The tables behind a change: a new object for each that is created, altered, renamed or emptied.
   *
   * @throws IllegalStateException if the change cannot be carried out
   */
  static Map<TableId, MemoryTable> after(SchemaChange change, Map<TableId, MemoryTable> before) {
    Map<TableId, MemoryTable> tables = new TreeMap<>(before);
    for (TableEffect effect : change.effects()) {
      if (effect instanceof Created created) {
        put(tables, new MemoryTable(created.after()));
        continue;
      }
      MemoryTable table = tables.remove(effect.table());
      if (table == null) {
        throw new IllegalStateException("There is no table '" + effect.table() + "'.");
      }
      if (effect instanceof Altered altered) {
        put(tables, table.altered(altered));
      } else if (effect instanceof Renamed renamed) {
        put(tables, table.renamed(renamed.after()));
      } else if (effect instanceof Emptied) {
        put(tables, new MemoryTable(table.definition()));
      }
    }
    return tables;
  }

  private static void put(Map<TableId, MemoryTable> tables, MemoryTable table) {
    if (tables.putIfAbsent(table.definition().id(), table) != null) {
      throw new IllegalStateException("Table '" + table.definition().id() + "' is there already.");
    }
  }

  /**
   * A change as it is to be carried out at a target.
   *
   * @throws UnsupportedChangeException if tables are merged, which a target in the heap cannot
   */
  static SchemaChange atTarget(SchemaChange change, TargetNames names) {
    if (names.areSame()) {
      return change;
    }
    for (TableEffect effect : change.effects()) {
      TableDefinition table = effect instanceof Created created ? created.after() : before(effect);
      if (names.table(table).merged()) {
        throw new UnsupportedChangeException(
            "Table '%s' is merged with others, which a target in the heap does not change."
                .formatted(table.id()));
      }
    }
    return new SchemaChange(change.statement(), names.effects(change), change.memory());
  }

  private static TableDefinition before(TableEffect effect) {
    if (effect instanceof Altered altered) {
      return altered.before();
    }
    if (effect instanceof Renamed renamed) {
      return renamed.before();
    }
    return effect instanceof Dropped dropped ? dropped.before() : ((Emptied) effect).before();
  }

  /** All names that a change is about. */
  static Set<TableId> names(SchemaChange change) {
    Set<TableId> names = new TreeSet<>();
    for (TableEffect effect : change.effects()) {
      names.add(effect.table());
      if (effect instanceof Renamed renamed) {
        names.add(renamed.after().id());
      }
    }
    return names;
  }

  /** The definitions behind a change. */
  static Map<TableId, TableDefinition> definitions(
      SchemaChange change, Map<TableId, TableDefinition> before) {
    Map<TableId, TableDefinition> tables = new TreeMap<>(before);
    for (TableEffect effect : change.effects()) {
      if (effect instanceof Created created) {
        tables.put(effect.table(), created.after());
      } else if (effect instanceof Altered altered) {
        tables.put(effect.table(), altered.after());
      } else if (effect instanceof Renamed renamed) {
        tables.remove(effect.table());
        tables.put(renamed.after().id(), renamed.after());
      } else if (effect instanceof Dropped) {
        tables.remove(effect.table());
      }
    }
    return tables;
  }

  /** Renamings as the effects that they have one after the other. */
  static List<TableEffect> renamings(List<Renaming> renamings, List<TableDefinition> before) {
    Map<TableId, TableDefinition> tables = new TreeMap<>();
    before.forEach(table -> tables.put(table.id(), table));
    List<TableEffect> effects = new ArrayList<>();
    for (Renaming renaming : renamings) {
      TableDefinition from = tables.remove(renaming.from());
      if (from == null) {
        throw new IllegalArgumentException("There is no table '" + renaming.from() + "'.");
      }
      TableId to = renaming.to();
      TableDefinition after =
          new TableDefinition(
              to, to, from.columns(), from.uniqueKeys(), from.foreignKeys(), from.notes());
      tables.put(to, after);
      effects.add(new Renamed(from, after));
    }
    return effects;
  }
}
