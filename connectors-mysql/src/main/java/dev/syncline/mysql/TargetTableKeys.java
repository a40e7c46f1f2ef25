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
    return switch (scope) {
      case VALUES -> Coverage.COLUMNS;
      case MADE_OF_COLUMNS -> Coverage.PREFIX;
      case MADE_OF_ANYTHING -> Coverage.EXPRESSION;
    };
  }

  @Override
  public boolean isComparable(int column, Object value) {
    return table.equality().get(column).canonical(value) != null;
  }
}
