package dev.syncline.internal;

import dev.syncline.FoldingSink;
import dev.syncline.KeySelection;
import dev.syncline.NameCase;
import dev.syncline.Operation;
import dev.syncline.SelectedTable;
import dev.syncline.Selection;
import dev.syncline.Sink;
import dev.syncline.SyncException;
import dev.syncline.TableSelection;
import dev.syncline.TableStructure;
import dev.syncline.TableTransform;
import dev.syncline.Transform;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.Change;
import dev.syncline.change.Column;
import dev.syncline.change.KeyChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What tables of the source become on their way to the target: first what the job's transforms make
 * of them, then what the {@link Mapping} does. Thread-safe.
 */
public final class Shapes<C extends Change> {

  private final Sink<C> sink;
  private final Selection<C> selection;
  private final @Nullable KeySelection keys;
  private final List<Transform<C>> transforms;
  private final boolean limitsOperations;
  private final PerDefinition<TableShape> shapes = new PerDefinition<>(t -> mapping().shape(t));
  private final PerDefinition<TableDefinition> targets = new PerDefinition<>(this::newTarget);

  /** Asked of all tables at each change of one of them. */
  private final PerDefinition<Boolean> same = new PerDefinition<>(this::findSame);

  private final Map<TableId, Set<Operation>> operations = new ConcurrentHashMap<>();
  private volatile @Nullable Mapping mapping;
  private volatile @Nullable Boolean targetFolds;

  Shapes(Sink<C> sink, Selection<C> selection, List<Transform<C>> transforms) {
    this.sink = sink;
    this.selection = selection;
    this.transforms = transforms;
    this.keys = selection instanceof KeySelection ofKeys ? ofKeys : null;
    this.limitsOperations = selection instanceof TableSelection tables && tables.limitsOperations();
  }

  List<Transform<C>> transforms() {
    return transforms;
  }

  /** Whether rows arrive as they are in the log. */
  boolean isIdentity() {
    return transforms.isEmpty() && (keys != null ? keys.keepsDatabases() : mapping().isIdentity());
  }

  /** A selected change of keys as the target gets it. */
  KeyChange target(KeyChange change) {
    return keys == null ? change : keys.toTarget(change);
  }

  /** What is said of names at the target; the same words for the same mapping. */
  List<String> described() {
    return keys == null
        ? mapping().described()
        : keys.keepsDatabases() ? List.of() : List.of(keys.toString());
  }

  /**
   * The mapping of tables in force. Asks the target once if the selection leaves the case of names
   * to it.
   *
   * @throws dev.syncline.TransientException if the target cannot be asked and asking again may
   *     succeed
   */
  Mapping mapping() {
    Mapping known = mapping;
    if (known == null) {
      TableSelection tables = (TableSelection) selection;
      known = new Mapping(tables, tables.nameCase() == NameCase.TARGET_DEFAULT && targetFolds());
      mapping = known;
    }
    return known;
  }

  /**
   * Whether the target keeps names of databases and tables in lower case. Asks it once.
   *
   * @throws dev.syncline.TransientException as {@link #mapping} does
   */
  boolean targetFolds() {
    Boolean known = targetFolds;
    if (known == null) {
      known = sink instanceof FoldingSink folding && folding.foldsNames();
      targetFolds = known;
    }
    return known;
  }

  /** What a change of the table becomes behind all transforms, for its definition there. */
  TableShape ofTransformed(TableDefinition transformed) {
    return shapes.of(transformed);
  }

  /** A table as its transforms leave it, under the source's name. */
  TableDefinition transformed(TableDefinition source) {
    TableDefinition table = source;
    for (Transform<C> transform : transforms) {
      if (transform instanceof TableTransform tables) {
        table = tables.table(table);
      }
    }
    return table;
  }

  /**
   * The transforms that do something to one of two tables only.
   *
   * @throws dev.syncline.SyncException if a table cannot be transformed
   */
  List<TableTransform> ofOneOnly(TableDefinition one, TableDefinition other) {
    List<TableTransform> different = new ArrayList<>();
    TableDefinition first = one;
    TableDefinition second = other;
    for (Transform<C> transform : transforms) {
      if (transform instanceof TableTransform tables) {
        if (tables.isAbout(first) != tables.isAbout(second)) {
          different.add(tables);
        }
        first = tables.table(first);
        second = tables.table(second);
      }
    }
    return different;
  }

  /**
   * A table of the source as the target has it.
   *
   * @throws SyncException if it cannot be as it was selected
   */
  TableDefinition target(TableDefinition source) {
    return isIdentity() ? source : targets.of(source);
  }

  /**
   * Whether a table is at the target as it is at the source. One that keeps names in lower case
   * takes the source's names.
   *
   * @throws dev.syncline.SyncException if it cannot be as it was selected
   */
  boolean isSame(TableDefinition source) {
    TableDefinition target = target(source);
    return target.equals(source) || mapping().folded(target).equals(mapping().folded(source));
  }

  private TableDefinition newTarget(TableDefinition source) {
    return mapping().shape(transformed(source)).target();
  }

  /** A table of the source as it is to be made at the target. */
  TableStructure target(TableStructure structure) {
    TableDefinition source = structure.definition();
    if (isIdentity()) {
      return structure;
    }
    TableDefinition transformed = transformed(source);
    TableShape shape = mapping().shape(transformed);
    Map<String, String> origins = new HashMap<>();
    names(source, transformed, shape).forEach((column, name) -> origins.put(name, column));
    return new TableStructure(shape.target(), structure.statements(), structure.size(), origins);
  }

  /**
   * The columns of the source that are at the target as they are, and their names there.
   *
   * @throws SyncException if the table cannot be as it was selected
   */
  Map<String, String> columns(TableDefinition source) {
    TableDefinition transformed = transformed(source);
    return names(source, transformed, mapping().shape(transformed));
  }

  /** Whether a table of the source is at the target as it is, all columns under their names. */
  boolean isAsAtSource(TableDefinition source) {
    return same.of(source);
  }

  private boolean findSame(TableDefinition source) {
    try {
      return isSame(source)
          && columns(source).entrySet().stream()
              .allMatch(column -> column.getKey().equals(column.getValue()));
    } catch (SyncException e) {
      // It cannot be at the target at all, which others say with the reason.
      return false;
    }
  }

  private Map<String, String> names(
      TableDefinition source, TableDefinition transformed, TableShape shape) {
    Map<String, String> behind = new HashMap<>();
    for (Column column : source.columns()) {
      nameBehindTransforms(source, column.name()).ifPresent(n -> behind.put(n, column.name()));
    }
    Map<String, String> names = new HashMap<>();
    for (int i = 0; i < shape.target().columns().size(); i++) {
      int before = shape.ordinals().get(i);
      if (before != TableShape.ORIGIN) {
        Column column = transformed.columns().get(before);
        String name = behind.get(column.name());
        if (source.columns().stream().anyMatch(c -> c.name().equals(name) && isSame(c, column))) {
          names.put(name, shape.target().columns().get(i).name());
        }
      }
    }
    return names;
  }

  private Optional<String> nameBehindTransforms(TableDefinition source, String column) {
    TableDefinition table = source;
    Optional<String> name = Optional.of(column);
    for (Transform<C> transform : transforms) {
      if (transform instanceof TableTransform tables && name.isPresent()) {
        name = tables.column(table, name.get());
        table = tables.table(table);
      }
    }
    return name;
  }

  /** Whether the statement of the source's column makes the transformed one. */
  private static boolean isSame(Column source, Column transformed) {
    return source.type().equals(transformed.type())
        && source.nullable() == transformed.nullable()
        && source.origin() == transformed.origin();
  }

  /** Groups of tables as the target has them. */
  List<CascadeGroup> target(List<CascadeGroup> groups) {
    return isIdentity()
        ? groups
        : groups.stream()
            .map(group -> group.tables().stream().map(this::target))
            .map(tables -> tables.sorted(Comparator.comparing(TableDefinition::id)).toList())
            .map(CascadeGroup::new)
            .toList();
  }

  /** Whether there are operations that are not followed. */
  boolean limitsOperations() {
    return limitsOperations;
  }

  /** What is followed of a table of the source. */
  Set<Operation> operations(TableId source) {
    return operations.computeIfAbsent(
        source,
        id -> {
          Optional<SelectedTable> said = ((TableSelection) selection).table(id);
          return said.map(SelectedTable::operations).orElse(Set.of(Operation.values()));
        });
  }
}
