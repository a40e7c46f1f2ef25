package dev.syncline.testkit.contract;

import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.TableBuilder;
import org.jspecify.annotations.Nullable;

/** Two tables and words for changes of their rows, for one test. */
final class SinkTrial {

  private final String database;
  private final TableDefinition users;
  private final TableDefinition keyless;

  SinkTrial(SinkFixture fixture) {
    database = fixture.createDatabase();
    users =
        TableBuilder.table(database, "users")
            .integer("id")
            .text("email")
            .nullableText("note")
            .primaryKey("id")
            .uniqueKey("by_email", "email")
            .build();
    keyless = TableBuilder.table(database, "log").integer("number").nullableText("line").build();
    fixture.createTable(users);
    fixture.createTable(keyless);
  }

  String database() {
    return database;
  }

  /** A table with a key and another unique key. */
  TableDefinition users() {
    return users;
  }

  /** A table without a key. */
  TableDefinition keyless() {
    return keyless;
  }

  static Row user(long id, String email, @Nullable String note) {
    return Row.of(id, email, note);
  }

  /** A user whose other values follow from the id. */
  static Row user(long id) {
    return user(id, "mail " + id, null);
  }

  TableChange insert(Row row) {
    return new RowInsert(users, row);
  }

  TableChange update(Row before, Row after) {
    return new RowUpdate(users, before, after);
  }

  TableChange delete(Row row) {
    return new RowDelete(users, row);
  }

  SnapshotRow copy(Row row) {
    return new SnapshotRow(users, row);
  }
}
