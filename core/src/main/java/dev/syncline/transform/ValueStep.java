package dev.syncline.transform;

import dev.syncline.SyncException;
import dev.syncline.TransientException;
import dev.syncline.change.Column;
import dev.syncline.change.Row;
import dev.syncline.change.TableDefinition;
import dev.syncline.transform.ColumnPlan.Cell;
import dev.syncline.transform.ColumnTransform.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Gives a column other values, and perhaps another type. */
record ValueStep(String name, String column, ValueChange change) implements Step {

  @Override
  public List<String> columns() {
    return List.of(column);
  }

  @Override
  public ColumnPlan plan(TableDefinition table, List<Integer> ordinals) {
    int ordinal = ordinals.get(0);
    Column old = table.columns().get(ordinal);
    Optional<String> obstacle =
        change.obstacle(old.type()).or(() -> KeyRules.obstacle(table, ordinal, change));
    if (obstacle.isPresent()) {
      throw ColumnTransform.refused(table, name, old.name(), obstacle.get());
    }
    TableDefinition behind = table;
    if (!change.type(old.type()).equals(old.type())) {
      List<Column> columns = new ArrayList<>(table.columns());
      // What the source stores by default is not in the form of the new type.
      columns.set(
          ordinal, new Column(old.name(), change.type(old.type()), old.nullable(), old.origin()));
      behind = Definitions.withColumns(table, columns);
    }
    List<Cell> cells = new ArrayList<>(ColumnPlan.copies(table));
    cells.set(ordinal, cell(table, ordinal));
    return new ColumnPlan(table, behind, cells);
  }

  private Cell cell(TableDefinition table, int ordinal) {
    Column old = table.columns().get(ordinal);
    Function<Object, @Nullable Object> values = change.values(old.type());
    return (row, image) -> {
      if (!row.has(ordinal)) {
        return Row.ABSENT;
      }
      Object value = row.value(ordinal);
      if (value == null) {
        return null;
      }
      Object result = applied(values, value, table);
      if (result == null && !old.nullable()) {
        throw failed(table, "the function gave null, but the column is NOT NULL", null);
      }
      return result;
    };
  }

  private @Nullable Object applied(
      Function<Object, @Nullable Object> values, Object value, TableDefinition table) {
    try {
      return values.apply(value);
    } catch (UnfitValueException e) {
      throw failed(table, "of one value " + e.getMessage(), null);
    } catch (TransientException e) {
      throw e;
    } catch (RuntimeException e) {
      throw failed(table, "the function failed with a " + e.getClass().getSimpleName(), e);
    }
  }

  private SyncException failed(TableDefinition table, String why, @Nullable RuntimeException e) {
    return new SyncException(
        "Cannot %s column '%s' of table '%s': %s.".formatted(name, column, table.source(), why), e);
  }
}
