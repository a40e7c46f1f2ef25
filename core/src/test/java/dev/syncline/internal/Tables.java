package dev.syncline.internal;

import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.ValueKind;
import java.util.List;

/** Tables for tests. */
final class Tables {

  private Tables() {}

  /** A table with a numeric primary key and a number. */
  static TableDefinition keyed(String name) {
    return new TableDefinition(
        new TableId("shop", name),
        List.of(number("id"), number("version")),
        List.of(new UniqueKey(UniqueKey.PRIMARY, List.of(0), UniqueKey.Coverage.COLUMNS)));
  }

  /** A table with a numeric primary key and two numbers. */
  static TableDefinition withTwoValues(String name) {
    return new TableDefinition(
        new TableId("shop", name),
        List.of(number("id"), number("one"), number("other")),
        List.of(new UniqueKey(UniqueKey.PRIMARY, List.of(0), UniqueKey.Coverage.COLUMNS)));
  }

  /** A table with a numeric primary key, a unique number that may be NULL, and a number. */
  static TableDefinition withUniqueCode(String name) {
    Column code =
        new Column("code", ColumnType.of(ValueKind.INTEGER, "bigint"), true, Column.Origin.WRITTEN);
    return new TableDefinition(
        new TableId("shop", name),
        List.of(number("id"), code, number("version")),
        List.of(
            new UniqueKey(UniqueKey.PRIMARY, List.of(0), UniqueKey.Coverage.COLUMNS),
            new UniqueKey("code", List.of(1), UniqueKey.Coverage.COLUMNS)));
  }

  private static Column number(String name) {
    return new Column(
        name, ColumnType.of(ValueKind.INTEGER, "bigint"), false, Column.Origin.WRITTEN);
  }
}
