package dev.syncline.testkit.engine;

import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import java.util.Objects;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Leaves values out of what a database logs, as its sessions are set, which chance decides. */
final class ValuesLeftOut implements UnaryOperator<TableChange> {

  private final Random random;
  private final boolean alsoOfMoves;

  /**
   * Leaves values out of updates and deletes.
   *
   * @param alsoOfMoves whether also of updates that change the key
   */
  ValuesLeftOut(long seed, boolean alsoOfMoves) {
    this.random = new Random(seed);
    this.alsoOfMoves = alsoOfMoves;
  }

  @Override
  public synchronized TableChange apply(TableChange change) {
    TableDefinition table = change.table();
    if (table.identity().isEmpty()) {
      return change;
    }
    IntPredicate isKey = table.identity().get().columns()::contains;
    if (change instanceof RowDelete delete && random.nextBoolean()) {
      return new RowDelete(table, keep(delete.before(), isKey), delete.unchecked());
    }
    return change instanceof RowUpdate update ? apply(update, isKey) : change;
  }

  private TableChange apply(RowUpdate update, IntPredicate isKey) {
    boolean moves = changes(update, isKey);
    int last = update.table().columns().size() - 1;
    IntPredicate kept =
        switch (random.nextInt(3)) {
          case 0 -> isKey;
          case 1 -> column -> column != last;
          default -> column -> true;
        };
    if (moves && !alsoOfMoves) {
      return update;
    }
    Row before = update.before();
    Row after = update.after();
    return new RowUpdate(
        update.table(),
        keep(before, kept),
        keep(
            after,
            column ->
                kept.test(column) || !Objects.equals(before.value(column), after.value(column))),
        update.unchecked());
  }

  private static boolean changes(RowUpdate update, IntPredicate columns) {
    for (int i = 0; i < update.before().size(); i++) {
      if (columns.test(i) && !Objects.equals(update.before().value(i), update.after().value(i))) {
        return true;
      }
    }
    return false;
  }

  private static Row keep(Row row, IntPredicate columns) {
    @Nullable Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = columns.test(i) ? row.value(i) : Row.ABSENT;
    }
    return Row.of(values);
  }
}
