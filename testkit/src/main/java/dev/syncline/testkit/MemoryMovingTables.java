package dev.syncline.testkit;

import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableEffect.Altered;
import dev.syncline.change.TableEffect.Arrived;
import dev.syncline.change.TableEffect.Created;
import dev.syncline.change.TableEffect.Dropped;
import dev.syncline.change.TableEffect.Renamed;
import dev.syncline.change.TableId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tables that a reader of a {@link MemoryDatabase} brings, as statements move them. */
final class MemoryMovingTables {

  private final TableSelection selection;
  private final Map<TableId, TableDefinition> definitions;
  private final Set<TableId> passedOver;
  private final Map<String, String> memory;

  MemoryMovingTables(
      TableSelection selection,
      Map<TableId, TableDefinition> definitions,
      Set<TableId> passedOver,
      Map<String, String> memory) {
    this.selection = selection;
    this.definitions = new HashMap<>(definitions);
    this.passedOver = new HashSet<>(passedOver);
    this.memory = Map.copyOf(memory);
  }

  /** What is remembered of a stream where reading begins. */
  String memory(String stream) {
    return memory.getOrDefault(stream, "");
  }

  boolean isSelected(TableId table) {
    return selection.includes(table);
  }

  /** Whether there are tables that are yet to join the job. */
  boolean passesOver() {
    return !passedOver.isEmpty();
  }

  /** Whether a change of rows is for the job. */
  boolean brings(TableChange change) {
    return selection.includes(change) && !passedOver.contains(change.table().id());
  }

  /** Whether a table is known, and is defined like this. */
  boolean isDefined(TableDefinition table) {
    return table.equals(definitions.get(table.id()));
  }

  /** Moves on behind a statement; returns what it does to tables of the job. */
  List<TableEffect> pass(List<TableEffect> all) {
    List<TableEffect> effects = new ArrayList<>();
    for (TableEffect effect : all) {
      if (effect instanceof Renamed renamed) {
        rename(renamed, effects);
      } else if (effect instanceof Created created) {
        if (isSelected(effect.table())) {
          passedOver.remove(effect.table());
          definitions.put(effect.table(), created.after());
          effects.add(effect);
        }
      } else if (definitions.containsKey(effect.table())) {
        effects.add(effect);
        if (effect instanceof Altered altered) {
          definitions.put(effect.table(), altered.after());
        } else if (effect instanceof Dropped) {
          definitions.remove(effect.table());
        }
      } else if (effect instanceof Dropped) {
        passedOver.remove(effect.table());
      }
    }
    // A table may go through a name that is not selected.
    definitions.keySet().removeIf(table -> !isSelected(table));
    return effects;
  }

  private void rename(Renamed renamed, List<TableEffect> effects) {
    TableId to = renamed.after().id();
    passedOver.remove(renamed.table());
    if (definitions.remove(renamed.table()) != null) {
      passedOver.remove(to);
      definitions.put(to, renamed.after());
      effects.add(renamed);
    } else if (isSelected(to)) {
      passedOver.add(to);
      effects.add(new Arrived(to));
    }
  }
}
