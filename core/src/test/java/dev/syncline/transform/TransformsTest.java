package dev.syncline.transform;

import static dev.syncline.transform.Sample.AMOUNT;
import static dev.syncline.transform.Sample.EMAIL;
import static dev.syncline.transform.Sample.ID;
import static dev.syncline.transform.Sample.ORDERS;
import static dev.syncline.transform.Sample.PHONE;
import static dev.syncline.transform.Sample.USERS;
import static dev.syncline.transform.Sample.key;
import static dev.syncline.transform.Sample.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SyncException;
import dev.syncline.TableTransform;
import dev.syncline.change.Column;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.ValueKind;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransformsTest {

  private static final BigDecimal TEN = new BigDecimal("10.00");
  private static final Row ADA = Sample.user(1, "ada@example.org", "0123456789", TEN);

  private static TableChange one(TableTransform transform, TableChange change) {
    return transform.apply(change).orElseThrow();
  }

  private static Row through(TableTransform transform, TableDefinition table, Row row) {
    return ((RowInsert) one(transform, new RowInsert(table, row))).after();
  }

  private static List<String> names(TableDefinition table) {
    return table.columns().stream().map(Column::name).toList();
  }

  @Test
  void renameAColumnAndKeepItsValues() {
    TableTransform rename = Transforms.rename("shop.users", "phone", "telephone");

    TableChange insert = one(rename, new RowInsert(USERS, ADA));

    assertThat(names(insert.table())).containsExactly("id", "email", "telephone", "amount");
    assertThat(insert).isEqualTo(new RowInsert(rename.table(USERS), ADA));
    assertThat(insert.table().uniqueKeys()).isEqualTo(USERS.uniqueKeys());
  }

  @Test
  void renameAColumnWhereForeignKeysReferToIt() {
    TableTransform rename = Transforms.rename("shop.users", "ID", "uid");

    assertThat(rename.table(ORDERS).foreignKeys().get(0).parentColumns()).containsExactly("uid");
    assertThat(names(rename.table(ORDERS))).isEqualTo(names(ORDERS));
    assertThat(rename.isAbout(ORDERS)).isFalse();
    Row order = Row.of(1L, 1L, null);
    assertThat(one(rename, new RowInsert(ORDERS, order)).table()).isEqualTo(rename.table(ORDERS));
  }

  @Test
  void refuseANameThatIsTaken() {
    assertThatThrownBy(() -> Transforms.rename("shop.users", "phone", "EMAIL").table(USERS))
        .isInstanceOf(SyncException.class)
        .hasMessage(
            "Cannot rename column 'phone' of table 'shop.users': there is a column 'EMAIL'"
                + " already.");
    assertThatThrownBy(
            () -> Transforms.add("shop.users", text("Phone", true), row -> "x").table(USERS))
        .hasMessageContainingAll("add", "'Phone'", "already");
    assertThat(names(Transforms.rename("shop.users", "phone", "Phone").table(USERS)))
        .contains("Phone");
  }

  @Test
  void dropColumnsWithTheKeysThatTheyAreIn() {
    TableTransform drop = Transforms.drop("shop.users", "email", "phone");

    TableDefinition left = drop.table(USERS);

    assertThat(left.columns()).containsExactly(ID, AMOUNT);
    assertThat(left.uniqueKeys()).containsExactly(key(UniqueKey.PRIMARY, 0));
    assertThat(through(drop, USERS, ADA)).isEqualTo(Row.of(1L, TEN));
    assertThat(Transforms.drop("shop.orders", "user_id").table(ORDERS).foreignKeys()).isEmpty();
  }

  @Test
  void keepKeysBehindADroppedColumnAtTheirColumns() {
    TableDefinition table =
        Sample.table(
            "t",
            List.of(PHONE, EMAIL, ID),
            List.of(key(UniqueKey.PRIMARY, 2), key("email", 1)),
            List.of());

    TableDefinition left = Transforms.drop("*.*", "phone").table(table);

    assertThat(left.uniqueKeys()).containsExactly(key(UniqueKey.PRIMARY, 1), key("email", 0));
  }

  @Test
  void refuseToDropTheColumnsThatTellRowsApart() {
    assertThatThrownBy(() -> Transforms.drop("*.*", "id").table(USERS))
        .hasMessageContainingAll("drop", "'id'", "'shop.users'", "tells rows apart");
    TableDefinition keyless = Sample.table("t", List.of(PHONE), List.of(), List.of());
    assertThatThrownBy(() -> Transforms.drop("*.*", "phone").table(keyless))
        .hasMessageContaining("none would be left");
  }

  @Test
  void addAColumnWithValuesOfTheRow() {
    Column domain = text("domain", true);
    TableTransform add =
        Transforms.add(
            "shop.*",
            domain,
            row -> {
              String email = (String) row.value("email");
              return email == null ? null : email.substring(email.indexOf('@') + 1);
            });

    assertThat(add.table(USERS).columns()).endsWith(AMOUNT, domain).hasSize(5);
    assertThat(through(add, USERS, ADA))
        .isEqualTo(Row.of(1L, "ada@example.org", "0123456789", TEN, "example.org"));
    assertThat(through(add, USERS, Sample.user(1, null, null, TEN)))
        .isEqualTo(Row.of(1L, null, null, TEN, null));
  }

  @Test
  void refuseAddedValuesThatAreNotOfTheColumn() {
    Column flag = Sample.column("flag", ValueKind.INTEGER, "tinyint", false);
    TableTransform wrong = Transforms.add("*.*", flag, row -> 1);
    TableTransform none = Transforms.add("*.*", flag, row -> null);

    assertThatThrownBy(() -> through(wrong, USERS, ADA))
        .hasMessageContainingAll("'flag'", "'tinyint'", "INTEGER", "Integer");
    assertThatThrownBy(() -> through(none, USERS, ADA)).hasMessageContainingAll("NOT NULL");
    Column computed =
        new Column("c", flag.type(), true, Column.Origin.GENERATED_STORED, Optional.empty());
    assertThatThrownBy(() -> Transforms.add("*.*", computed, row -> 1L))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void doTheSameToRowsBeforeAndAfterAndKeepHowTheyWereMade() {
    TableTransform mask = Transforms.mask("shop.users", "id", Mask.hash(Sample.SALT));
    Row other = Sample.user(2, "ada@example.org", "0", TEN);
    RowUpdate update = new RowUpdate(USERS, ADA, other, true, true);

    RowUpdate masked = (RowUpdate) one(mask, update);

    assertThat(masked.table()).isEqualTo(mask.table(USERS));
    assertThat(masked.unchecked()).isTrue();
    assertThat(masked.early()).isTrue();
    assertThat(masked.before()).isEqualTo(through(mask, USERS, ADA));
    assertThat(masked.after()).isEqualTo(through(mask, USERS, other));
    RowDelete delete = (RowDelete) one(mask, new RowDelete(USERS, other, true));
    assertThat(delete).isEqualTo(new RowDelete(mask.table(USERS), masked.after(), true));
    assertThat(one(mask, new RowInsert(USERS, ADA, true)).unchecked()).isTrue();
    assertThat(one(mask, new SnapshotRow(USERS, ADA)))
        .isEqualTo(new SnapshotRow(mask.table(USERS), masked.before()));
  }

  @Test
  void leaveOutWhatTheLogLeavesOut() {
    Row before = Row.of(1L, Row.ABSENT, Row.ABSENT, Row.ABSENT);
    Row after = Row.of(1L, Row.ABSENT, "0123456789", Row.ABSENT);
    RowUpdate update = new RowUpdate(USERS, before, after);

    RowUpdate masked =
        (RowUpdate) one(Transforms.mask("shop.users", "phone", Mask.partial(2, 1)), update);
    RowUpdate hashed =
        (RowUpdate) one(Transforms.mask("shop.users", "email", Mask.hash(Sample.SALT)), update);
    RowUpdate dropped = (RowUpdate) one(Transforms.drop("shop.users", "amount"), update);

    assertThat(masked.before()).isEqualTo(before);
    assertThat(masked.after()).isEqualTo(Row.of(1L, Row.ABSENT, "01*******9", Row.ABSENT));
    assertThat(hashed.after()).isEqualTo(after);
    assertThat(dropped.after()).isEqualTo(Row.of(1L, Row.ABSENT, "0123456789"));
    assertThat(dropped.after().isWhole()).isFalse();
  }

  @Test
  void refuseAnAddedValueThatNeedsWhatTheLogLeavesOutOfAWrittenRow() {
    TableTransform add =
        Transforms.add("*.*", text("copy", true), row -> (String) row.value("phone"));
    Row lacking = Row.of(1L, Row.ABSENT, Row.ABSENT, Row.ABSENT);
    Row known = Row.of(1L, Row.ABSENT, "0", Row.ABSENT);

    assertThatThrownBy(() -> one(add, new RowUpdate(USERS, lacking, lacking)))
        .hasMessageContainingAll("'phone'", "left it out");
    RowUpdate update = (RowUpdate) one(add, new RowUpdate(USERS, lacking, known));
    assertThat(update.before().has(4)).isFalse();
    assertThat(update.after().value(4)).isEqualTo("0");
  }

  @ParameterizedTest
  @CsvSource({
    "shop.users, true",
    "shop.*, true",
    "*.*, true",
    "sh?p.user?, true",
    "*.users, true",
    "Shop.users, false",
    "shop.user, false",
    "shop.orders, false",
    "*.?, false"
  })
  void beAboutTheTablesThatAPatternMatches(String tables, boolean about) {
    TableTransform mask = Transforms.mask(tables, "phone");

    assertThat(mask.isAbout(USERS)).isEqualTo(about);
    assertThat(through(mask, USERS, ADA).value(2)).isEqualTo(about ? "****" : "0123456789");
    assertThat(Transforms.filter(tables, row -> true).isAbout(USERS)).isEqualTo(about);
  }

  @ParameterizedTest
  @ValueSource(strings = {"users", "", ".users", "shop."})
  void refuseNamesOfTablesWithoutADatabase(String tables) {
    assertThatThrownBy(() -> Transforms.mask(tables, "phone"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'database.table'");
  }

  @Test
  void needTheColumnOfATableThatIsNamedAlone() {
    assertThatThrownBy(() -> Transforms.mask("shop.users", "fax").table(USERS))
        .isInstanceOf(SyncException.class)
        .hasMessageContainingAll("mask", "'fax'", "'shop.users'", "no such column");
    assertThat(Transforms.mask("shop.*", "fax").table(USERS)).isSameAs(USERS);
    assertThat(Transforms.mask("shop.*", "fax").isAbout(USERS)).isFalse();
  }

  /** Most databases do not tell them apart, and a secret must not pass for the sake of a letter. */
  @Test
  void findColumnsInUpperAndLowerCase() {
    assertThat(through(Transforms.mask("*.*", "PHONE"), USERS, ADA).value(2)).isEqualTo("****");
    TableDefinition both =
        Sample.table("t", List.of(text("Phone", true), PHONE), List.of(), List.of());
    assertThat(through(Transforms.mask("*.*", "phone"), both, Row.of("one", "other")))
        .isEqualTo(Row.of("one", "****"));
    assertThatThrownBy(() -> Transforms.mask("*.*", "PHONE").table(both))
        .hasMessageContainingAll("several", "upper and lower case");
  }

  @Test
  void followATableAsItsDefinitionChanges() {
    TableTransform mask = Transforms.mask("shop.users", "phone");
    TableDefinition later =
        Sample.table("users", List.of(PHONE, ID), List.of(key("PRIMARY", 1)), List.of());

    assertThat(through(mask, USERS, ADA).value(2)).isEqualTo("****");
    assertThat(through(mask, later, Row.of("0123", 1L))).isEqualTo(Row.of("****", 1L));
    assertThat(through(mask, USERS, ADA).value(2)).isEqualTo("****");
  }

  /** Those who look up by the definition would make a new entry for every row otherwise. */
  @Test
  void giveRowsOfOneDefinitionOneDefinition() {
    TableTransform hash = Transforms.mask("shop.users", "phone", Mask.hash(Sample.SALT));

    TableDefinition first = one(hash, new RowInsert(USERS, ADA)).table();

    assertThat(one(hash, new RowDelete(USERS, ADA)).table()).isSameAs(first);
    assertThat(hash.table(USERS)).isSameAs(first);
  }

  @Test
  void goOneBehindTheOther() {
    TableTransform rename = Transforms.rename("shop.users", "phone", "telephone");
    TableTransform mask = Transforms.mask("shop.users", "telephone", Mask.partial(0, 4));

    TableChange change = one(mask, one(rename, new RowInsert(USERS, ADA)));

    assertThat(((RowInsert) change).after().value(2)).isEqualTo("******6789");
  }

  @Test
  void filterRows() {
    TableTransform filter = Transforms.filter("shop.users", row -> row.value("phone") != null);
    Row silent = Sample.user(1, "ada@example.org", null, TEN);

    assertThat(filter.apply(new RowInsert(USERS, ADA))).isPresent();
    assertThat(filter.apply(new RowInsert(USERS, silent))).isEmpty();
    assertThat(filter.apply(new SnapshotRow(USERS, silent))).isEmpty();
    assertThat(filter.apply(new RowDelete(USERS, silent))).isEmpty();
    assertThat(filter.apply(new RowUpdate(USERS, ADA, ADA)))
        .contains(new RowUpdate(USERS, ADA, ADA));
    assertThat(filter.apply(new RowUpdate(USERS, silent, silent))).isEmpty();
    assertThat(filter.apply(new RowUpdate(USERS, silent, ADA))).contains(new RowInsert(USERS, ADA));
    assertThat(filter.apply(new RowUpdate(USERS, ADA, silent, true)))
        .contains(new RowDelete(USERS, ADA, true));
    assertThat(filter.apply(new RowInsert(ORDERS, Row.of(1L, null, null)))).isPresent();
  }

  @Test
  void refuseToFilterByWhatTheLogLeavesOut() {
    Row lacking = Row.of(1L, Row.ABSENT, Row.ABSENT, Row.ABSENT);
    Row known = Row.of(1L, Row.ABSENT, "0", Row.ABSENT);
    TableTransform byPhone = Transforms.filter("*.*", row -> row.value("phone") != null);
    TableTransform byAll = Transforms.filter("*.*", row -> row.has("phone"));

    assertThatThrownBy(() -> byPhone.apply(new RowDelete(USERS, lacking)))
        .hasMessageContainingAll("'phone'", "whole rows");
    assertThatThrownBy(() -> byAll.apply(new RowUpdate(USERS, lacking, known)))
        .isInstanceOf(SyncException.class)
        .hasMessageContainingAll("brings a row among", "whole rows");
    assertThat(byAll.apply(new RowUpdate(USERS, lacking, lacking))).isEmpty();
  }

  @Test
  void sayInWordsWhatTheyDoWithoutSecrets() {
    TableTransform mask = Transforms.mask("shop.users", "phone", Mask.hash(Sample.SALT));

    assertThat(mask).hasToString("mask [phone] of 'shop.users'");
    assertThat(Mask.hash(Sample.SALT).toString()).doesNotContain(Sample.SALT_TEXT);
  }
}
