package dev.syncline.transform;

import dev.syncline.SyncException;
import dev.syncline.TableTransform;
import dev.syncline.change.Column;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Changes columns of the tables that a pattern matches. Thread-safe.
 *
 * <p>What it does to a table follows from the definition that comes with each change, so it moves
 * on with the table, and changes from before and after a DDL may come side by side.
 */
final class ColumnTransform implements TableTransform {

  /** Definitions that were not seen for long are forgotten with all others. */
  private static final int MOST_KEPT = 20_000;

  /** What is done to a table. */
  interface Step {

    /** Completes the words "Cannot mask column 'a' ...". */
    String name();

    /** The columns that must be there. */
    List<String> columns();

    /**
     * What it does to a table that has these columns.
     *
     * @param ordinals where they are
     */
    ColumnPlan plan(TableDefinition table, List<Integer> ordinals);

    /**
     * The name that a column has behind it.
     *
     * @param ordinals where the columns are that must be there
     */
    default Optional<String> column(TableDefinition table, List<Integer> ordinals, String column) {
      return plan(table, ordinals).after().columns().stream()
          .map(Column::name)
          .filter(column::equals)
          .findFirst();
    }

    /** What it does to a table that the pattern does not match: to what it knows of others. */
    default TableDefinition elsewhere(TableDefinition table, TablePattern tables) {
      return table;
    }
  }

  private final TablePattern tables;
  private final Step step;

  /** Readers give many changes the same definition, so plans are looked up by that. */
  private final IdentityHashMap<TableDefinition, ColumnPlan> plans = new IdentityHashMap<>();

  ColumnTransform(String tables, Step step) {
    this.tables = TablePattern.of(tables);
    this.step = step;
  }

  @Override
  public boolean isAbout(TableDefinition table) {
    return tables.matches(table.source()) && ordinals(table) != null;
  }

  @Override
  public TableDefinition table(TableDefinition table) {
    return plan(table).after();
  }

  @Override
  public Optional<String> column(TableDefinition table, String column) {
    List<Integer> ordinals = tables.matches(table.source()) ? ordinals(table) : null;
    return ordinals == null ? Optional.of(column) : step.column(table, ordinals, column);
  }

  @Override
  public Optional<TableChange> apply(TableChange change) {
    return Optional.of(plan(change.table()).apply(change));
  }

  private ColumnPlan plan(TableDefinition table) {
    synchronized (plans) {
      ColumnPlan plan = plans.get(table);
      if (plan == null) {
        if (plans.size() >= MOST_KEPT) {
          plans.clear();
        }
        plan = made(table);
        plans.put(table, plan);
      }
      return plan;
    }
  }

  private ColumnPlan made(TableDefinition table) {
    TableDefinition here = step.elsewhere(table, tables);
    List<Integer> ordinals = tables.matches(table.source()) ? ordinals(table) : null;
    ColumnPlan plan = ordinals == null ? ColumnPlan.unchanged(here) : step.plan(here, ordinals);
    return new ColumnPlan(table, plan.after(), plan.cells());
  }

  /**
   * Where the columns are; null if they are not there, which is a mistake only where the table was
   * named: a pattern is for those of its tables that have the columns.
   */
  private @Nullable List<Integer> ordinals(TableDefinition table) {
    int[] ordinals = new int[step.columns().size()];
    for (int i = 0; i < ordinals.length; i++) {
      String column = step.columns().get(i);
      List<Integer> found = table.columnsNamed(column);
      if (found.size() > 1) {
        throw refused(
            table,
            step.name(),
            column,
            "there are several of that name but for upper and lower case; write it as it is there");
      }
      if (found.isEmpty()) {
        if (tables.isName()) {
          throw refused(
              table,
              step.name(),
              column,
              "there is no such column; correct the transform, or take it out");
        }
        return null;
      }
      ordinals[i] = found.get(0);
    }
    return Arrays.stream(ordinals).boxed().toList();
  }

  static SyncException refused(TableDefinition table, String step, String column, String why) {
    return new SyncException(
        "Cannot %s column '%s' of table '%s': %s.".formatted(step, column, table.source(), why));
  }

  @Override
  public String toString() {
    return "%s %s of '%s'".formatted(step.name(), step.columns(), tables.text());
  }
}
