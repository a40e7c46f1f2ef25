package dev.syncline.transform;

import dev.syncline.SyncException;
import dev.syncline.change.Column;
import dev.syncline.change.NamedRow;
import dev.syncline.change.Row;
import dev.syncline.change.TableDefinition;
import dev.syncline.transform.ColumnPlan.Cell;
import dev.syncline.transform.ColumnPlan.Image;
import dev.syncline.transform.ColumnTransform.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Adds a column with values that follow from the others. */
record Adding(Column column, Function<NamedRow, @Nullable Object> value) implements Step {

  @Override
  public String name() {
    return "add";
  }

  @Override
  public List<String> columns() {
    return List.of();
  }

  @Override
  public ColumnPlan plan(TableDefinition table, List<Integer> ordinals) {
    if (!table.columnsNamed(column.name()).isEmpty()) {
      throw ColumnTransform.refused(
          table, name(), column.name(), "there is one of that name already");
    }
    List<Column> columns = new ArrayList<>(table.columns());
    columns.add(column);
    List<Cell> cells = new ArrayList<>(ColumnPlan.copies(table));
    cells.add((row, image) -> value(table, row, image));
    return new ColumnPlan(table, Definitions.withColumns(table, columns), cells);
  }

  private @Nullable Object value(TableDefinition table, Row row, Image image) {
    Object result;
    try {
      result = value.apply(new NamedRow(table, row));
    } catch (IllegalStateException e) {
      if (image == Image.BEFORE && !row.isWhole()) {
        // Nothing of it is written, and in a table with a key it is not of that key.
        return Row.ABSENT;
      }
      throw e;
    }
    if (result == null) {
      if (!column.nullable()) {
        throw failed(table, "the function gave null, but the column is NOT NULL");
      }
      return null;
    }
    try {
      return NormalForm.checked(column.type(), result);
    } catch (UnfitValueException e) {
      throw failed(table, e.getMessage());
    }
  }

  private SyncException failed(TableDefinition table, @Nullable String why) {
    return ColumnTransform.refused(table, name(), column.name(), String.valueOf(why));
  }
}
