package dev.syncline.testkit.contract;

import dev.syncline.Sink;
import dev.syncline.TableStructure;
import dev.syncline.change.Row;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.MemorySink;
import dev.syncline.testkit.MemoryTarget;
import java.time.Duration;
import java.util.List;

/** A memory target for the contracts of sinks. */
final class MemorySinkFixture implements SinkFixture {

  private final MemoryTarget target = new MemoryTarget(Duration.ofMillis(200));

  @Override
  public Sink<TableChange> sink() {
    return new MemorySink(target);
  }

  @Override
  public String createDatabase() {
    return "shop";
  }

  @Override
  public void createTable(TableDefinition table) {
    target.create(table);
  }

  @Override
  public List<Row> rows(TableDefinition table) {
    return target.rows(table.id());
  }

  @Override
  public TableStructure structure(TableDefinition table) {
    return new TableStructure(
        table,
        new TableStructure.CreateStatements("memory", "", ""),
        new TableStructure.TableSize(0, 0));
  }
}
