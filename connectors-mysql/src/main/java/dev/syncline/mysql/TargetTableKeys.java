package dev.syncline.mysql;

import dev.syncline.TargetKeys;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.UniqueKey.Coverage;
import java.util.List;

/** How a table of the target tells rows apart, for lanes. */
record TargetTableKeys(TargetTable table) implements TargetKeys {

  @Override
  public List<UniqueKey> others() {
    return table.otherKeys().stream()
        .map(key -> new UniqueKey(key.name(), key.columns(), coverage(key.scope())))
        .toList();
  }

  private static Coverage coverage(TargetTable.OtherKey.Scope scope) {
    return scope == TargetTable.OtherKey.Scope.VALUES ? Coverage.COLUMNS : Coverage.EXPRESSION;
  }

  @Override
  public boolean isComparable(int column, Object value) {
    return table.equality().get(column).canonical(value) != null;
  }
}
