package dev.syncline.internal;

import dev.syncline.CascadingSink;
import dev.syncline.Completion;
import dev.syncline.Initialization;
import dev.syncline.Operation;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.KeyRange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.internal.Checkpoint.Copying;
import dev.syncline.internal.Checkpoint.PlannedTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What becomes of tables between which foreign keys begin to cascade. At a change of tables all
 * that is copied stands at one position, the change's, so that such tables can be followed as a
 * {@link CascadeGroup} from there on, as if they had been loaded at that point. Immutable.
 */
final class AddedCascades {

  /** The risk that sources see in what they do not log. */
  private static final String RISK = "CASCADING_FOREIGN_KEY";

  private static final Set<Operation> ROWS =
      Set.of(Operation.INSERT, Operation.UPDATE, Operation.DELETE);

  private final JobSpec<?> spec;
  private final HistoryEntry entry;
  private final Map<TableId, PlannedTable> behind = new TreeMap<>();

  /**
   * A change of tables.
   *
   * @param before all tables in front of it
   */
  AddedCascades(JobSpec<?> spec, List<PlannedTable> before, HistoryEntry entry) {
    this.spec = spec;
    this.entry = entry;
    before.forEach(table -> behind.put(table.definition().id(), table));
    entry.gone().forEach(behind::remove);
    entry.tables().forEach(table -> behind.put(table.definition().id(), table));
  }

  /** The change where its groups are followed, if the target has the foreign keys behind it. */
  HistoryEntry followed() {
    List<PlannedTable> tables = new ArrayList<>(entry.tables());
    Completion here = new Completion(KeyRange.ALL, entry.position());
    for (CascadeGroup group : left()) {
      if (isPossible(group) && isComplete(group)) {
        tables.removeIf(table -> group.includes(table.definition().id()));
        for (PlannedTable table : planned(group)) {
          boolean exact = table.completed().filter(c -> !c.asOf().isEmpty()).isPresent();
          tables.add(exact ? table : table.with(table.definition(), Copying.upTo(here)));
        }
      }
    }
    return entry.with(entry.gone(), tables, entry.arrived());
  }

  /**
   * Why foreign keys would change rows of which neither the stream nor the target knows; empty if
   * they do not, or that is acknowledged.
   *
   * @param applied whether the target gets the foreign keys
   */
  Optional<String> problem(boolean applied) {
    if (spec.start().acknowledged().contains(RISK)) {
      return Optional.empty();
    }
    for (PlannedTable table : entry.tables()) {
      for (ForeignKey key : table.definition().foreignKeys()) {
        if (key.cascades() && !behind.containsKey(key.parent())) {
          return Optional.of(
              ("foreign key '%s' of table '%s' lets changes of table '%s', which is not selected,"
                      + " change its rows")
                  .formatted(key.name(), table.definition().id(), key.parent()));
        }
      }
    }
    return left().stream()
        .filter(group -> !(applied && isPossible(group) && isComplete(group)))
        .findFirst()
        .map(
            group ->
                ("foreign keys cascade between the tables %s behind it, of which the stream says"
                        + " nothing, and %s")
                    .formatted(
                        group.tables().stream().map(TableDefinition::id).toList(),
                        isComplete(group)
                            ? "the target does not do so by itself"
                            : "not all of them are copied yet"));
  }

  /** Whether the target can do what the foreign keys of a group do. */
  private boolean isPossible(CascadeGroup group) {
    return spec.ends().sink() instanceof CascadingSink
        && spec.start().initialize().contains(Initialization.DATA)
        && group.tables().stream().allMatch(this::isWholeAtTarget);
  }

  private boolean isWholeAtTarget(TableDefinition table) {
    Shapes<?> shapes = spec.ends().shapes();
    return shapes.target(table).foreignKeys().size() == table.foreignKeys().size()
        && shapes.operations(table.id()).containsAll(ROWS);
  }

  /** The groups that are not followed as such. */
  private List<CascadeGroup> left() {
    Set<Set<TableId>> followed =
        CascadeGroups.of(spec, List.copyOf(behind.values())).stream()
            .map(AddedCascades::names)
            .collect(Collectors.toSet());
    List<CascadeGroup> groups =
        new ArrayList<>(
            CascadeGroup.of(behind.values().stream().map(PlannedTable::definition).toList()));
    groups.removeIf(group -> followed.contains(names(group)));
    return groups;
  }

  private static Set<TableId> names(CascadeGroup group) {
    return group.tables().stream().map(TableDefinition::id).collect(Collectors.toSet());
  }

  private List<PlannedTable> planned(CascadeGroup group) {
    return behind.values().stream().filter(t -> group.includes(t.definition().id())).toList();
  }

  private boolean isComplete(CascadeGroup group) {
    return planned(group).stream().allMatch(PlannedTable::isComplete);
  }
}
