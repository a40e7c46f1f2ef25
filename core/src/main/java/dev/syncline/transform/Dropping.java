package dev.syncline.transform;

import dev.syncline.change.TableDefinition;
import dev.syncline.transform.ColumnPlan.Cell;
import dev.syncline.transform.ColumnTransform.Step;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Leaves columns out. */
record Dropping(List<String> columns) implements Step {

  @Override
  public String name() {
    return "drop";
  }

  @Override
  public ColumnPlan plan(TableDefinition table, List<Integer> ordinals) {
    Set<Integer> dropped = new HashSet<>(ordinals);
    Optional<Integer> ofKey =
        table.identity().flatMap(key -> key.columns().stream().filter(dropped::contains).findAny());
    if (ofKey.isPresent()) {
      throw refused(
          table,
          table.columns().get(ofKey.get()).name(),
          "it is of the key that tells rows apart; mask it with a hash instead");
    }
    if (dropped.size() == table.columns().size()) {
      throw refused(table, columns.get(0), "none would be left; take the table out instead");
    }
    List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < table.columns().size(); i++) {
      if (!dropped.contains(i)) {
        cells.add(Cell.copy(i));
      }
    }
    return new ColumnPlan(table, Definitions.without(table, dropped), cells);
  }

  private RuntimeException refused(TableDefinition table, String column, String why) {
    return ColumnTransform.refused(table, name(), column, why);
  }
}
