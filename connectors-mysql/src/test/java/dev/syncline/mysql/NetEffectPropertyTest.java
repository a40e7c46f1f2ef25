package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.ValueKind;
import dev.syncline.mysql.ModelTable.MissingRow;
import dev.syncline.mysql.TargetTable.OtherKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** The net effect of any history, cut anywhere, is what the same changes do one by one. */
class NetEffectPropertyTest {

  private static final int COLUMNS = 5;
  private static final List<OtherKey.Scope> SCOPES = List.of(OtherKey.Scope.values());
  private static final List<Object> ASCII = List.of("a", "A", "a ", "b", "B", "c", "d");
  private static final List<Object> ANY =
      List.of("a", "A", "á", "Á", "b", "b ", "é", "e", "水", "c");
  private static final List<Object> NUMBERS = List.of(1L, 2L, 3L, 4L);

  @Property(tries = 1_000, shrinking = ShrinkingMode.OFF)
  void equalsTheChangesOneByOne(@ForAll long seed) {
    Random random = new Random(seed);
    Schema schema = Schema.random(random);
    ModelTable source = schema.newTable();
    ModelTable oneByOne = schema.newTable();
    ModelTable reduced = schema.newTable();
    history(random, schema, source, 12);
    for (Row row : source.images()) {
      // A row of the source may not have been copied yet.
      if (random.nextInt(4) > 0) {
        boolean hasOwn = schema.table().hasOwnColumns();
        String own = hasOwn ? "own " + random.nextInt() : ModelTable.DEFAULT_OWN;
        oneByOne.put(row, own);
        reduced.put(row, own);
      }
    }

    for (int batch = 0; batch < 4; batch++) {
      List<TableChange> changes =
          logged(random, schema, history(random, schema, source, 1 + random.nextInt(12)));
      Missed missed = new Missed(oneByOne);
      changes.forEach(change -> missed.apply(change, schema.table()));
      boolean stopped = !runs(NetEffect.of(schema.table(), changes), reduced);

      if (stopped) {
        assertThat(missed.any).as("a row was missing").isTrue();
        return;
      }
      assertThat(missed.lost).as("rows that are passed over").isEmpty();
      assertThat(reduced.described())
          .as("keys %s", schema.keys())
          .containsExactlyInAnyOrderElementsOf(oneByOne.described());
    }
  }

  private static boolean runs(List<TableStep> steps, ModelTable target) {
    try {
      steps.forEach(target::run);
      return true;
    } catch (MissingRow e) {
      return false;
    }
  }

  /**
   * Applies changes one by one and goes on where a row is missing: it may be deleted, or written as
   * a whole, later on.
   */
  private static final class Missed {
    private final ModelTable target;

    /** Rows as they were addressed last that were missing, and that nothing has brought since. */
    private final List<Row> lost = new ArrayList<>();

    private boolean any;

    Missed(ModelTable target) {
      this.target = target;
    }

    void apply(TableChange change, TargetTable table) {
      Row before = NetEffect.before(change);
      Row after = NetEffect.after(change);
      boolean wasLost = before != null && lost.removeIf(row -> target.sameKey(row, before));
      try {
        applyOne(target, change, table);
        if (after != null && !table.isWritable(after) && wasLost) {
          lost.add(after);
        } else if (after != null && table.isWritable(after)) {
          lost.removeIf(row -> target.sameKey(row, after));
        }
      } catch (MissingRow e) {
        any = true;
        lost.add(after);
      }
    }
  }

  /** A table, its keys and what values its columns have. */
  private record Schema(
      TargetTable table,
      List<List<Integer>> keys,
      List<List<Object>> values,
      Set<Integer> nullable) {

    static Schema random(Random random) {
      List<List<Object>> values = new ArrayList<>();
      for (int i = 0; i < COLUMNS; i++) {
        values.add(List.of(NUMBERS, ASCII, ANY).get(random.nextInt(3)));
      }
      List<Integer> identity = random.nextBoolean() ? List.of(0) : List.of(1, 0);
      Set<Integer> nullable = Set.of(2, 3, 4);
      List<List<Integer>> keys = new ArrayList<>(List.of(identity));
      List<OtherKey> others = new ArrayList<>();
      for (int i = random.nextInt(3); i > 0; i--) {
        OtherKey.Scope scope = SCOPES.get(random.nextInt(SCOPES.size()));
        List<Integer> columns =
            List.of(List.of(2), List.of(3), List.of(2, 3), List.of(0, 3)).get(random.nextInt(4));
        boolean prefix = scope != OtherKey.Scope.VALUES;
        keys.add(prefix ? List.of(-columns.get(columns.size() - 1)) : columns);
        List<Integer> named = prefix ? List.of(columns.get(columns.size() - 1)) : columns;
        others.add(
            new OtherKey(
                "u" + i, scope, scope == OtherKey.Scope.MADE_OF_ANYTHING ? List.of() : named));
      }
      return new Schema(
          table(values, identity, others, random.nextInt(4) == 0), keys, values, nullable);
    }

    private static TargetTable table(
        List<List<Object>> values, List<Integer> identity, List<OtherKey> others, boolean own) {
      TextEquality collation = TextEquality.of("utf8mb4_general_ci");
      List<Column> columns = new ArrayList<>();
      List<ValueEquality> equality = new ArrayList<>();
      for (int i = 0; i < COLUMNS; i++) {
        boolean number = values.get(i).equals(NUMBERS);
        ValueKind kind = number ? ValueKind.INTEGER : ValueKind.TEXT;
        ColumnType type = ColumnType.of(kind, number ? "int" : "varchar(9)");
        columns.add(new Column("c" + i, type, i > 1, Column.Origin.WRITTEN));
        equality.add(new ValueEquality(kind, collation));
      }
      UniqueKey primary = new UniqueKey(UniqueKey.PRIMARY, identity, UniqueKey.Coverage.COLUMNS);
      TableId id = new TableId("d", "t");
      return new TargetTable(
          new TableDefinition(id, columns, List.of(primary)),
          id,
          IntStream.range(0, COLUMNS).boxed().toList(),
          identity,
          equality,
          Set.of(),
          others,
          own);
    }

    ModelTable newTable() {
      return new ModelTable(table, keys);
    }

    Row row(Random random) {
      Object[] row = new Object[COLUMNS];
      for (int i = 0; i < COLUMNS; i++) {
        row[i] = value(random, i);
      }
      return Row.wrap(row);
    }

    Row changed(Random random, Row row) {
      Object[] changed = IntStream.range(0, COLUMNS).mapToObj(row::value).toArray();
      for (int i = 1 + random.nextInt(2); i > 0; i--) {
        int column = random.nextInt(COLUMNS);
        changed[column] = value(random, column);
      }
      if (random.nextInt(4) == 0 && changed[0] instanceof String key) {
        // Another key for the source's log, and none for its collation.
        changed[0] = swapCase(key);
      }
      return Row.wrap(changed);
    }

    private static String swapCase(String text) {
      String upper = text.toUpperCase(Locale.ROOT);
      return text.equals(upper) ? text.toLowerCase(Locale.ROOT) : upper;
    }

    private Object value(Random random, int column) {
      List<Object> of = values.get(column);
      boolean isNull = nullable.contains(column) && random.nextInt(5) == 0;
      return isNull ? null : of.get(random.nextInt(of.size()));
    }
  }

  /** Changes that the source's table accepts, one after the other. */
  private static List<TableChange> history(
      Random random, Schema schema, ModelTable source, int length) {
    TableDefinition definition = schema.table().definition();
    List<TableChange> changes = new ArrayList<>();
    for (int tries = 0; changes.size() < length && tries < 200; tries++) {
      List<Row> rows = source.images();
      Row before = rows.isEmpty() ? null : rows.get(random.nextInt(rows.size()));
      int what = random.nextInt(6);
      if (before == null || what < 2) {
        Row after = schema.row(random);
        if (source.accepts(after, null)) {
          source.put(after, ModelTable.DEFAULT_OWN);
          changes.add(new RowInsert(definition, after));
        }
      } else if (what == 2) {
        source.delete(before);
        changes.add(new RowDelete(definition, before));
      } else {
        Row after = schema.changed(random, before);
        if (!after.equals(before) && source.accepts(after, before)) {
          source.delete(before);
          source.put(after, ModelTable.DEFAULT_OWN);
          changes.add(new RowUpdate(definition, before, after));
        }
      }
    }
    return changes;
  }

  /** The changes as a log has them that leaves some values out. */
  private static List<TableChange> logged(Random random, Schema schema, List<TableChange> changes) {
    List<TableChange> logged = new ArrayList<>();
    for (TableChange change : changes) {
      boolean whole = random.nextInt(3) == 0;
      logged.add(
          change instanceof RowUpdate update && !whole
              ? logged(random, schema.table(), update)
              : change instanceof RowDelete delete && !whole
                  ? new RowDelete(
                      delete.table(), some(random, schema.table().identity(), delete.before()))
                  : change);
    }
    return logged;
  }

  private static RowUpdate logged(Random random, TargetTable table, RowUpdate update) {
    Row before = some(random, table.identity(), update.before());
    List<Integer> changed =
        IntStream.range(0, COLUMNS)
            .filter(i -> !Objects.equals(update.before().value(i), update.after().value(i)))
            .boxed()
            .toList();
    Row after = some(random, changed, update.after());
    return new RowUpdate(update.table(), before, after, false, random.nextInt(8) > 0);
  }

  /** A row that has some columns, and perhaps others. */
  private static Row some(Random random, List<Integer> columns, Row row) {
    Object[] values = new Object[COLUMNS];
    for (int i = 0; i < COLUMNS; i++) {
      values[i] = columns.contains(i) || random.nextInt(4) == 0 ? row.value(i) : Row.ABSENT;
    }
    return Row.wrap(values);
  }

  private static void applyOne(ModelTable target, TableChange change, TargetTable table) {
    if (change instanceof RowUpdate update && !update.after().isWhole()) {
      boolean moves =
          !update.before().pick(table.identity()).equals(update.after().pick(table.identity()));
      target.patch(update.before(), update.after(), update.early() && !moves);
      return;
    }
    Row before = NetEffect.before(change);
    Row after = NetEffect.after(change);
    if (before != null && after != null && table.hasOwnColumns()) {
      target.move(before, after);
      return;
    }
    if (before != null && (after == null || !target.sameKey(before, after))) {
      target.delete(before);
    }
    if (after != null) {
      target.upsert(after);
    }
  }
}
