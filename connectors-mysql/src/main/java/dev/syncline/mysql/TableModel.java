package dev.syncline.mysql;

import dev.syncline.change.Column;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/**
 * A table with all that decides what later statements do to it. Immutable.
 *
 * @param options what holds for the table as a whole
 * @param columns in declared order
 * @param keys in the server's order, by which it chooses the key that tells rows apart
 * @param foreignKeys ordered by name
 */
record TableModel(
    TableId id,
    Options options,
    List<Column> columns,
    List<TableKey> keys,
    List<CatalogForeignKey> foreignKeys) {

  /**
   * What holds for the table as a whole.
   *
   * @param engine the storage engine as the catalog spells it
   * @param collation the one that columns get which name none
   * @param partitioned whether it has partitions
   * @param ordered whether the order of its keys is certain
   */
  record Options(String engine, String collation, boolean partitioned, boolean ordered) {}

  TableModel {
    columns = List.copyOf(columns);
    keys = List.copyOf(keys);
    foreignKeys =
        foreignKeys.stream().sorted(Comparator.comparing(CatalogForeignKey::name)).toList();
  }

  /** A table of the catalog with the statement that makes it; empty if that is not understood. */
  static Optional<TableModel> of(CatalogTable table, CreateTableText text, TableDefinition as) {
    List<String> order = text.keys();
    Map<String, List<CatalogTable.CatalogKeyPart>> parts = new HashMap<>();
    table.keyParts().forEach(p -> parts.computeIfAbsent(p.key(), k -> new ArrayList<>()).add(p));
    if (order.size() != parts.size() || !parts.keySet().containsAll(order)) {
      return Optional.empty();
    }
    Map<String, Integer> ordinals = new HashMap<>();
    as.columns().forEach(column -> ordinals.put(column.name(), ordinals.size()));
    Set<String> without = text.keysWithoutOverlaps();
    List<TableKey> keys = new ArrayList<>();
    for (String name : order) {
      List<CatalogTable.CatalogKeyPart> of = parts.getOrDefault(name, List.of());
      TableKey.Kind kind = of.get(0).unique() ? TableKey.Kind.UNIQUE : TableKey.Kind.READ;
      List<TableKey.Part> found = new ArrayList<>();
      for (CatalogTable.CatalogKeyPart part : of) {
        String named = part.column() == null ? "" : part.column();
        int column = ordinals.getOrDefault(named, TableKey.EXPRESSION);
        boolean counts = kind == TableKey.Kind.UNIQUE && column != TableKey.EXPRESSION;
        found.add(new TableKey.Part(column, counts ? part.length() : 0));
      }
      keys.add(new TableKey(name, kind, without.contains(name), found));
    }
    List<CatalogForeignKey> foreignKeys =
        as.foreignKeys().stream().map(key -> CatalogForeignKey.of(as, key)).toList();
    Options options = new Options(table.engine(), table.collation(), table.partitioned(), true);
    TableModel model = new TableModel(table.id(), options, as.columns(), keys, foreignKeys);
    TableDefinition again = model.definition(table.logsCascades());
    boolean same =
        again.uniqueKeys().equals(as.uniqueKeys()) && again.foreignKeys().equals(as.foreignKeys());
    return same ? Optional.of(model) : Optional.empty();
  }

  /**
   * The table behind a definition; empty if it has no notes, or they are not understood.
   *
   * <p>They are not where a definition was saved by another version of Syncline.
   */
  static Optional<TableModel> of(TableDefinition table) {
    return TableNotes.parse(table)
        .filter(model -> model.definition(logsCascades(table)).equals(table));
  }

  private static boolean logsCascades(TableDefinition table) {
    return table.foreignKeys().stream().anyMatch(ForeignKey::logged);
  }

  /**
   * The table as changes carry it.
   *
   * @param logsCascades see {@link MySqlFacts#logsCascades}
   */
  TableDefinition definition(boolean logsCascades) {
    List<UniqueKey> unique = new ArrayList<>();
    for (TableKey key : keys) {
      if (key.isUnique()) {
        List<Integer> ordinals =
            key.parts().stream().map(TableKey.Part::column).filter(c -> c >= 0).toList();
        unique.add(new UniqueKey(key.name(), ordinals, key.coverage()));
      }
    }
    Set<Integer> servers = serversKey();
    unique.sort(
        Comparator.comparing((UniqueKey key) -> !isServersKey(key, servers))
            .thenComparing(key -> !key.isPrimary())
            .thenComparing(key -> !tellsApart(key, ordinal -> columns.get(ordinal).nullable()))
            .thenComparing(UniqueKey::name));
    return new TableDefinition(
        id, id, columns, unique, foreignKeys(logsCascades), TableNotes.print(this));
  }

  /** Whether a key is over whole columns without NULL. */
  static boolean tellsApart(UniqueKey key, IntPredicate nullable) {
    return key.coverage() == UniqueKey.Coverage.COLUMNS
        && key.columns().stream().noneMatch(nullable::test);
  }

  private static boolean isServersKey(UniqueKey key, Set<Integer> servers) {
    return key.isPrimary()
        || (key.coverage() == UniqueKey.Coverage.COLUMNS && servers.containsAll(key.columns()));
  }

  /**
   * The columns of the key by which the server tells rows apart: of the primary key, or of the
   * first unique key over whole columns without NULL.
   */
  Set<Integer> serversKey() {
    for (TableKey key : keys) {
      boolean whole = key.parts().stream().allMatch(part -> isWholeWithoutNull(part));
      if (key.isPrimary() || (key.isUnique() && whole)) {
        return key.parts().stream()
            .map(TableKey.Part::column)
            .filter(column -> column >= 0)
            .collect(Collectors.toCollection(TreeSet::new));
      }
    }
    return Set.of();
  }

  private boolean isWholeWithoutNull(TableKey.Part part) {
    if (part.column() < 0 || part.prefix() > 0) {
      return false;
    }
    Column column = columns.get(part.column());
    return !column.nullable() && column.origin() != Column.Origin.GENERATED_VIRTUAL;
  }

  /** Whether it depends on the order of keys by which of them the server tells rows apart. */
  boolean dependsOnOrder() {
    boolean primary = keys.stream().anyMatch(TableKey::isPrimary);
    return !primary
        && keys.stream()
                .filter(k -> k.isUnique() && k.parts().stream().allMatch(this::isWholeWithoutNull))
                .count()
            > 1;
  }

  private List<ForeignKey> foreignKeys(boolean logsCascades) {
    List<ForeignKey> all = new ArrayList<>();
    for (CatalogForeignKey key : foreignKeys) {
      List<Integer> ordinals = key.columns().stream().map(name -> ordinal(name)).toList();
      all.add(
          new ForeignKey(
              key.name(),
              ordinals,
              key.parent(),
              key.parentColumns(),
              key.onDelete(),
              key.onUpdate(),
              logsCascades));
    }
    return all;
  }

  /** Where a column is; -1 if there is none of this name. */
  int ordinal(String name) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equalsIgnoreCase(name)) {
        return i;
      }
    }
    return -1;
  }

  /** The same with other foreign keys. */
  TableModel withForeignKeys(List<CatalogForeignKey> others) {
    return new TableModel(id, options, columns, keys, others);
  }

  /**
   * A table that is made like this one, which has no foreign keys.
   *
   * @param sorts whether its keys are sorted, which MariaDB does not always see to later
   */
  TableModel copied(TableId other, boolean sorts) {
    KeyList sorted = new KeyList(keys);
    if (sorts) {
      sorted.sort(columns::get, false);
    }
    return new TableModel(other, options, columns, sorted.keys(), List.of());
  }

  /** The same under another name, which names of foreign keys follow that the server made. */
  TableModel named(TableId other) {
    List<CatalogForeignKey> renamed = new ArrayList<>();
    for (CatalogForeignKey key : foreignKeys) {
      String name =
          ForeignKeyNames.number(id.name(), key.name()) > 0
              ? other.name() + key.name().substring(id.name().length())
              : key.name();
      TableId parent = key.parent().equals(id) ? other : key.parent();
      renamed.add(
          new CatalogForeignKey(
              other,
              name,
              key.columns(),
              parent,
              key.parentColumns(),
              key.onDelete(),
              key.onUpdate()));
    }
    return new TableModel(other, options, columns, keys, renamed);
  }
}
