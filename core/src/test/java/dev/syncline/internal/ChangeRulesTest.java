package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.FoldingSink;
import dev.syncline.PlainSink;
import dev.syncline.SinkWriter;
import dev.syncline.TableSelection;
import dev.syncline.Transform;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableEffect.Created;
import dev.syncline.change.TableEffect.Renamed;
import dev.syncline.change.TableId;
import dev.syncline.transform.Transforms;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Which changes of tables can be carried out under the names of the target. */
class ChangeRulesTest {

  /** A target that keeps names in lower case, or one that keeps them as they are. */
  private record NamingSink(boolean foldsNames) implements PlainSink<TableChange>, FoldingSink {
    @Override
    public SinkWriter<TableChange> openWriter() {
      throw new UnsupportedOperationException();
    }
  }

  private static final TableSelection WHOLE = TableSelection.builder().database("shop").build();

  private static TableSelection shop(Consumer<TableSelection.DatabaseBuilder> tables) {
    return TableSelection.builder().database("shop", tables).build();
  }

  private static Shapes<TableChange> shapes(
      TableSelection selection, List<Transform<TableChange>> transforms) {
    return new Shapes<>(new NamingSink(false), selection, transforms);
  }

  private static SchemaChange change(TableEffect... effects) {
    return new SchemaChange(Optional.empty(), List.of(effects), Optional.empty());
  }

  private static Optional<String> obstacle(
      Shapes<TableChange> shapes, List<TableDefinition> tables, TableEffect... effects) {
    SchemaChange change = change(effects);
    return new ChangeRules(shapes, new NamesAtTarget(shapes, tables, change), change).obstacle();
  }

  private static Optional<String> collision(
      Shapes<TableChange> shapes, List<TableDefinition> tables, TableEffect... effects) {
    return NameCollision.of(List.of(effects), tables, shapes);
  }

  private static TableDefinition named(TableDefinition table, String name) {
    TableId id = new TableId("shop", name);
    return new TableDefinition(id, table.columns(), table.uniqueKeys());
  }

  private static Renamed renamed(TableDefinition table, String from, String to) {
    return new Renamed(named(table, from), named(table, to));
  }

  private static final TableDefinition USERS = Tables.keyed("users");

  /** These change no definition, so that everything is at the target as at the source. */
  @Test
  void aTableMustKeepItsMasksAndFiltersUnderAnotherName() {
    for (Transform<TableChange> transform :
        List.<Transform<TableChange>>of(
            Transforms.mask("shop.users", "version"),
            Transforms.filter("shop.users", row -> true))) {
      Shapes<TableChange> shapes = shapes(WHOLE, List.of(transform));

      assertThat(obstacle(shapes, List.of(USERS), renamed(USERS, "users", "users_2025")))
          .get()
          .asString()
          .contains("'shop.users'", "'shop.users_2025'", transform.toString());
      assertThat(
              obstacle(
                  shapes,
                  List.of(USERS, Tables.keyed("users_new")),
                  renamed(USERS, "users", "u_old"),
                  renamed(USERS, "users_new", "users")))
          .isPresent();
      assertThat(
              obstacle(
                  shapes,
                  List.of(USERS),
                  renamed(USERS, "users", "tmp"),
                  renamed(USERS, "tmp", "users")))
          .isEmpty();
      assertThat(obstacle(shapes, List.of(), renamed(USERS, "other", "another"))).isEmpty();
    }
  }

  @Test
  void aTransformThatIsAboutBothNamesIsNoObstacle() {
    Shapes<TableChange> both = shapes(WHOLE, List.of(Transforms.mask("shop.users*", "version")));
    Shapes<TableChange> leaves =
        shapes(shop(db -> db.table("users")), List.of(Transforms.mask("shop.users", "version")));

    assertThat(obstacle(both, List.of(USERS), renamed(USERS, "users", "users_2025"))).isEmpty();
    assertThat(obstacle(leaves, List.of(USERS), renamed(USERS, "users", "old"))).isEmpty();
  }

  private static final TableDefinition WIDE = Tables.withTwoValues("t");

  private static final TableSelection WITHOUT_ONE =
      shop(
          db ->
              db.as("copy")
                  .table("t", t -> t.exceptColumns("one"))
                  .table("u", t -> t.exceptColumns("one"))
                  .table("whole"));

  @Test
  void tablesMayPassThroughANameThatIsNotSelected() {
    Shapes<TableChange> shapes = shapes(WITHOUT_ONE, List.of());
    List<TableDefinition> tables = List.of(WIDE, named(WIDE, "u"), named(WIDE, "whole"));

    assertThat(
            obstacle(
                shapes,
                tables,
                renamed(WIDE, "t", "tmp"),
                renamed(WIDE, "u", "t"),
                renamed(WIDE, "tmp", "u")))
        .isEmpty();
    assertThat(
            obstacle(
                shapes,
                tables,
                renamed(WIDE, "t", "tmp"),
                renamed(WIDE, "whole", "t"),
                renamed(WIDE, "tmp", "whole")))
        .get()
        .asString()
        .contains("other columns of table 'shop.");
  }

  /** It is renamed in the database in which it is, with the columns that it has there. */
  @Test
  void aTableThatLeavesStaysInItsDatabaseAtTheTarget() {
    Shapes<TableChange> shapes = shapes(WITHOUT_ONE, List.of());
    SchemaChange change = change(renamed(WIDE, "t", "tmp"), renamed(WIDE, "tmp", "old"));
    NamesAtTarget names = new NamesAtTarget(shapes, List.of(WIDE), change);

    assertThat(new ChangeRules(shapes, names, change).obstacle()).isEmpty();
    TableDefinition left = names.table(named(WIDE, "old")).definition();
    assertThat(left.id()).isEqualTo(new TableId("copy", "old"));
    assertThat(left.columns()).isEqualTo(shapes.target(WIDE).columns()).hasSize(2);
    assertThat(names.table(named(WIDE, "old")).columns())
        .isEqualTo(Map.of("id", "id", "other", "other"));
    assertThat(names.effects(change))
        .extracting(TableEffect::table)
        .containsExactly(new TableId("copy", "t"), new TableId("copy", "tmp"));
  }

  @Test
  void aNewTableMustNotTakeANameThatAnotherHas() {
    TableSelection oneIsNotMerged =
        shop(db -> db.table("orders").tables("orders_*", t -> t.as("orders").merged()));
    Created created = new Created(Tables.keyed("orders_1"));

    assertThat(
            collision(shapes(oneIsNotMerged, List.of()), List.of(Tables.keyed("orders")), created))
        .contains(
            "table 'shop.orders_1' would be 'shop.orders' at the target, as 'shop.orders' is"
                + " already");
  }

  @Test
  void namesThatDifferInUpperAndLowerCaseAreOneWhereTheTargetFolds() {
    Created created = new Created(Tables.keyed("Users"));

    assertThat(
            collision(
                new Shapes<>(new NamingSink(true), WHOLE, List.of()), List.of(USERS), created))
        .get()
        .asString()
        .contains("'shop.Users' would be", "as 'shop.users' is already");
    assertThat(collision(shapes(WHOLE, List.of()), List.of(USERS), created)).isEmpty();
  }

  @Test
  void aNewTableThatIsMergedHasTheColumnsOfTheOthers() {
    Shapes<TableChange> shapes =
        shapes(shop(db -> db.tables("t*", t -> t.as("all").merged())), List.of());
    TableDefinition narrow =
        new TableDefinition(
            new TableId("shop", "t9"), WIDE.columns().subList(0, 2), WIDE.uniqueKeys());

    assertThat(obstacle(shapes, List.of(WIDE), new Created(named(WIDE, "t1")))).isEmpty();
    assertThat(obstacle(shapes, List.of(WIDE), new Created(narrow))).isPresent();
    assertThat(obstacle(shapes, List.of(narrow), new Created(named(WIDE, "t1"))))
        .get()
        .asString()
        .contains("has not the same columns and keys as 'shop.t9'");
  }
}
