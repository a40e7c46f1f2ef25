package dev.syncline.transform;

import dev.syncline.change.Column;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableDefinition;
import dev.syncline.transform.ColumnTransform.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives a column another name, also where foreign keys of other tables refer to it. */
record Renaming(String column, String newName) implements Step {

  @Override
  public String name() {
    return "rename";
  }

  @Override
  public List<String> columns() {
    return List.of(column);
  }

  @Override
  public ColumnPlan plan(TableDefinition table, List<Integer> ordinals) {
    int ordinal = ordinals.get(0);
    if (table.columnsNamed(newName).stream().anyMatch(other -> other != ordinal)) {
      throw ColumnTransform.refused(
          table, name(), column, "there is a column '%s' already".formatted(newName));
    }
    List<Column> columns = new ArrayList<>(table.columns());
    Column old = columns.get(ordinal);
    columns.set(
        ordinal, new Column(newName, old.type(), old.nullable(), old.origin(), old.constant()));
    return new ColumnPlan(table, Definitions.withColumns(table, columns), List.of());
  }

  @Override
  public Optional<String> column(TableDefinition table, List<Integer> ordinals, String name) {
    boolean renamed = table.columns().get(ordinals.get(0)).name().equals(name);
    return Optional.of(renamed ? newName : name);
  }

  @Override
  public TableDefinition elsewhere(TableDefinition table, TablePattern tables) {
    List<ForeignKey> keys = new ArrayList<>();
    for (ForeignKey key : table.foreignKeys()) {
      keys.add(tables.matches(key.parent()) ? renamed(key) : key);
    }
    return keys.equals(table.foreignKeys()) ? table : table.withForeignKeys(keys);
  }

  private ForeignKey renamed(ForeignKey key) {
    List<String> parents =
        key.parentColumns().stream()
            .map(parent -> parent.equalsIgnoreCase(column) ? newName : parent)
            .toList();
    return new ForeignKey(
        key.name(),
        key.columns(),
        key.parent(),
        parents,
        key.onDelete(),
        key.onUpdate(),
        key.logged());
  }
}
