package dev.syncline;

import dev.syncline.change.Column;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableEffect.Altered;
import dev.syncline.change.TableEffect.Created;
import dev.syncline.change.TableEffect.Dropped;
import dev.syncline.change.TableEffect.Emptied;
import dev.syncline.change.TableEffect.Renamed;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** What a change of a table of the source does to the one at the target. */
final class TargetEffects {

  private TargetEffects() {}

  /** The effect at the target; empty if there is none. */
  static Optional<TableEffect> of(TableEffect effect, TargetNames names) {
    if (effect instanceof Created created) {
      return Optional.of(new Created(definition(created.after(), names)));
    }
    if (effect instanceof Dropped dropped) {
      return Optional.of(new Dropped(definition(dropped.before(), names)));
    }
    if (effect instanceof Emptied emptied) {
      return Optional.of(new Emptied(definition(emptied.before(), names)));
    }
    if (effect instanceof Renamed renamed) {
      TableDefinition before = definition(renamed.before(), names);
      TableDefinition after = definition(renamed.after(), names);
      return before.id().equals(after.id())
          ? Optional.empty()
          : Optional.of(new Renamed(before, after));
    }
    return of((Altered) effect, names);
  }

  private static TableDefinition definition(TableDefinition source, TargetNames names) {
    return names.table(source).definition();
  }

  private static Optional<TableEffect> of(Altered altered, TargetNames names) {
    TargetNames.Table before = names.table(altered.before());
    TargetNames.Table after = names.table(altered.after());
    List<Integer> origins = origins(altered, before, after);
    boolean stays =
        before.definition().equals(after.definition())
            && origins.equals(IntStream.range(0, origins.size()).boxed().toList());
    return stays
        ? Optional.empty()
        : Optional.of(new Altered(before.definition(), after.definition(), origins));
  }

  /** Where the columns at the target come from: a column that is made there has its name alone. */
  private static List<Integer> origins(
      Altered altered, TargetNames.Table before, TargetNames.Table after) {
    List<String> earlier = before.definition().columns().stream().map(Column::name).toList();
    Map<String, String> moved = new HashMap<>();
    for (int i = 0; i < altered.after().columns().size(); i++) {
      int origin = altered.origins().get(i);
      String name = after.columns().get(altered.after().columns().get(i).name());
      if (name != null) {
        boolean isNew = origin < 0;
        String old =
            isNew ? null : before.columns().get(altered.before().columns().get(origin).name());
        moved.put(name, old == null ? "" : old);
      }
    }
    return after.definition().columns().stream()
        .map(column -> earlier.indexOf(moved.getOrDefault(column.name(), column.name())))
        .toList();
  }
}
