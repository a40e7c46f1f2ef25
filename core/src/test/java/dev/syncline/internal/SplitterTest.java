package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.TargetKeys;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.Position;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.TransactionId;
import dev.syncline.change.TransactionPart;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.UniqueKey.Coverage;
import dev.syncline.change.ValueKind;
import dev.syncline.internal.MergerSource.Place;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SplitterTest {

  private static final int LANES = 8;

  private record Id() implements TransactionId {}

  private static final UniqueKey PRIMARY =
      new UniqueKey(UniqueKey.PRIMARY, List.of(0), Coverage.COLUMNS);
  private static final UniqueKey CODE = new UniqueKey("code", List.of(1), Coverage.COLUMNS);

  private static TableDefinition table(UniqueKey... keys) {
    return new TableDefinition(
        new TableId("shop", "t"),
        List.of(
            text("id", false, Column.Origin.WRITTEN), text("code", true, Column.Origin.WRITTEN)),
        List.of(keys));
  }

  private static Column text(String name, boolean nullable, Column.Origin origin) {
    return new Column(name, ColumnType.of(ValueKind.TEXT, "varchar(20)"), nullable, origin);
  }

  private static Splitter<TableChange> splitter(UniqueKey... others) {
    TargetKeys comparable = RecordingTarget.keys(table(PRIMARY));
    TargetKeys keys =
        new TargetKeys() {
          @Override
          public List<UniqueKey> others() {
            return List.of(others);
          }

          @Override
          public boolean isComparable(int column, Object value) {
            return comparable.isComparable(column, value);
          }
        };
    return new Splitter<>(new Routes(List.of()), LANES, t -> keys);
  }

  private static TransactionPart<TableChange> transaction(TableChange... changes) {
    Optional<Position> end = Optional.of(new Place(1));
    return new TransactionPart<>(new Id(), List.of(changes), end, Instant.EPOCH, 1_000);
  }

  private static TableChange insert(TableDefinition table, String id, String code) {
    return new RowInsert(table, Row.of(id, code));
  }

  private static List<Splitter.Claim> claims(List<UniqueKey> others, TableChange... changes) {
    return splitter(others.toArray(UniqueKey[]::new))
        .cut(transaction(changes))
        .map(Splitter.Cut::claims)
        .orElseThrow();
  }

  private static boolean isCut(List<UniqueKey> others, TableChange change) {
    return splitter(others.toArray(UniqueKey[]::new)).cut(transaction(change)).isPresent();
  }

  @Test
  void everyChangeIsInOneShareAndKeysStayTogether() {
    TableDefinition table = table(PRIMARY);
    TransactionPart<TableChange> whole =
        transaction(
            insert(table, "a", null),
            insert(table, "b", null),
            insert(table, "c", null),
            insert(table, "d", null),
            new RowDelete(table, Row.of("A ", null)));

    Splitter.Cut<TableChange> cut = splitter().cut(whole).orElseThrow();

    int changes = 0;
    for (int lane = 0; lane < LANES; lane++) {
      TransactionPart<TableChange> share = cut.shares().get(lane);
      if (share != null) {
        changes += share.changes().size();
        assertThat(share.end()).isEqualTo(whole.end());
        assertThat(share.changes().contains(whole.changes().get(0)))
            .isEqualTo(share.changes().contains(whole.changes().get(4)));
      }
    }
    assertThat(changes).isEqualTo(5);
  }

  @Test
  void aTransactionOfOneLaneIsItsShare() {
    TableDefinition table = table(PRIMARY);
    TransactionPart<TableChange> whole = transaction(insert(table, "a", null));

    Splitter.Cut<TableChange> cut = splitter().cut(whole).orElseThrow();

    int lane = TableRoute.lane(TableRoute.of(table).home(Row.of("a", null)), LANES);
    assertThat(cut.shares().get(lane)).isSameAs(whole);
  }

  @Test
  void aTableWithoutAKeyHasOneLane() {
    TableDefinition table = table();
    TransactionPart<TableChange> whole =
        transaction(insert(table, "a", "1"), insert(table, "b", "2"), insert(table, "c", "?"));

    Splitter.Cut<TableChange> cut = splitter().cut(whole).orElseThrow();

    assertThat(cut.shares()).filteredOn(share -> share != null).hasSize(1);
  }

  @Test
  void aTableWithAKeyThatValuesDoNotShowHasOneLane() {
    for (Coverage coverage : List.of(Coverage.PREFIX, Coverage.EXPRESSION)) {
      TableDefinition table = table(PRIMARY, new UniqueKey("odd", List.of(1), coverage));

      assertThat(TableRoute.of(table).hasOneHome()).isTrue();
    }
    TableDefinition generated =
        new TableDefinition(
            new TableId("shop", "t"),
            List.of(
                text("id", false, Column.Origin.WRITTEN),
                text("code", true, Column.Origin.GENERATED_STORED)),
            List.of(PRIMARY, CODE));
    assertThat(TableRoute.of(generated).hasOneHome()).isTrue();
    assertThat(TableRoute.of(table(PRIMARY, CODE)).hasOneHome()).isFalse();
  }

  @Test
  void aGroupOfTablesHasOneLane() {
    TableDefinition parent = group("parent", "");
    TableDefinition child = group("child", "parent");
    Routes routes = new Routes(CascadeGroup.of(List.of(parent, child)));

    assertThat(routes.of(child)).isEqualTo(routes.of(parent));
    assertThat(routes.of(child).hasOneHome()).isTrue();
    assertThat(new Routes(List.of()).of(child).hasOneHome()).isFalse();
  }

  private static TableDefinition group(String name, String parent) {
    List<ForeignKey> keys =
        parent.isEmpty()
            ? List.of()
            : List.of(
                new ForeignKey(
                    "fk",
                    List.of(1),
                    new TableId("shop", parent),
                    List.of("id"),
                    ForeignKey.Rule.CASCADE,
                    ForeignKey.Rule.RESTRICT,
                    false));
    return new TableDefinition(
        new TableId("shop", name), table().columns(), List.of(PRIMARY), keys);
  }

  @Test
  void aKeyThatCannotBeComparedIsNotCut() {
    TableDefinition table = table(PRIMARY);

    assertThat(isCut(List.of(), insert(table, "?", null))).isFalse();
    assertThat(isCut(List.of(), new RowDelete(table, Row.of("?", null)))).isFalse();
    assertThat(isCut(List.of(), new RowUpdate(table, Row.of("a", null), Row.of("?", null))))
        .isFalse();
    assertThat(isCut(List.of(), new RowUpdate(table, Row.of("?", null), Row.of("?", "b"))))
        .isFalse();
  }

  @Test
  void aKeyThatChangesInCaseAloneStays() {
    TableDefinition table = table(PRIMARY);

    assertThat(isCut(List.of(), new RowUpdate(table, Row.of("abc", null), Row.of("ABC", null))))
        .isTrue();
  }

  @Test
  void claimsUniqueValuesThatAreTakenOrGivenUp() {
    TableDefinition table = table(PRIMARY, CODE);
    List<UniqueKey> others = List.of(CODE);

    assertThat(claims(others, insert(table, "a", "1"))).hasSize(1);
    assertThat(claims(others, insert(table, "a", null))).isEmpty();
    assertThat(claims(others, new RowDelete(table, Row.of("a", "1")))).hasSize(1);
    assertThat(claims(others, new RowUpdate(table, Row.of("a", "1"), Row.of("a", "1")))).isEmpty();
    assertThat(claims(others, new RowUpdate(table, Row.of("a", "1"), Row.of("a", "2")))).hasSize(2);
    assertThat(claims(others, insert(table, "a", "x")).get(0).value())
        .isEqualTo(claims(others, insert(table, "b", "X ")).get(0).value());
    assertThat(claims(others, insert(table, "a", "x")).get(0).value())
        .isNotEqualTo(claims(others, insert(table, "a", "y")).get(0).value());
  }

  @Test
  void aUniqueValueThatCannotBeComparedIsNotCut() {
    TableDefinition table = table(PRIMARY, CODE);

    assertThat(isCut(List.of(CODE), insert(table, "a", "?"))).isFalse();
    assertThat(isCut(List.of(CODE), new RowUpdate(table, Row.of("a", "?"), Row.of("b", "?"))))
        .as("unchanged, but the key moves")
        .isEqualTo(
            TableRoute.lane(TableRoute.of(table).home(Row.of("a", null)), LANES)
                == TableRoute.lane(TableRoute.of(table).home(Row.of("b", null)), LANES));
  }

  @Test
  void keysThatOnlyTheTargetHasAreNotCutUnlessTheyAreSurelyUnchanged() {
    TableDefinition table = table(PRIMARY);
    List<UniqueKey> prefix = List.of(new UniqueKey("p", List.of(1), Coverage.PREFIX));
    List<UniqueKey> own = List.of(new UniqueKey("g", List.of(), Coverage.EXPRESSION));
    TableChange touched = new RowUpdate(table, Row.of("a", "1"), Row.of("a", "1"));

    assertThat(isCut(prefix, touched)).isTrue();
    assertThat(isCut(prefix, insert(table, "a", null))).isTrue();
    assertThat(isCut(prefix, insert(table, "a", "b"))).isFalse();
    assertThat(isCut(own, touched)).isFalse();
  }

  @Test
  void uniqueValuesThatAreNotKnownAreNotCut() {
    TableDefinition table = table(PRIMARY);
    Row address = Row.of("1", Row.ABSENT);

    assertThat(isCut(List.of(CODE), new RowUpdate(table, address, address))).isTrue();
    assertThat(isCut(List.of(CODE), new RowUpdate(table, address, Row.of("1", "a")))).isFalse();
    assertThat(isCut(List.of(CODE), new RowDelete(table, address))).isFalse();
    assertThat(isCut(List.of(), new RowDelete(table, address))).isTrue();
    assertThat(isCut(List.of(CODE), new RowDelete(table, Row.of("1", "a")))).isTrue();
  }
}
