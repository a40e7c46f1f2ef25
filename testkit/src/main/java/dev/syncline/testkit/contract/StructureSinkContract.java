package dev.syncline.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.StructureSink;
import dev.syncline.StructureWriter;
import dev.syncline.StructureWriter.Presence;
import dev.syncline.change.Row;
import dev.syncline.change.RowInsert;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.TableBuilder;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules of a sink that makes tables, Z1 to Z3. */
@Timeout(300)
public abstract class StructureSinkContract {

  private SinkFixture fixture;
  private StructureSink sink;
  private TrialJob<TableChange> job;
  private TableDefinition table;

  /** For subclasses. */
  protected StructureSinkContract() {}

  /** The server under test; called once for each test. */
  protected abstract SinkFixture fixture();

  @BeforeEach
  final void describeTable() {
    fixture = fixture();
    sink = (StructureSink) fixture.sink();
    String database = fixture.createDatabase();
    job = new TrialJob<>(fixture.sink(), database);
    table =
        TableBuilder.table(database, "products")
            .integer("id")
            .nullableText("name")
            .primaryKey("id")
            .build();
  }

  private void insert(long id) throws InterruptedException {
    job.write(List.of(new RowInsert(table, Row.of(id, null))));
  }

  @Test
  final void z1_makesATableThatIsThereThen() throws InterruptedException {
    try (StructureWriter writer = sink.openStructureWriter()) {
      assertThat(writer.presence(table)).isEqualTo(Presence.ABSENT);
      writer.create(fixture.structure(table));
      assertThat(writer.presence(table)).isEqualTo(Presence.EMPTY);
      insert(1);
      assertThat(writer.presence(table)).isEqualTo(Presence.FILLED);
    }

    assertThat(fixture.rows(table)).containsExactly(Row.of(1L, null));
  }

  @Test
  final void z2_leavesATableAloneThatIsThere() throws InterruptedException {
    try (StructureWriter writer = sink.openStructureWriter()) {
      writer.create(fixture.structure(table));
      insert(1);

      writer.create(fixture.structure(table));
    }

    assertThat(fixture.rows(table)).hasSize(1);
  }

  @Test
  final void z3_clearsATable() throws InterruptedException {
    try (StructureWriter writer = sink.openStructureWriter()) {
      writer.create(fixture.structure(table));
      insert(1);
      insert(2);

      writer.clear(table);

      assertThat(writer.presence(table)).isEqualTo(Presence.EMPTY);
    }
  }
}
