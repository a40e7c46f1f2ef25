package dev.syncline.testkit;

import dev.syncline.ChangeRejectedException;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.ForeignKey.Rule;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What foreign keys do in a {@link MemoryTarget} that checks those of some groups of tables. */
final class MemoryCascades {

  private final MemoryTarget target;
  private final List<CascadeGroup> groups;

  MemoryCascades(MemoryTarget target, List<CascadeGroup> groups) {
    this.target = target;
    this.groups = List.copyOf(groups);
  }

  /** Makes a change and whatever follows from it. The target is locked. */
  void apply(TargetTransaction transaction, TableChange given) throws InterruptedException {
    Optional<TableChange> completed = transaction.completed(given);
    if (completed.isPresent()) {
      applyCompleted(transaction, completed.get());
    }
  }

  private void applyCompleted(TargetTransaction transaction, TableChange change)
      throws InterruptedException {
    TableDefinition table = change.table();
    List<TableDefinition> members =
        groups.stream()
            .filter(group -> group.includes(table.id()))
            .flatMap(group -> group.tables().stream())
            .toList();
    if (members.isEmpty() || change.unchecked()) {
      transaction.apply(change);
      return;
    }
    Row before = before(change);
    Row after = after(change);
    transaction.apply(change);
    if (after != null) {
      checkParents(members, table, before, after);
    }
    if (before != null) {
      for (TableDefinition child : members) {
        for (ForeignKey key : child.foreignKeys()) {
          if (key.parent().equals(table.id())) {
            Row old = before.pick(parentColumns(table, key));
            Row now = after == null ? null : after.pick(parentColumns(table, key));
            if (!old.equals(now)) {
              cascade(transaction, new Edge(child, key), old, now);
            }
          }
        }
      }
    }
  }

  /** A foreign key of a table. */
  private record Edge(TableDefinition child, ForeignKey key) {}

  /**
   * Does to the children what their foreign key says.
   *
   * @param old the values that they refer to
   * @param now the values that the parent has now; null if it is gone
   */
  private void cascade(TargetTransaction transaction, Edge edge, Row old, @Nullable Row now)
      throws InterruptedException {
    TableDefinition child = edge.child();
    ForeignKey key = edge.key();
    Rule rule = now == null ? key.onDelete() : key.onUpdate();
    for (Row row : rows(child.id())) {
      if (!row.pick(key.columns()).equals(old)) {
        continue;
      }
      if (rule == Rule.RESTRICT || rule == Rule.SET_DEFAULT) {
        throw rejected(key.parent(), key, "rows of table '" + child.id() + "' refer to it");
      } else if (rule == Rule.CASCADE && now == null) {
        apply(transaction, new RowDelete(child, row));
      } else {
        Row values = rule == Rule.CASCADE ? now : null;
        apply(transaction, new RowUpdate(child, row, with(row, key.columns(), values)));
      }
    }
  }

  private void checkParents(
      List<TableDefinition> members, TableDefinition table, @Nullable Row before, Row after) {
    for (ForeignKey key : table.foreignKeys()) {
      Row values = after.pick(key.columns());
      boolean kept = before != null && before.pick(key.columns()).equals(values);
      boolean complete = IntStream.range(0, values.size()).allMatch(i -> values.value(i) != null);
      for (TableDefinition parent : members) {
        if (parent.id().equals(key.parent())
            && complete
            && !kept
            && rows(parent.id()).stream()
                .noneMatch(row -> row.pick(parentColumns(parent, key)).equals(values))) {
          throw rejected(table.id(), key, "table '" + parent.id() + "' has no such row");
        }
      }
    }
  }

  private List<Row> rows(TableId table) {
    return target.find(table).map(MemoryTable::rows).orElse(List.of());
  }

  private static List<Integer> parentColumns(TableDefinition parent, ForeignKey key) {
    List<String> names = parent.columns().stream().map(column -> column.name()).toList();
    return key.parentColumns().stream().map(names::indexOf).toList();
  }

  /** The row with other values in some columns; NULL if there are none. */
  private static Row with(Row row, List<Integer> columns, @Nullable Row values) {
    @Nullable Object[] changed = new Object[row.size()];
    for (int i = 0; i < changed.length; i++) {
      int place = columns.indexOf(i);
      changed[i] = place < 0 ? row.value(i) : values == null ? null : values.value(place);
    }
    return Row.of(changed);
  }

  private static ChangeRejectedException rejected(TableId table, ForeignKey key, String why) {
    return new ChangeRejectedException(
        table,
        "Cannot change a row of table '%s': by foreign key '%s', %s."
            .formatted(table, key.name(), why),
        null);
  }

  private static @Nullable Row before(TableChange change) {
    if (change instanceof RowUpdate update) {
      return update.before();
    }
    return change instanceof RowDelete delete ? delete.before() : null;
  }

  private static @Nullable Row after(TableChange change) {
    if (change instanceof RowUpdate update) {
      return update.after();
    }
    return change instanceof RowInsert insert ? insert.after() : null;
  }
}
