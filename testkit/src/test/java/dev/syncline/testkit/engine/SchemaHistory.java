package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.Row;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.ValueKind;
import dev.syncline.testkit.MemoryDatabase;
import dev.syncline.testkit.Renaming;
import dev.syncline.testkit.RowEditor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Changes of tables and rows made by chance, on any tables of a {@link Rig}. Used by one thread.
 */
final class SchemaHistory {

  private static final int MOST_TABLES = 6;
  private static final int KEYS = 40;

  private final MemoryDatabase database;
  private final Random random;
  private long version = 1;

  SchemaHistory(Rig rig, long seed) {
    this.database = rig.database;
    this.random = new Random(seed);
  }

  static Column number(String name, boolean nullable) {
    return new Column(
        name, ColumnType.of(ValueKind.INTEGER, "bigint"), nullable, Column.Origin.WRITTEN);
  }

  static UniqueKey primary(int... columns) {
    List<Integer> ordinals = new ArrayList<>();
    for (int column : columns) {
      ordinals.add(column);
    }
    return new UniqueKey(UniqueKey.PRIMARY, ordinals, UniqueKey.Coverage.COLUMNS);
  }

  /** Commits some transactions. */
  void commit(int transactions) {
    for (int i = 0; i < transactions; i++) {
      int changes = 1 + random.nextInt(5);
      database.commit(
          rows -> {
            for (int j = 0; j < changes; j++) {
              change(rows);
            }
          });
    }
  }

  private void change(RowEditor rows) {
    TableDefinition table = anyTable();
    List<Row> there = database.rows(table.id());
    int way = random.nextInt(there.isEmpty() ? 1 : 4);
    if (way <= 1) {
      Row row = newRow(table);
      if (isFree(table, row)) {
        rows.insert(table.id(), row);
      }
      return;
    }
    Row old = there.get(random.nextInt(there.size()));
    if (way == 2) {
      rows.delete(table.id(), address(table, old));
    } else {
      Row row = newRow(table);
      boolean stays = address(table, row).equals(address(table, old));
      if (stays || isFree(table, row)) {
        rows.update(table.id(), address(table, old), row);
      }
    }
  }

  private boolean isFree(TableDefinition table, Row row) {
    return table.identity().isEmpty()
        || database.rows(table.id()).stream()
            .noneMatch(other -> address(table, other).equals(address(table, row)));
  }

  private static Row address(TableDefinition table, Row row) {
    return table.identity().map(key -> row.pick(key.columns())).orElse(row);
  }

  private Row newRow(TableDefinition table) {
    Object[] values = new Object[table.columns().size()];
    List<Integer> key = table.identity().map(UniqueKey::columns).orElse(List.of());
    for (int i = 0; i < values.length; i++) {
      values[i] = key.contains(i) ? (Object) (long) random.nextInt(KEYS) : (Object) version++;
    }
    return Row.of(values);
  }

  private TableDefinition anyTable() {
    List<TableDefinition> tables = database.tables();
    return tables.get(random.nextInt(tables.size()));
  }

  /** Changes tables once. */
  void changeTables() {
    TableDefinition table = anyTable();
    int tables = database.tables().size();
    switch (random.nextInt(13)) {
      case 0, 1 -> {
        if (tables < MOST_TABLES) {
          database.create(newTable());
        }
      }
      case 2 -> {
        if (tables > 2) {
          database.drop(table.id());
        }
      }
      case 3 -> database.truncate(table.id());
      case 4 -> rename(table);
      case 5 -> changeKey(table);
      case 6, 7 -> dropColumn(table);
      case 8 -> database.changeObjects("CREATE VIEW v" + version++);
      case 9 -> database.remember(database.streams().get(0));
      default -> addColumn(table);
    }
  }

  private TableDefinition newTable() {
    TableId id = new TableId("shop", "t" + version++);
    List<Column> columns = List.of(number("id", false), number("c" + version++, true));
    return new TableDefinition(
        id, columns, random.nextInt(4) == 0 ? List.of() : List.of(primary(0)));
  }

  private void rename(TableDefinition table) {
    TableDefinition other = anyTable();
    TableId free = new TableId("shop", "r" + version++);
    if (other.equals(table) || !inOneStream(table, other)) {
      database.rename(new Renaming(table.id(), free));
    } else {
      database.rename(
          new Renaming(table.id(), free),
          new Renaming(other.id(), table.id()),
          new Renaming(free, other.id()));
    }
  }

  private boolean inOneStream(TableDefinition one, TableDefinition other) {
    return database.streams().size() == 1 || one.id().equals(other.id());
  }

  /** The key of two columns instead of one, or the other way round, if the rows allow it. */
  private void changeKey(TableDefinition table) {
    List<Integer> key = table.identity().map(UniqueKey::columns).orElse(List.of());
    if (key.isEmpty() || table.columns().size() < 2) {
      return;
    }
    if (key.size() > 1) {
      HashSet<Object> seen = new HashSet<>();
      if (!database.rows(table.id()).stream().allMatch(row -> seen.add(row.value(0)))) {
        return;
      }
    }
    List<Column> columns = new ArrayList<>(table.columns());
    if (key.size() == 1) {
      if (database.rows(table.id()).stream().anyMatch(row -> row.value(1) == null)) {
        return;
      }
      columns.set(1, number(columns.get(1).name(), false));
    }
    UniqueKey changed = key.size() > 1 ? primary(0) : primary(0, 1);
    alter(table, columns, changed, ordinals(columns.size()));
  }

  private void addColumn(TableDefinition table) {
    List<Column> columns = new ArrayList<>(table.columns());
    List<Integer> origins = ordinals(columns.size());
    columns.add(number("c" + version++, random.nextBoolean()));
    origins.add(-1);
    alter(table, columns, table.identity().orElse(null), origins);
  }

  private void dropColumn(TableDefinition table) {
    int last = table.columns().size() - 1;
    List<Integer> key = table.identity().map(UniqueKey::columns).orElse(List.of());
    if (last < 1 || key.contains(last)) {
      return;
    }
    List<Column> columns = new ArrayList<>(table.columns()).subList(0, last);
    alter(table, columns, table.identity().orElse(null), ordinals(last));
  }

  private void alter(
      TableDefinition table, List<Column> columns, UniqueKey key, List<Integer> origins) {
    database.alter(
        new TableDefinition(table.id(), columns, key == null ? List.of() : List.of(key)), origins);
  }

  private static List<Integer> ordinals(int count) {
    List<Integer> ordinals = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ordinals.add(i);
    }
    return ordinals;
  }

  /** Waits until the target has the tables and the rows of the source, and nothing else. */
  static void awaitEqual(Rig rig) {
    rig.database.finishAll();
    long deadline = System.nanoTime() + Rig.SOON.toNanos();
    while (!isEqual(rig) && System.nanoTime() < deadline && !rig.hasFailed()) {
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(rig.target.tables())
        .as("tables with jobs %s", rig.statuses())
        .containsExactlyElementsOf(
            rig.database.tables().stream().map(TableDefinition::id).toList());
    for (TableDefinition table : rig.database.tables()) {
      assertThat(rig.target.definition(table.id())).contains(table);
      assertThat(rig.target.rows(table.id()))
          .as("rows of %s with jobs %s", table.id(), rig.statuses())
          .containsExactlyInAnyOrderElementsOf(rig.database.rows(table.id()));
    }
    assertThat(rig.target.statements()).doesNotHaveDuplicates();
  }

  private static boolean isEqual(Rig rig) {
    List<TableId> names = rig.database.tables().stream().map(TableDefinition::id).toList();
    return names.equals(List.copyOf(rig.target.tables()))
        && rig.database.tables().stream()
            .allMatch(
                table ->
                    rig.target.definition(table.id()).equals(Optional.of(table))
                        && rig.equal(table));
  }
}
