package dev.syncline.testkit;

import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.ForeignKey.Rule;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.ValueKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Puts small tables for tests together. Not thread-safe.
 *
 * <pre>{@code
 * TableDefinition users =
 *     TableBuilder.table("shop", "users").integer("id").text("email").nullableText("note")
 *         .primaryKey("id").uniqueKey("by_email", "email").build();
 * }</pre>
 */
public final class TableBuilder {

  private static final ColumnType INTEGER = ColumnType.of(ValueKind.INTEGER, "bigint");
  private static final ColumnType TEXT =
      new ColumnType(ValueKind.TEXT, "varchar(200)", "utf8mb4", "utf8mb4_bin");

  private final TableId id;
  private final List<Column> columns = new ArrayList<>();
  private final List<UniqueKey> keys = new ArrayList<>();
  private final List<ForeignKey> foreignKeys = new ArrayList<>();

  private TableBuilder(TableId id) {
    this.id = id;
  }

  /** A table that is yet without columns. */
  public static TableBuilder table(String database, String name) {
    return new TableBuilder(new TableId(database, name));
  }

  /** Adds a column of 64-bit integers that is never NULL. */
  public TableBuilder integer(String name) {
    return column(new Column(name, INTEGER, false, Column.Origin.WRITTEN));
  }

  /** Adds a column of 64-bit integers that may be NULL. */
  public TableBuilder nullableInteger(String name) {
    return column(new Column(name, INTEGER, true, Column.Origin.WRITTEN));
  }

  /** Adds a column of texts of up to 200 characters that is never NULL. */
  public TableBuilder text(String name) {
    return column(new Column(name, TEXT, false, Column.Origin.WRITTEN));
  }

  /** Adds a column of texts of up to 200 characters that may be NULL. */
  public TableBuilder nullableText(String name) {
    return column(new Column(name, TEXT, true, Column.Origin.WRITTEN));
  }

  /** Adds any column. */
  public TableBuilder column(Column column) {
    columns.add(Objects.requireNonNull(column, "column"));
    return this;
  }

  /** Makes columns the primary key. */
  public TableBuilder primaryKey(String... names) {
    return uniqueKey(UniqueKey.PRIMARY, names);
  }

  /**
   * Makes columns unique.
   *
   * @throws IllegalArgumentException if there is no such column yet
   */
  public TableBuilder uniqueKey(String key, String... names) {
    List<Integer> ordinals = Arrays.stream(names).map(this::ordinal).toList();
    keys.add(new UniqueKey(key, ordinals, UniqueKey.Coverage.COLUMNS));
    return this;
  }

  /**
   * Lets a column refer to a column of a parent, whose rows act on this table's by these rules
   * without the stream saying so.
   *
   * @throws IllegalArgumentException if there is no such column yet
   */
  public TableBuilder foreignKey(
      String column, TableDefinition parent, String parentColumn, Rule onDelete, Rule onUpdate) {
    return foreignKey(List.of(column), parent, List.of(parentColumn), onDelete, onUpdate);
  }

  /**
   * Lets columns together refer to columns of a parent, as {@link #foreignKey(String,
   * TableDefinition, String, Rule, Rule)} does with one.
   *
   * @throws IllegalArgumentException if there is no such column yet
   */
  public TableBuilder foreignKey(
      List<String> names,
      TableDefinition parent,
      List<String> parentNames,
      Rule onDelete,
      Rule onUpdate) {
    foreignKeys.add(
        new ForeignKey(
            "fk_" + id.name() + "_" + String.join("_", names),
            names.stream().map(this::ordinal).toList(),
            parent.id(),
            parentNames,
            onDelete,
            onUpdate,
            false));
    return this;
  }

  private int ordinal(String name) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException("Table '" + id + "' has no column '" + name + "' yet.");
  }

  /** The table. */
  public TableDefinition build() {
    return new TableDefinition(id, columns, keys, foreignKeys);
  }
}
