package dev.syncline.testkit.contract;

import dev.syncline.TableSource;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.testkit.MemoryDatabase;
import dev.syncline.testkit.MemorySource;
import dev.syncline.testkit.RowEditor;
import java.util.function.Consumer;

/** A memory database for the contract of sources. */
record MemorySourceFixture(MemoryDatabase database, TableSource source) implements SourceFixture {

  MemorySourceFixture(MemoryDatabase database) {
    this(database, new MemorySource(database, 7));
  }

  @Override
  public String createDatabase() {
    return "shop";
  }

  @Override
  public void createTable(TableDefinition table) {
    database.create(table);
  }

  @Override
  public void commit(Consumer<RowEditor> changes) {
    database.commit(changes);
  }

  @Override
  public void changeBeyondRows(TableId table) {
    database.logStatement(table, "ALTER TABLE");
  }

  @Override
  public void purgeLog() {
    database.finishAll();
    database.purge(database.end(database.streams().get(0)));
  }
}
