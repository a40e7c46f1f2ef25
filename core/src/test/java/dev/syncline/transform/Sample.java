package dev.syncline.transform;

import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.Row;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.ValueKind;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Tables and rows for tests of transforms. */
final class Sample {

  static final String SALT_TEXT = "a salt that nobody guesses";
  static final byte[] SALT = SALT_TEXT.getBytes(StandardCharsets.UTF_8);

  static final Column ID = column("id", ValueKind.INTEGER, "bigint", false);
  static final Column EMAIL = text("email", true);
  static final Column PHONE = text("phone", true);
  static final Column AMOUNT = column("amount", ValueKind.DECIMAL, "decimal(10,2)", false);

  /** Has a primary key, a unique key over an address, and two columns without a key. */
  static final TableDefinition USERS =
      table(
          "users",
          List.of(ID, EMAIL, PHONE, AMOUNT),
          List.of(key(UniqueKey.PRIMARY, 0), key("email", 1)),
          List.of());

  /** Refers to users. */
  static final TableDefinition ORDERS =
      table(
          "orders",
          List.of(ID, column("user_id", ValueKind.INTEGER, "bigint", true), text("note", true)),
          List.of(key(UniqueKey.PRIMARY, 0)),
          List.of(
              new ForeignKey(
                  "fk_user",
                  List.of(1),
                  new TableId("shop", "users"),
                  List.of("id"),
                  ForeignKey.Rule.RESTRICT,
                  ForeignKey.Rule.RESTRICT,
                  true)));

  private Sample() {}

  static TableDefinition table(
      String name, List<Column> columns, List<UniqueKey> keys, List<ForeignKey> foreignKeys) {
    return new TableDefinition(new TableId("shop", name), columns, keys, foreignKeys);
  }

  /** A table with a primary key and one more column. */
  static TableDefinition with(Column column) {
    return table("t", List.of(ID, column), List.of(key(UniqueKey.PRIMARY, 0)), List.of());
  }

  /** A table the primary key of which is the only column besides a text. */
  static TableDefinition keyedBy(Column column) {
    return table(
        "t", List.of(column, text("note", true)), List.of(key(UniqueKey.PRIMARY, 0)), List.of());
  }

  static UniqueKey key(String name, Integer... columns) {
    return new UniqueKey(name, List.of(columns), UniqueKey.Coverage.COLUMNS);
  }

  static Column column(String name, ValueKind kind, String type, boolean nullable) {
    return new Column(name, ColumnType.of(kind, type), nullable, Column.Origin.WRITTEN);
  }

  static Column text(String name, boolean nullable) {
    return new Column(
        name,
        new ColumnType(ValueKind.TEXT, "varchar(50)", "utf8mb4", "utf8mb4_general_ci"),
        nullable,
        Column.Origin.WRITTEN);
  }

  static Row user(long id, Object email, Object phone, Object amount) {
    return Row.of(id, email, phone, amount);
  }
}
