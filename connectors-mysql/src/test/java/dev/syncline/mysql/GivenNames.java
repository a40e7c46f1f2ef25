package dev.syncline.mysql;

import dev.syncline.TargetNames;
import dev.syncline.change.Column;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Names at a target as a test gives them. */
final class GivenNames implements TargetNames {

  private final Map<String, String> databases = new HashMap<>();
  private final Map<TableId, TableId> tables = new HashMap<>();
  private final Map<String, String> columns = new HashMap<>();
  private final Set<String> leftOut = new HashSet<>();
  private final List<Column> made = new ArrayList<>();
  private boolean merged;

  GivenNames database(String source, String target) {
    databases.put(source, target);
    return this;
  }

  GivenNames table(String source, String target) {
    tables.put(id(source), id(target));
    return this;
  }

  /** A column of whatever table. */
  GivenNames column(String source, String target) {
    columns.put(source, target);
    return this;
  }

  GivenNames without(String column) {
    leftOut.add(column);
    return this;
  }

  /** A column that the target alone has. */
  GivenNames making(Column column) {
    made.add(column);
    return this;
  }

  /** The origin is the last column of every key. */
  GivenNames merged(Column origin) {
    merged = true;
    return making(origin);
  }

  private static TableId id(String name) {
    String[] parts = name.split("\\.", 2);
    return new TableId(parts[0], parts[1]);
  }

  @Override
  public boolean areSame() {
    return databases.isEmpty()
        && tables.isEmpty()
        && columns.isEmpty()
        && leftOut.isEmpty()
        && made.isEmpty();
  }

  @Override
  public Optional<String> database(String source) {
    return Optional.of(databases.getOrDefault(source, source));
  }

  @Override
  public Optional<TableId> table(TableId source) {
    String database = databases.getOrDefault(source.database(), source.database());
    return Optional.of(tables.getOrDefault(source, new TableId(database, source.name())));
  }

  /** All databases are as at the source but those that have other names, or a table that has. */
  @Override
  public boolean keepsObject(TableId object, Collection<String> databases) {
    return Stream.concat(Stream.of(object.database()), databases.stream())
        .noneMatch(
            name ->
                this.databases.containsKey(name)
                    || tables.keySet().stream().anyMatch(id -> id.database().equals(name)));
  }

  @Override
  public Table table(TableDefinition source) {
    List<Column> there = new ArrayList<>();
    Map<String, String> names = new HashMap<>();
    List<Integer> ordinals = new ArrayList<>();
    for (int i = 0; i < source.columns().size(); i++) {
      Column column = source.columns().get(i);
      if (!leftOut.contains(column.name())) {
        String name = columns.getOrDefault(column.name(), column.name());
        names.put(column.name(), name);
        ordinals.add(i);
        there.add(
            new Column(name, column.type(), column.nullable(), column.origin(), column.constant()));
      }
    }
    there.addAll(made);
    List<UniqueKey> keys = new ArrayList<>();
    for (UniqueKey key : source.uniqueKeys()) {
      if (ordinals.containsAll(key.columns())) {
        List<Integer> parts = new ArrayList<>();
        key.columns().forEach(column -> parts.add(ordinals.indexOf(column)));
        if (merged) {
          parts.add(there.size() - 1);
        }
        keys.add(new UniqueKey(key.name(), parts, key.coverage()));
      }
    }
    List<ForeignKey> foreignKeys = new ArrayList<>();
    for (ForeignKey key : source.foreignKeys()) {
      if (ordinals.containsAll(key.columns()) && !merged) {
        foreignKeys.add(
            new ForeignKey(
                key.name(),
                key.columns().stream().map(ordinals::indexOf).toList(),
                table(key.parent()).orElseThrow(),
                key.parentColumns().stream().map(c -> columns.getOrDefault(c, c)).toList(),
                key.onDelete(),
                key.onUpdate(),
                key.logged()));
      }
    }
    TableId id = table(source.source()).orElseThrow();
    return new Table(
        new TableDefinition(id, source.source(), there, keys, foreignKeys, source.notes()),
        names,
        merged);
  }
}
