package dev.syncline.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.ObjectKind;
import dev.syncline.ObjectSink;
import dev.syncline.ObjectWriter;
import dev.syncline.SchemaObject;
import dev.syncline.StructureWriter;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.testkit.TableBuilder;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules of a sink that makes more than tables, O1 to O4. */
@Timeout(300)
public abstract class ObjectSinkContract {

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
        writer.addForeignKeys(child);
        writer.addForeignKeys(child);
      }
      assertThat(fixture.foreignKeys(child)).containsExactly("one");
    }
  }

  @Test
  final void o3_makesObjectsAfterThoseThatTheyNeed() {
    createTables(parent);
    SchemaObject first = fixture.view(parent.id(), "z_first");
    SchemaObject second = fixture.view(new TableId(parent.id().database(), "z_first"), "a_second");

    try (ObjectWriter writer = sink.openObjectWriter()) {
      writer.create(List.of(second, first));
    }

    assertThat(fixture.isThere(first)).isTrue();
    assertThat(fixture.isThere(second)).isTrue();
    assertThat(first.kind()).isEqualTo(ObjectKind.VIEW);
  }

  @Test
  final void o4_leavesObjectsAloneThatAreThere() {
    createTables(parent);
    SchemaObject view = fixture.view(parent.id(), "v");

    for (int time = 0; time < 2; time++) {
      try (ObjectWriter writer = sink.openObjectWriter()) {
        writer.create(List.of(view));
      }
    }

    assertThat(fixture.isThere(view)).isTrue();
  }
}
