package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.LeftOut;
import dev.syncline.ObjectKind;
import dev.syncline.ObjectSourceSession.Found;
import dev.syncline.PlainSink;
import dev.syncline.SchemaObject;
import dev.syncline.SinkWriter;
import dev.syncline.TableSelection;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What tables and other objects keep of each other where tables have other names. */
class MappingTest {

  private static final TableDefinition PARENT = Tables.keyed("parent");
  private static final TableDefinition CHILD = child("child");

  private static final class WritingSink implements PlainSink<TableChange> {
    @Override
    public SinkWriter<TableChange> openWriter() {
      throw new UnsupportedOperationException();
    }
  }

  private static TableDefinition child(String name) {
    TableDefinition table = Tables.keyed(name);
    ForeignKey key =
        new ForeignKey(
            "to_parent",
            List.of(1),
            PARENT.id(),
            List.of("id"),
            ForeignKey.Rule.RESTRICT,
            ForeignKey.Rule.RESTRICT,
            false);
    return new TableDefinition(table.id(), table.columns(), table.uniqueKeys(), List.of(key));
  }

  private static Shapes<TableChange> shapes(TableSelection selection) {
    return new Shapes<>(new WritingSink(), selection, List.of());
  }

  private static SchemaObject object(ObjectKind kind, String database, TableId... needs) {
    return new SchemaObject(kind, database, "o", "mysql", Map.of(), "secret", List.of(needs));
  }

  private static Found left(TableSelection selection, SchemaObject... objects) {
    return MappedObjects.of(
        new Found(List.of(objects), List.of()), List.of(PARENT, CHILD), shapes(selection));
  }

  @Test
  void foreignKeysFollowTheirParent() {
    TableSelection renamed =
        TableSelection.builder()
            .database(
                "shop",
                db ->
                    db.as("copy")
                        .table("parent", t -> t.as("p").rename("id", "number"))
                        .table("child"))
            .build();

    ForeignKey key = shapes(renamed).target(CHILD).foreignKeys().get(0);

    assertThat(key.parent()).isEqualTo(new TableId("copy", "p"));
    assertThat(key.parentColumns()).containsExactly("number");
  }

  @Test
  void foreignKeysOfMergedTablesAreDropped() {
    TableSelection children =
        TableSelection.builder()
            .database("shop", db -> db.table("parent").tables("child*", t -> t.as("c").merged("o")))
            .build();
    TableSelection parents =
        TableSelection.builder()
            .database("shop", db -> db.table("child").tables("parent*", t -> t.as("p").merged()))
            .build();

    assertThat(shapes(children).target(CHILD).foreignKeys()).isEmpty();
    assertThat(shapes(parents).target(CHILD).foreignKeys()).isEmpty();
    assertThat(CHILD.foreignKeys()).hasSize(1);
  }

  @Test
  void objectsOfDatabasesWithOtherNamesAreLeftOut() {
    TableSelection mapped =
        TableSelection.builder()
            .database("shop", db -> db.as("copy").table("parent").table("child"))
            .build();

    Found found = left(mapped, object(ObjectKind.VIEW, "shop"));

    assertThat(found.objects()).isEmpty();
    assertThat(found.unreadable()).extracting(LeftOut::name).containsExactly("shop.o");
    assertThat(found.unreadable().get(0).reason()).contains("make it there by hand");
    assertThat(found.toString()).doesNotContain("secret");
  }

  @Test
  void objectsThatNeedTablesWithOtherColumnsAreLeftOut() {
    TableSelection columns =
        TableSelection.builder()
            .database(
                "shop", db -> db.table("parent").table("child", t -> t.rename("version", "v")))
            .database("other")
            .build();

    Found found =
        left(
            columns,
            object(ObjectKind.VIEW, "other", CHILD.id()),
            object(ObjectKind.PROCEDURE, "other"),
            object(ObjectKind.TRIGGER, "shop"));

    assertThat(found.objects())
        .extracting(SchemaObject::kind)
        .containsExactly(ObjectKind.PROCEDURE);
    assertThat(found.unreadable()).hasSize(2);
  }

  @Test
  void objectsStayWhereNothingIsMapped() {
    TableSelection plain = TableSelection.builder().database("shop").build();

    assertThat(left(plain, object(ObjectKind.VIEW, "shop")).objects()).hasSize(1);
  }
}
