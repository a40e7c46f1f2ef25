package dev.syncline.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.syncline.LeftOut;
import dev.syncline.ObjectSink;
import dev.syncline.ObjectWriter;
import dev.syncline.SchemaObject;
import dev.syncline.StructureWriter;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.testkit.TableBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules of a sink that makes more than tables, O1 to O6. */
@Timeout(300)
public abstract class ObjectSinkContract {

  private static final int VIEWS = 30;

  private ObjectSinkFixture fixture;
  private ObjectSink sink;
  private TableDefinition parent;
  private TableDefinition child;

  /** For subclasses. */
  protected ObjectSinkContract() {}

  /** The server under test; called once for each test. */
  protected abstract ObjectSinkFixture fixture();

  @BeforeEach
  final void describeTables() {
    fixture = fixture();
    sink = (ObjectSink) fixture.sink();
    String database = fixture.createDatabase();
    parent = TableBuilder.table(database, "parent").integer("id").primaryKey("id").build();
    TableDefinition plain =
        TableBuilder.table(database, "child").integer("id").primaryKey("id").build();
    child =
        new TableDefinition(plain.id(), plain.columns(), plain.uniqueKeys(), List.of(key("one")));
  }

  private ForeignKey key(String name) {
    return new ForeignKey(
        name,
        List.of(0),
        parent.id(),
        List.of("id"),
        ForeignKey.Rule.RESTRICT,
        ForeignKey.Rule.RESTRICT,
        false);
  }

  private void createTables(TableDefinition... tables) {
    try (StructureWriter writer = sink.openStructureWriter()) {
      for (TableDefinition table : tables) {
        writer.create(fixture.structure(table));
      }
    }
  }

  @Test
  final void o1_makesATableWithTheForeignKeysOfItsDefinitionOnly() {
    createTables(parent, child);
    assertThat(fixture.foreignKeys(child)).containsExactly("one");

    TableDefinition other =
        new TableDefinition(
            new TableId(child.id().database(), "other"), child.columns(), child.uniqueKeys());
    createTables(other);
    assertThat(fixture.foreignKeys(other)).isEmpty();
  }

  @Test
  final void o2_addsTheForeignKeysThatATableHasNot() {
    createTables(
        parent, new TableDefinition(child.id(), child.columns(), child.uniqueKeys(), List.of()));

    for (int time = 0; time < 2; time++) {
      try (ObjectWriter writer = sink.openObjectWriter()) {
        assertThat(writer.addForeignKeys(child)).isEmpty();
        assertThat(writer.addForeignKeys(child)).isEmpty();
      }
      assertThat(fixture.foreignKeys(child)).containsExactly("one");
    }
  }

  @Test
  final void o3_makesObjectsAfterThoseThatTheyNeed() {
    createTables(parent);
    SchemaObject first = fixture.view(parent.id(), "z_first");
    SchemaObject second = fixture.view(new TableId(parent.id().database(), "z_first"), "a_second");

    assertThat(create(List.of(second, first))).isEmpty();

    assertThat(fixture.isThere(first)).isTrue();
    assertThat(fixture.isThere(second)).isTrue();
  }

  private List<LeftOut> create(List<SchemaObject> objects) {
    try (ObjectWriter writer = sink.openObjectWriter()) {
      return writer.create(objects);
    }
  }

  @Test
  final void o4_leavesObjectsAloneThatAreThere() {
    createTables(parent, child);
    SchemaObject first = fixture.view(parent.id(), "v");
    SchemaObject other = fixture.view(child.id(), "v");

    for (SchemaObject view : List.of(first, first, other)) {
      assertThat(create(List.of(view))).isEmpty();
    }

    assertThat(fixture.isThere(first)).isTrue();
    assertThat(fixture.isThere(other)).isFalse();
  }

  @Test
  final void o5_saysWhatItLeavesOutAndMakesTheRest() {
    createTables(parent);
    String database = parent.id().database();
    SchemaObject lacking = fixture.view(new TableId(database, "nowhere"), "lacking");
    SchemaObject behind = fixture.view(new TableId(database, "lacking"), "behind");
    SchemaObject whole = fixture.view(parent.id(), "whole");

    List<LeftOut> leftOut = create(List.of(behind, lacking, whole));

    assertThat(leftOut)
        .extracting(LeftOut::kind, LeftOut::name)
        .containsExactlyInAnyOrder(
            tuple(lacking.kind(), lacking.fullName()), tuple(behind.kind(), behind.fullName()));
    assertThat(leftOut).noneMatch(one -> one.reason().isBlank());
    assertThat(fixture.isThere(whole)).isTrue();
    assertThat(fixture.isThere(lacking)).isFalse();
    assertThat(fixture.isThere(behind)).isFalse();
  }

  @Test
  final void o6_twoWritersMayMakeTheSame() {
    createTables(parent);
    List<SchemaObject> views = new ArrayList<>();
    for (int i = 0; i < VIEWS; i++) {
      views.add(fixture.view(parent.id(), "v" + i));
    }

    CompletableFuture<List<LeftOut>> one = CompletableFuture.supplyAsync(() -> create(views));
    List<LeftOut> other = create(views);

    assertThat(other).isEmpty();
    assertThat(one.join()).isEmpty();
    assertThat(views).allMatch(fixture::isThere);
  }
}
