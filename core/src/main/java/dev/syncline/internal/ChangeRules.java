package dev.syncline.internal;

import dev.syncline.SyncException;
import dev.syncline.TableTransform;
import dev.syncline.TargetNames;
import dev.syncline.TransientException;
import dev.syncline.change.Column;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableEffect.Altered;
import dev.syncline.change.TableEffect.Arrived;
import dev.syncline.change.TableEffect.Created;
import dev.syncline.change.TableEffect.Dropped;
import dev.syncline.change.TableEffect.Renamed;
import dev.syncline.change.TableId;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which changes of tables can be carried out at any target under its own names, and which are
 * carried out there already, since several tables of the source are one. Used for one change.
 */
final class ChangeRules {

  private static final String MERGED =
      "table '%s' is merged with others into '%s', whose rows it must not touch: %s never reaches"
          + " the target";

  private final Shapes<?> shapes;
  private final NamesAtTarget names;
  private final SchemaChange change;

  ChangeRules(Shapes<?> shapes, NamesAtTarget names, SchemaChange change) {
    this.shapes = shapes;
    this.names = names;
    this.change = change;
  }

  /**
   * Why a change cannot be carried out; a piece of a sentence. Empty if it can, as far as can be
   * told here.
   */
  Optional<String> obstacle() {
    try {
      Optional<String> always = otherTransforms();
      if (always.isPresent() || names.areSame()) {
        return always;
      }
      for (TableEffect effect : change.effects()) {
        Optional<String> obstacle = obstacle(effect);
        if (obstacle.isPresent()) {
          return obstacle;
        }
      }
      return otherColumns();
    } catch (TransientException e) {
      // The target could not be asked how it keeps names.
      throw e;
    } catch (SyncException e) {
      return Optional.of(
          "a table cannot be at the target as it is behind it (%s)".formatted(e.getMessage()));
    }
  }

  /**
   * A table that gets another name must not lose its masks and filters by that. They need not
   * change its definition.
   */
  private Optional<String> otherTransforms() {
    for (Renamed renamed : renamed()) {
      List<TableTransform> different = shapes.ofOneOnly(renamed.before(), renamed.after());
      if (!different.isEmpty()) {
        return Optional.of(
            ("of the transforms %s are about only one of '%s' and its new name '%s', so rows would"
                    + " pass as others than before (a pattern for both names helps)")
                .formatted(different, renamed.table(), renamed.after().source()));
      }
    }
    return Optional.empty();
  }

  /** What renamings come to; without tables that leave, which are followed no more. */
  private List<Renamed> renamed() {
    return RenamedTables.whole(change.effects()).stream()
        .filter(renamed -> shapes.mapping().selection().includes(renamed.after().source()))
        .toList();
  }

  private Optional<String> obstacle(TableEffect effect) {
    if (effect instanceof Created created) {
      return created(created.after());
    }
    if (effect instanceof Arrived) {
      return Optional.empty();
    }
    boolean merged = shapes.mapping().selection().isMerged(effect.table());
    if (effect instanceof Altered altered) {
      TargetNames.Table unused = names.table(altered.after());
      return merged ? altered(altered) : Optional.empty();
    }
    if (effect instanceof Renamed renamed) {
      return merged || shapes.mapping().selection().isMerged(renamed.after().source())
          ? Optional.of(refused(renamed.table(), "RENAME"))
          : Optional.empty();
    }
    String what = effect instanceof Dropped ? "DROP" : "TRUNCATE";
    return merged ? Optional.of(refused(effect.table(), what)) : Optional.empty();
  }

  private String refused(TableId table, String what) {
    return MERGED.formatted(table, shapes.mapping().target(table), what);
  }

  private Optional<String> created(TableDefinition after) {
    TableDefinition target = shapes.target(after);
    List<TableDefinition> others = names.others(target);
    if (others.isEmpty()) {
      return Optional.empty();
    }
    TableDefinition together = names.table(after).definition();
    Set<String> theirs =
        others.stream()
            .flatMap(other -> other.columns().stream())
            .map(NamesAtTarget::key)
            .collect(Collectors.toSet());
    boolean same =
        together.columns().size() == target.columns().size()
            && theirs.size() == target.columns().size()
            && target.uniqueKeys().equals(others.get(0).uniqueKeys())
            && differing(after, target).isEmpty();
    return same
        ? Optional.empty()
        : Optional.of(
            "table '%s' is merged into '%s', but has not the same columns and keys as '%s'"
                .formatted(after.source(), target.id(), others.get(0).source()));
  }

  /** The target's table keeps its columns, so they must be those of the new name. */
  private Optional<String> otherColumns() {
    for (Renamed renamed : renamed()) {
      boolean same =
          shapes.target(renamed.before()).columns().equals(shapes.target(renamed.after()).columns())
              && shapes.columns(renamed.before()).equals(shapes.columns(renamed.after()));
      if (!same) {
        return Optional.of(
            "under the name '%s' other columns of table '%s' take part, or under other names"
                .formatted(renamed.after().source(), renamed.table()));
      }
    }
    return Optional.empty();
  }

  /** Columns that other tables have already must be the same there. */
  private Optional<String> altered(Altered altered) {
    TableDefinition before = shapes.target(altered.before());
    TableDefinition after = shapes.target(altered.after());
    if (!after.uniqueKeys().stream()
        .map(key -> key.name() + names(after, key.columns()))
        .toList()
        .equals(
            before.uniqueKeys().stream()
                .map(key -> key.name() + names(before, key.columns()))
                .toList())) {
      return Optional.of(refused(altered.table(), "a change of unique keys"));
    }
    Map<String, Column> earlier = new HashMap<>();
    before.columns().forEach(column -> earlier.put(NamesAtTarget.key(column), column));
    for (Column column : after.columns()) {
      Column old = earlier.remove(NamesAtTarget.key(column));
      if (old != null && !old.equals(column)) {
        return Optional.of(refused(altered.table(), "a change of column '" + old.name() + "'"));
      }
      if (old == null && column.isGenerated()) {
        return Optional.of(refused(altered.table(), "a computed column"));
      }
    }
    if (!earlier.isEmpty()) {
      return Optional.of(refused(altered.table(), "removing columns " + earlier.keySet()));
    }
    return differing(altered.after(), after);
  }

  private static List<String> names(TableDefinition table, List<Integer> columns) {
    return columns.stream().map(ordinal -> table.columns().get(ordinal).name()).toList();
  }

  /** A column that another table has too, but as another one. */
  private Optional<String> differing(TableDefinition source, TableDefinition target) {
    for (TableDefinition other : names.otherSources(target)) {
      Map<String, Column> theirs = columns(other);
      for (Map.Entry<String, Column> ours : columns(source).entrySet()) {
        Column their = theirs.get(ours.getKey());
        if (their != null && !isSame(ours.getValue(), their)) {
          return Optional.of(
              ("column '%s' of table '%s' is not as that of table '%s', with which it is merged"
                      + " (type, NULL, default)")
                  .formatted(ours.getValue().name(), source.source(), other.source()));
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isSame(Column one, Column other) {
    return one.type().equals(other.type())
        && one.nullable() == other.nullable()
        && one.origin() == other.origin()
        && one.constant().equals(other.constant());
  }

  /** The columns of a source's table that are at the target, by their names there. */
  private Map<String, Column> columns(TableDefinition source) {
    Map<String, String> there = shapes.columns(source);
    Map<String, Column> columns = new HashMap<>();
    for (Column column : source.columns()) {
      String name = there.get(column.name());
      if (name != null) {
        columns.put(name.toLowerCase(Locale.ROOT), column);
      }
    }
    return columns;
  }

  /** Whether the target has what all of the change makes, by another table that is merged. */
  boolean isThere() {
    List<TableEffect> effects = change.effects();
    return !names.areSame()
        && !effects.isEmpty()
        && effects.stream()
            .allMatch(
                effect ->
                    effect instanceof Created created
                        && shapes.mapping().selection().isMerged(effect.table())
                        && !names.others(shapes.target(created.after())).isEmpty());
  }
}
