package dev.syncline.mysql;

import dev.syncline.ChangeRejectedException;
import dev.syncline.change.Column;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.UniqueKey;
import dev.syncline.mysql.TargetTable.OtherKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Says how the target has the tables of the source. */
final class TargetCatalog {

  private TargetCatalog() {}

  /**
   * How the target has a table of the source.
   *
   * @throws ChangeRejectedException if it is not there, or changes cannot be written to it
   */
  static TargetTable read(Connection connection, TableDefinition definition) throws SQLException {
    return TableLook.at(connection, definition.id())
        .map(look -> describe(definition, look))
        .orElseThrow(() -> rejected(definition, "the target has no such table. Create it."));
  }

  /** The table of the source with what the target shows of it. */
  static TargetTable describe(TableDefinition definition, TableLook look) {
    Map<String, Integer> ordinals = new LinkedHashMap<>();
    List<Integer> written = new ArrayList<>();
    List<ValueEquality> equality = new ArrayList<>();
    Set<Integer> storesJson = new TreeSet<>();
    for (int i = 0; i < definition.columns().size(); i++) {
      Column column = definition.columns().get(i);
      TableLook.ColumnLook target = look.columns().get(TableLook.nameKey(column.name()));
      if (target == null) {
        throw rejected(definition, "the target has no column '" + column.name() + "'. Add it.");
      }
      if (!column.isGenerated() && !target.generated()) {
        written.add(i);
      } else if (!column.isGenerated()) {
        throw rejected(
            definition,
            "the target computes column '%s', but the source does not. Make it a plain column."
                .formatted(column.name()));
      }
      if (target.type().equalsIgnoreCase("json")) {
        storesJson.add(i);
      }
      ordinals.put(TableLook.nameKey(column.name()), i);
      equality.add(new ValueEquality(column.type().kind(), TextEquality.of(target.collation())));
    }
    boolean ownColumns =
        look.columns().entrySet().stream()
            .anyMatch(c -> !ordinals.containsKey(c.getKey()) && !c.getValue().generated());
    List<Integer> identity = definition.identity().map(UniqueKey::columns).orElse(List.of());
    List<OtherKey> otherKeys = otherKeys(definition, look, ordinals, identity);
    return new TargetTable(
        definition,
        definition.id(),
        written,
        identity,
        equality,
        storesJson,
        otherKeys,
        ownColumns);
  }

  private static List<OtherKey> otherKeys(
      TableDefinition definition,
      TableLook look,
      Map<String, Integer> ordinals,
      List<Integer> identity) {
    Set<String> identityNames =
        identity.stream()
            .map(i -> TableLook.nameKey(definition.columns().get(i).name()))
            .collect(Collectors.toCollection(TreeSet::new));
    List<OtherKey> others = new ArrayList<>();
    boolean found = false;
    for (TableLook.KeyLook key : look.uniqueKeys()) {
      boolean whole = key.parts().stream().allMatch(TableLook.PartLook::isWholeColumn);
      Set<String> names =
          key.parts().stream()
              .map(TableLook.PartLook::column)
              .collect(Collectors.toCollection(TreeSet::new));
      if (whole && names.equals(identityNames)) {
        found = true;
      } else {
        others.add(otherKey(key, look, ordinals));
      }
    }
    if (!identity.isEmpty() && !found) {
      throw rejected(
          definition,
          "no unique key of the target has exactly the columns %s, which tell the source's rows "
                  .formatted(identityNames)
              + "apart. Add one.");
    }
    return others;
  }

  private static OtherKey otherKey(
      TableLook.KeyLook key, TableLook look, Map<String, Integer> ordinals) {
    OtherKey.Scope scope = OtherKey.Scope.VALUES;
    List<Integer> columns = new ArrayList<>();
    for (TableLook.PartLook part : key.parts()) {
      Integer ordinal = ordinals.get(part.column());
      TableLook.ColumnLook column = look.columns().get(part.column());
      if (ordinal == null || column == null || column.generated()) {
        return new OtherKey(key.name(), OtherKey.Scope.MADE_OF_ANYTHING, List.of());
      }
      if (!part.isWholeColumn()) {
        scope = OtherKey.Scope.MADE_OF_COLUMNS;
      }
      columns.add(ordinal);
    }
    return new OtherKey(key.name(), scope, columns);
  }

  private static ChangeRejectedException rejected(TableDefinition definition, String why) {
    return new ChangeRejectedException(
        definition.id(), "Cannot write to table '" + definition.id() + "': " + why, null);
  }
}
