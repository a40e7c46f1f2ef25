package dev.syncline.internal;

import dev.syncline.SyncException;
import dev.syncline.TableStructure.TableSize;
import dev.syncline.change.ColumnType;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableEffect.Altered;
import dev.syncline.change.TableEffect.Arrived;
import dev.syncline.change.TableEffect.Created;
import dev.syncline.change.TableEffect.Dropped;
import dev.syncline.change.TableEffect.Renamed;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import dev.syncline.internal.Checkpoint.Copying;
import dev.syncline.internal.Checkpoint.PlannedTable;
import dev.syncline.internal.Checkpoint.Preparation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the tables of a job become at a place of a stream.
 *
 * @param stream the stream that brings the change
 * @param position the printed position right behind it
 * @param gone the tables that are not there any more
 * @param tables the tables that are new or not as they were
 * @param memory what the source remembers of the stream from there on; empty if that is as it was
 * @param arrived the tables that are there and are to join the job
 */
record HistoryEntry(
    String stream,
    String position,
    Set<TableId> gone,
    List<PlannedTable> tables,
    Optional<String> memory,
    Set<TableId> arrived) {

  HistoryEntry {
    gone = Set.copyOf(gone);
    tables = List.copyOf(tables);
    arrived = Set.copyOf(arrived);
  }

  HistoryEntry with(Set<TableId> others, List<PlannedTable> become, Set<TableId> come) {
    return new HistoryEntry(stream, position, others, become, memory, come);
  }

  /**
   * What a change makes of tables.
   *
   * @param before all tables in front of it
   * @param selected which names take part
   * @throws SyncException if it is about a table that is not among them
   */
  static HistoryEntry of(
      String stream,
      String position,
      SchemaChange change,
      List<PlannedTable> before,
      Predicate<TableId> selected) {
    Map<TableId, PlannedTable> were = new TreeMap<>();
    before.forEach(table -> were.put(table.definition().id(), table));
    Map<TableId, PlannedTable> now = new TreeMap<>(were);
    Set<TableId> arrived = new TreeSet<>();
    for (TableEffect effect : change.effects()) {
      if (effect instanceof Arrived) {
        arrived.add(effect.table());
      } else {
        apply(effect, now);
      }
    }
    RenamedTables.of(change.effects()).keySet().stream()
        .filter(name -> !selected.test(name))
        .forEach(now::remove);
    arrived.removeAll(now.keySet());
    Set<TableId> gone = new TreeSet<>(were.keySet());
    gone.removeAll(now.keySet());
    List<PlannedTable> changed = new ArrayList<>();
    now.forEach(
        (id, table) -> {
          if (!table.equals(were.get(id))) {
            changed.add(table);
          }
        });
    return new HistoryEntry(stream, position, gone, changed, change.memory(), arrived);
  }

  private static void apply(TableEffect effect, Map<TableId, PlannedTable> now) {
    if (effect instanceof Created created) {
      put(
          new PlannedTable(created.after(), Preparation.USE, new TableSize(0, 0), Copying.ALL),
          now);
      return;
    }
    PlannedTable table = now.get(effect.table());
    if (table == null) {
      throw new SyncException(
          ("The source changes table '%s', which the job does not know. This is an error of its"
                  + " connector; report it.")
              .formatted(effect.table()));
    }
    if (effect instanceof Altered altered) {
      now.put(effect.table(), altered(table, altered));
    } else if (effect instanceof Renamed renamed) {
      now.remove(effect.table());
      // What the target has recorded of a copy it has under the old name.
      put(table.with(renamed.after(), table.isComplete() ? table.copying() : Copying.AFRESH), now);
    } else if (effect instanceof Dropped) {
      now.remove(effect.table());
    }
  }

  private static void put(PlannedTable table, Map<TableId, PlannedTable> now) {
    TableId id = table.definition().id();
    if (now.putIfAbsent(id, table) != null) {
      throw new SyncException(
          ("The source makes table '%s', which is there already. This is an error of its"
                  + " connector; report it.")
              .formatted(id));
    }
  }

  private static PlannedTable altered(PlannedTable table, Altered change) {
    boolean goesOn = table.isComplete() || haveSameKey(change);
    return table.with(change.after(), goesOn ? table.copying() : Copying.AFRESH);
  }

  /** Whether ranges of the key mean the same before and after a change. */
  private static boolean haveSameKey(Altered change) {
    List<Integer> before = key(change.before());
    List<Integer> after = key(change.after());
    if (before == null || after == null || before.size() != after.size()) {
      return false;
    }
    for (int i = 0; i < after.size(); i++) {
      ColumnType type = change.after().columns().get(after.get(i)).type();
      boolean same = change.origins().get(after.get(i)).equals(before.get(i));
      if (!same || !type.equals(change.before().columns().get(before.get(i)).type())) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable List<Integer> key(TableDefinition table) {
    Optional<UniqueKey> key = table.identity();
    return key.map(UniqueKey::columns).orElse(null);
  }
}
