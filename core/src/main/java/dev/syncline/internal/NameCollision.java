package dev.syncline.internal;

import dev.syncline.TableSelection;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableEffect.Created;
import dev.syncline.change.TableEffect.Dropped;
import dev.syncline.change.TableEffect.Renamed;
import dev.syncline.change.TableId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds tables of the source that have one name at the target behind a change and are not merged
 * there. One would get the rows of the other, whatever is done about the change itself. Tables that
 * arrive are looked at when they join. Used once.
 */
final class NameCollision {

  private final Shapes<?> shapes;
  private final Set<TableId> named = new TreeSet<>();
  private final Set<TableId> gone = new HashSet<>();

  private NameCollision(Shapes<?> shapes) {
    this.shapes = shapes;
  }

  /**
   * Says which tables collide; a piece of a sentence. Empty if none do.
   *
   * @param effects what the change does to tables
   * @param before the tables of the job in front of it
   */
  static Optional<String> of(
      List<TableEffect> effects, List<TableDefinition> before, Shapes<?> shapes) {
    NameCollision collision = new NameCollision(shapes);
    effects.forEach(collision::take);
    return collision.find(before);
  }

  private void take(TableEffect effect) {
    if (effect instanceof Renamed || effect instanceof Dropped) {
      named.remove(effect.table());
      gone.add(effect.table());
    }
    if (effect instanceof Renamed renamed) {
      named.add(renamed.after().id());
    } else if (effect instanceof Created) {
      named.add(effect.table());
    }
  }

  private Optional<String> find(List<TableDefinition> before) {
    TableSelection selection = shapes.mapping().selection();
    named.removeIf(table -> !selection.includes(table));
    if (named.isEmpty()) {
      return Optional.empty();
    }
    Set<TableId> others = new TreeSet<>(named);
    before.stream().map(TableDefinition::id).filter(id -> !gone.contains(id)).forEach(others::add);
    TakenNames taken = new TakenNames(shapes, others);
    for (TableId table : named) {
      Optional<String> found = taken.other(table).map(other -> describe(table, other));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private String describe(TableId table, TableId other) {
    TableId target = shapes.mapping().target(table);
    boolean same = target.equals(shapes.mapping().target(other));
    return "table '%s' would be '%s' at the target, as '%s' is already%s"
        .formatted(
            table, target, other, same ? "" : " (it does not tell upper from lower case in names)");
  }
}
