package dev.syncline.testkit.engine;

import static dev.syncline.testkit.TableBuilder.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.ExistingTables;
import dev.syncline.NameCase;
import dev.syncline.Operation;
import dev.syncline.PrecheckFailedException;
import dev.syncline.SchemaChanges;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.TableStatus;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Column;
import dev.syncline.change.Row;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Names, columns and operations of tables at the target. */
class MappingTest {

  private static final TableDefinition ITEMS =
      table("shop", "items")
          .integer("id")
          .text("secret")
          .integer("amount")
          .primaryKey("id")
          .build();

  private final Rig rig = new Rig(1);

  @AfterEach
  void close() {
    rig.close();
  }

  private static TableSelection shop(Consumer<TableSelection.DatabaseBuilder> tables) {
    return TableSelection.builder().database("shop", tables).build();
  }

  private List<Row> rowsOf(String database, String name) {
    TableId id = new TableId(database, name);
    return rig.target.tables().contains(id) ? rig.target.rows(id) : List.of();
  }

  private void insertItem(long id, long amount) {
    rig.database.commit(rows -> rows.insert(ITEMS.id(), Row.of(id, "secret", amount)));
  }

  private static TableStatus statusOf(SyncJob<TableChange> job, TableId table) {
    return job.status().tables().stream()
        .filter(status -> status.table().equals(table))
        .findFirst()
        .orElseThrow();
  }

  private void assertRefused(TableSelection selection, String... messages) {
    assertThatThrownBy(() -> rig.start(rig.job(selection)))
        .isInstanceOf(PrecheckFailedException.class)
        .hasMessageContainingAll(messages);
  }

  @Test
  void rowsGoToTheNamesThatTheSelectionGives() {
    rig.database.create(ITEMS);
    for (long id = 0; id < 20; id++) {
      insertItem(id, id);
    }
    TableSelection selection =
        shop(
            db ->
                db.as("shop_copy")
                    .table("users")
                    .table("ledger", t -> t.as("book"))
                    .table(
                        "items",
                        t -> t.as("things").exceptColumns("secret").rename("amount", "total")));

    rig.fill(15);
    SyncJob<TableChange> job = rig.startAndSynchronize(rig.job(selection));
    insertItem(100, 1);
    rig.database.commit(rows -> rows.update(ITEMS.id(), Row.of(3L), Row.of(3L, "other", 9L)));
    rig.database.commit(rows -> rows.delete(ITEMS.id(), Row.of(4L)));
    rig.insert(Rig.LEDGER, 77, 77);

    Rig.await("the last change is there", () -> rowsOf("shop_copy", "book").size() == 16);
    assertThat(rowsOf("shop_copy", "things"))
        .hasSize(20)
        .contains(Row.of(100L, 1L), Row.of(3L, 9L))
        .doesNotContain(Row.of(4L, 4L));
    assertThat(rowsOf("shop_copy", "users")).hasSize(15);
    assertThat(rig.target.tables()).allMatch(id -> id.database().equals("shop_copy"));
    assertThat(statusOf(job, ITEMS.id()).snapshotRows()).isEqualTo(20);
    Rig.await("the row is counted", () -> statusOf(job, ITEMS.id()).inserts() == 1);
  }

  @Test
  void aJobGoesOnUnderTheSameNamesOnly() {
    rig.fill(30);
    SyncJob<TableChange> job =
        rig.startAndSynchronize(rig.job(shop(db -> db.table("users", t -> t.as("people")))));
    job.close();

    assertRefused(
        shop(db -> db.table("users", t -> t.as("persons"))),
        "MAPPING_CHANGED",
        "they were ['shop.users': as 'people'] and are ['shop.users': as 'persons']");

    rig.insert(Rig.USERS, 100, 1);
    rig.startAndSynchronize(rig.job(shop(db -> db.table("users", t -> t.as("people")))));
    Rig.await("the row is there", () -> rowsOf("shop", "people").size() == 31);
  }

  @Test
  void namesThatAreNotGivenFollowThePolicy() {
    rig.fill(3);
    TableSelection selection =
        TableSelection.builder()
            .nameCase(NameCase.UPPER)
            .database("shop", db -> db.table("users", t -> t.as("People")).table("orders"))
            .build();

    rig.startAndSynchronize(rig.job(selection));

    assertThat(rig.target.tables())
        .containsExactly(new TableId("SHOP", "ORDERS"), new TableId("SHOP", "People"));
  }

  /** Its rows would get into the other one, whatever is done about the statement. */
  @ParameterizedTest
  @EnumSource(names = {"APPLY", "IGNORE"})
  void stopsWhereANewTableWouldHaveTheNameOfAnother(SchemaChanges policy) {
    rig.fill(3);
    TableSelection selection =
        TableSelection.builder().nameCase(NameCase.UPPER).database("shop").build();
    SyncJob<TableChange> job = rig.startAndSynchronize(rig.job(selection).schemaChanges(policy));

    rig.database.create(table("shop", "Users").integer("id").integer("v").primaryKey("id").build());
    rig.database.commit(rows -> rows.insert(new TableId("shop", "Users"), Row.of(1L, 1L)));

    Rig.await("the job stops", () -> job.status().failure().isPresent());
    assertThat(job.status().failure().orElseThrow())
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining(
            "table 'shop.Users' would be 'SHOP.USERS' at the target, as 'shop.users' is already")
        .hasMessageContaining("except(..)");
    job.close();
    TableSelection without =
        TableSelection.builder()
            .nameCase(NameCase.UPPER)
            .database("shop", db -> db.tables("*").except("Users"))
            .build();
    rig.startAndSynchronize(rig.job(without).schemaChanges(policy));
    rig.insert(Rig.USERS, 70, 1);
    Rig.await("the row is there", () -> rowsOf("SHOP", "USERS").contains(Row.of(70L, 1L)));
    assertThat(rowsOf("SHOP", "USERS")).hasSize(4);
  }

  @Test
  void whatIsNotFollowedIsCounted() {
    rig.fill(10);
    TableSelection selection =
        shop(
            db ->
                db.table("users", t -> t.operations(Operation.INSERT, Operation.UPDATE))
                    .table("orders"));
    SyncJob<TableChange> job = rig.startAndSynchronize(rig.job(selection));

    rig.delete(Rig.USERS, 3);
    rig.update(Rig.USERS, 4, 44);
    rig.insert(Rig.ORDERS, 99, 99);

    Rig.await("the last change is there", () -> rowsOf("shop", "orders").size() == 11);
    assertThat(rowsOf("shop", "users")).hasSize(10).contains(Row.of(3L, 0L), Row.of(4L, 44L));
    assertThat(statusOf(job, Rig.USERS.id()).dropped()).isEqualTo(1);
    assertThat(statusOf(job, Rig.USERS.id()).deletes()).isZero();
  }

  @Test
  void changesOfTablesThatAreNotFollowedDoNotArrive() {
    rig.fill(10);
    TableSelection selection =
        shop(db -> db.table("users", t -> t.operations(Operation.INSERT)).table("orders"));
    SyncJob<TableChange> job = rig.startAndSynchronize(rig.job(selection));

    rig.database.truncate(Rig.USERS.id());
    rig.database.truncate(Rig.ORDERS.id());
    rig.insert(Rig.USERS, 98, 98);
    rig.insert(Rig.ORDERS, 99, 99);

    Rig.await("the last change is there", () -> rowsOf("shop", "orders").size() == 1);
    assertThat(rowsOf("shop", "users")).hasSize(11).contains(Row.of(3L, 0L), Row.of(98L, 98L));
    assertThat(job.status().failure()).isEmpty();
  }

  @Test
  void everythingThatCannotBeIsFoundAtOnce() {
    rig.database.create(ITEMS);
    for (String name : List.of("first", "second")) {
      rig.database.create(table("shop", name).integer("id").primaryKey("id").build());
    }
    TableSelection selection =
        shop(
            db ->
                db.table(
                        "items",
                        t ->
                            t.exceptColumns("id")
                                .rename("nothing", "something")
                                .rename("nobody", "somebody"))
                    .tables("users", t -> t.as("same"))
                    .tables("orders", t -> t.as("same"))
                    .tables("first", t -> t.as("one"))
                    .tables("second", t -> t.as("one")));

    assertRefused(
        selection,
        "has no column 'nobody'",
        "has no column 'nothing'",
        "its column 'id' is of the key",
        "NAME_CONFLICT on 'shop.orders'",
        "[shop.orders, shop.users]",
        "NAME_CONFLICT on 'shop.first'",
        "[shop.first, shop.second]");
  }

  @Test
  void columnsMayBeLeftOutByPattern() {
    rig.database.create(ITEMS);
    insertItem(1, 2);
    TableSelection selection =
        shop(db -> db.tables("items", t -> t.exceptColumns("s?cre*")).table("users"));
    rig.startAndSynchronize(rig.job(selection));
    insertItem(2, 3);

    Rig.await("the row is there", () -> rowsOf("shop", "items").size() == 2);
    assertThat(rowsOf("shop", "items")).containsExactly(Row.of(1L, 2L), Row.of(2L, 3L));
  }

  @Test
  void columnsMayBeSelectedByPattern() {
    rig.database.create(ITEMS);
    insertItem(1, 2);
    rig.startAndSynchronize(rig.job(shop(db -> db.table("items", t -> t.columns("id", "a*t")))));

    assertThat(rowsOf("shop", "items")).containsExactly(Row.of(1L, 2L));
  }

  /** A mistake in a name would let pass what was to be left out. */
  @Test
  void whatLeavesNothingOutIsARisk() {
    rig.database.create(ITEMS);
    assertRefused(
        shop(db -> db.tables("*", t -> t.exceptColumns("Secret"))), "COLUMN_UNUSED on 'Secret'");
    for (TableSelection selection :
        List.of(
            shop(db -> db.tables("*", t -> t.exceptColumns("secret_*"))),
            shop(db -> db.table("items", t -> t.exceptColumns("secret_*"))),
            shop(db -> db.table("items", t -> t.columns("id", "secret_*"))))) {
      assertRefused(selection, "COLUMN_UNUSED on 'secret_*'");
    }
    assertRefused(
        shop(db -> db.table("items", t -> t.exceptColumns("Secret"))),
        "COLUMN_MISSING on 'shop.items'");

    // One of them has it.
    rig.startAndSynchronize(rig.job(shop(db -> db.tables("*", t -> t.exceptColumns("secret")))));
    assertThat(rig.target.definition(ITEMS.id()).orElseThrow().columns())
        .extracting(Column::name)
        .containsExactly("id", "amount");
  }

  @Test
  void columnsThatAreLeftOutMayComeLater() {
    rig.database.create(ITEMS);
    TableSelection selection = shop(db -> db.table("items", t -> t.exceptColumns("secret_*")));

    rig.startAndSynchronize(rig.job(selection).acknowledge("COLUMN_UNUSED"));

    assertThat(rig.target.tables()).containsExactly(ITEMS.id());
  }

  @Test
  void tablesAreMergedIntoOneWithTheirOrigin() {
    rig.fill(20);
    TableSelection selection =
        shop(
            db ->
                db.table("users", t -> t.as("all").merged("origin"))
                    .table("orders", t -> t.as("all").merged("origin")));
    SyncJob<TableChange> job = rig.startAndSynchronize(rig.job(selection));

    rig.update(Rig.USERS, 3, 33);
    rig.delete(Rig.ORDERS, 3);
    rig.insert(Rig.ORDERS, 50, 5);
    rig.insert(Rig.USERS, 50, 6);

    Rig.await("the last change is there", () -> rowsOf("shop", "all").size() == 41);
    assertThat(rowsOf("shop", "all"))
        .contains(
            Row.of(3L, 33L, "shop.users"),
            Row.of(50L, 5L, "shop.orders"),
            Row.of(50L, 6L, "shop.users"))
        .doesNotContain(Row.of(3L, 0L, "shop.orders"));
    assertThat(statusOf(job, Rig.USERS.id()).snapshotRows()).isEqualTo(20);
    assertThat(statusOf(job, Rig.ORDERS.id()).snapshotRows()).isEqualTo(20);
  }

  /** What is complete of one table says nothing of another that goes to the same one. */
  @Test
  void copiesOfMergedTablesThatAreCutOffGoOn() {
    rig.fill(200);
    TableSelection selection =
        shop(
            db ->
                db.table("users", t -> t.as("all").merged("origin"))
                    .table("orders", t -> t.as("all").merged("origin")));
    Faults faults = Faults.at(50, Faults.Moment.AFTER).fatal();
    SyncJob<TableChange> job = rig.start(rig.job(rig.source(), faults, selection));
    Rig.await("it fails", () -> job.status().failure().isPresent());
    job.close();
    int before = rowsOf("shop", "all").size();

    SyncJob<TableChange> next = rig.startAndSynchronize(rig.job(selection));

    assertThat(before).isBetween(7, 399);
    assertThat(rowsOf("shop", "all")).hasSize(400);
    assertThat(
            statusOf(next, Rig.USERS.id()).snapshotRows()
                + statusOf(next, Rig.ORDERS.id()).snapshotRows())
        .isLessThan(400);
  }

  @Test
  void mergedTablesAreClearedOnce() {
    rig.fill(20);
    TableSelection selection =
        shop(db -> db.tables("*rs", t -> t.as("all").merged("origin")).except("ledger"));
    rig.startAndSynchronize(rig.job(selection)).close();
    rig.store.delete(rig.name, rig.store.load(rig.name).orElseThrow().version());
    rig.target.forget(rig.name);

    rig.startAndSynchronize(rig.job(selection).existingTables(ExistingTables.CLEAR));

    assertThat(rowsOf("shop", "all")).hasSize(40);
  }

  @Test
  void aMergeWithoutOriginIsARisk() {
    rig.fill(3);
    TableSelection selection =
        shop(
            db ->
                db.table("users", t -> t.as("all").merged())
                    .table("orders", t -> t.as("all").merged()));

    assertRefused(selection, "MERGED_KEYS on 'shop.all'");
    rig.startAndSynchronize(rig.job(selection).acknowledge("MERGED_KEYS"));

    assertThat(rowsOf("shop", "all")).hasSize(3);
  }

  @Test
  void tablesThatAreNotAlikeAreNotMerged() {
    rig.database.create(ITEMS);
    TableSelection selection =
        shop(
            db ->
                db.tables("users", t -> t.as("all").merged("origin"))
                    .tables("items", t -> t.as("all").merged("origin"))
                    .tables("ledger", t -> t.as("book").merged("origin")));

    assertRefused(
        selection, "have not the same columns", "Table 'shop.ledger' is merged, but has no key");
  }

  @Test
  void databasesMayBeSelectedByPattern() {
    for (String database : List.of("tenant_a", "tenant_b", "tenant_old", "other")) {
      TableDefinition table = table(database, "t").integer("id").primaryKey("id").build();
      rig.database.create(table);
      rig.database.commit(rows -> rows.insert(table.id(), Row.of(1L)));
    }
    TableSelection selection =
        TableSelection.builder()
            .databases("tenant_*", db -> db.as("all").table("t", t -> t.merged("tenant")))
            .except("*_old")
            .build();

    rig.startAndSynchronize(rig.job(selection));

    assertThat(rowsOf("all", "t"))
        .containsExactlyInAnyOrder(Row.of(1L, "tenant_a.t"), Row.of(1L, "tenant_b.t"));
  }

  @Test
  void columnsOfTheTargetHaveTheirNamesThere() {
    rig.database.create(ITEMS);
    TableSelection selection =
        TableSelection.builder()
            .nameCase(NameCase.UPPER)
            .database("shop", db -> db.table("items", t -> t.rename("amount", "total")))
            .build();

    rig.startAndSynchronize(rig.job(selection));

    assertThat(rig.target.definition(new TableId("SHOP", "ITEMS")).orElseThrow().columns())
        .extracting(Column::name)
        .containsExactly("ID", "SECRET", "total");
  }
}
