package dev.syncline.testkit.contract;

import dev.syncline.TableSource;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableId;
import dev.syncline.testkit.MemoryDatabase;
import dev.syncline.testkit.MemorySource;
import dev.syncline.testkit.Renaming;
import dev.syncline.testkit.RowEditor;
import java.util.function.Consumer;

/** A memory database for the contract of sources. */
record MemorySourceFixture(MemoryDatabase database, TableSource source)
    implements SchemaSourceFixture {

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
  public void change(TableEffect effect) {
    if (effect instanceof TableEffect.Created created) {
      database.create(created.after());
    } else if (effect instanceof TableEffect.Altered altered) {
      database.alter(altered.after(), altered.origins());
    } else if (effect instanceof TableEffect.Renamed renamed) {
      database.rename(new Renaming(renamed.table(), renamed.after().id()));
    } else if (effect instanceof TableEffect.Dropped) {
      database.drop(effect.table());
    } else {
      database.truncate(effect.table());
    }
  }

  @Override
  public void changeSurroundings(String name) {
    database.remember(database.streams().get(0));
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
