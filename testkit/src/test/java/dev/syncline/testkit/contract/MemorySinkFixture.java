package dev.syncline.testkit.contract;

import dev.syncline.ObjectKind;
import dev.syncline.PlainSink;
import dev.syncline.SchemaObject;
import dev.syncline.Sink;
import dev.syncline.SinkWriter;
import dev.syncline.TableStructure;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.Row;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.testkit.MemorySink;
import dev.syncline.testkit.MemoryTarget;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A memory target for the contracts of sinks. */
final class MemorySinkFixture implements ObjectSinkFixture {

  private final MemoryTarget target = new MemoryTarget(Duration.ofMillis(200));
  private final Sink<TableChange> sink;

  private MemorySinkFixture(Function<MemorySink, Sink<TableChange>> sink) {
    this.sink = sink.apply(new MemorySink(target));
  }

  MemorySinkFixture() {
    this(whole -> whole);
  }

  /** One whose sink only writes. */
  static MemorySinkFixture plain() {
    return new MemorySinkFixture(whole -> new Plain(whole));
  }

  private record Plain(MemorySink whole) implements PlainSink<TableChange> {

    @Override
    public SinkWriter<TableChange> openWriter() {
      return whole.openWriter();
    }

    @Override
    public String toString() {
      return "plain " + whole;
    }
  }

  @Override
  public Sink<TableChange> sink() {
    return sink;
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
  public List<String> foreignKeys(TableDefinition table) {
    return target.foreignKeys(table.id()).stream().map(ForeignKey::name).toList();
  }

  @Override
  public SchemaObject view(TableId of, String name) {
    return new SchemaObject(
        ObjectKind.VIEW, of.database(), name, "memory", Map.of(), "", List.of(of));
  }

  @Override
  public boolean isThere(SchemaObject object) {
    return target.objects().contains(object);
  }

  @Override
  public TableStructure structure(TableDefinition table) {
    return new TableStructure(
        table,
        new TableStructure.CreateStatements("memory", "", ""),
        new TableStructure.TableSize(0, 0));
  }
}
