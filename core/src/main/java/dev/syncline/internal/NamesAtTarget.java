package dev.syncline.internal;

import dev.syncline.TableSelection;
import dev.syncline.TargetNames;
import dev.syncline.change.Column;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The names at the target of a job, for the tables that it has at one place of the stream. */
final class NamesAtTarget implements TargetNames {

  private final Shapes<?> shapes;
  private final List<TableDefinition> tables;

  /**
   * The names of tables that get one which is not selected, and those under which they were
   * selected last: at the target they are what they were.
   */
  private final Map<TableId, TableId> leaving;

  private final boolean same;

  /**
   * Names.
   *
   * @param tables the selected tables as they are in front of the change
   * @param change the change
   */
  NamesAtTarget(Shapes<?> shapes, List<TableDefinition> tables, SchemaChange change) {
    this.shapes = shapes;
    this.tables = List.copyOf(tables);
    this.leaving = leaving(shapes.mapping().selection(), change);
    this.same =
        shapes.isIdentity()
            || (shapes.mapping().keepsNames()
                && Stream.concat(
                        tables.stream(), change.effects().stream().flatMap(NamesAtTarget::in))
                    .allMatch(shapes::isAsAtSource));
  }

  private static Map<TableId, TableId> leaving(TableSelection selection, SchemaChange change) {
    Map<TableId, TableId> leaving = new HashMap<>();
    for (TableEffect effect : change.effects()) {
      if (effect instanceof TableEffect.Renamed renamed
          && !selection.includes(renamed.after().id())) {
        leaving.put(renamed.after().id(), leaving.getOrDefault(renamed.table(), renamed.table()));
      }
    }
    return leaving;
  }

  private static Stream<TableDefinition> in(TableEffect effect) {
    if (effect instanceof TableEffect.Created created) {
      return Stream.of(created.after());
    }
    if (effect instanceof TableEffect.Altered altered) {
      return Stream.of(altered.before(), altered.after());
    }
    return effect instanceof TableEffect.Renamed renamed
        ? Stream.of(renamed.before(), renamed.after())
        : Stream.empty();
  }

  @Override
  public boolean areSame() {
    return same;
  }

  @Override
  public Optional<String> database(String source) {
    return same ? Optional.of(source) : shapes.mapping().database(source);
  }

  @Override
  public Optional<TableId> table(TableId source) {
    if (same) {
      return Optional.of(source);
    }
    Mapping mapping = shapes.mapping();
    if (mapping.selection().includes(source)) {
      return Optional.of(mapping.target(source));
    }
    return leaving.containsKey(source) ? Optional.of(mapping.left(source)) : Optional.empty();
  }

  @Override
  public boolean keepsObject(TableId object, Collection<String> databases) {
    return same || MappedObjects.isKept(object, databases, tables, shapes);
  }

  @Override
  public Table table(TableDefinition source) {
    if (same) {
      return Table.same(source);
    }
    TableId selected = leaving.get(source.source());
    if (selected != null) {
      Table stays = table(named(source, selected, selected));
      TableId left = shapes.mapping().left(source.id());
      return new Table(
          named(stays.definition(), left, source.source()), stays.columns(), stays.merged());
    }
    boolean merged = shapes.mapping().selection().isMerged(source.source());
    TableDefinition target = shapes.target(source);
    return new Table(merged ? together(target) : target, shapes.columns(source), merged);
  }

  private static TableDefinition named(TableDefinition table, TableId id, TableId source) {
    return new TableDefinition(
        id, source, table.columns(), table.uniqueKeys(), table.foreignKeys(), table.notes());
  }

  /** A table at the target with the columns that the other ones have that are merged into it. */
  private TableDefinition together(TableDefinition target) {
    List<Column> columns = new ArrayList<>(target.columns());
    Set<String> known =
        columns.stream().map(NamesAtTarget::key).collect(Collectors.toCollection(HashSet::new));
    for (TableDefinition other : others(target)) {
      for (Column column : other.columns()) {
        if (known.add(key(column))) {
          columns.add(column);
        }
      }
    }
    return new TableDefinition(
        target.id(),
        target.source(),
        columns,
        target.uniqueKeys(),
        target.foreignKeys(),
        target.notes());
  }

  /** The other tables that are at the target under the name of one, as they are there. */
  List<TableDefinition> others(TableDefinition target) {
    return otherSources(target).stream().map(shapes::target).toList();
  }

  /** The same tables as they are at the source. */
  List<TableDefinition> otherSources(TableDefinition target) {
    return tables.stream()
        .filter(table -> !table.source().equals(target.source()))
        .filter(table -> table(table.source()).equals(Optional.of(target.id())))
        .toList();
  }

  /** How names of columns are compared: without upper and lower case. */
  static String key(Column column) {
    return column.name().toLowerCase(Locale.ROOT);
  }
}
