package dev.syncline.testkit;

import dev.syncline.LeftOut;
import dev.syncline.ObjectWriter;
import dev.syncline.SchemaObject;
import dev.syncline.change.TableDefinition;
import java.util.List;

/** Notes foreign keys and other objects in a {@link MemoryTarget}. */
final class MemoryObjectWriter implements ObjectWriter {

  private final MemoryTarget target;
  private final OneUser user = new OneUser("The writer of objects");

  MemoryObjectWriter(MemoryTarget target) {
    this.target = target;
  }

  @Override
  public List<LeftOut> addForeignKeys(TableDefinition table) {
    user.run(() -> target.addForeignKeys(table));
    return List.of();
  }

  @Override
  public List<LeftOut> create(List<SchemaObject> objects) {
    user.run(() -> objects.forEach(target::create));
    return List.of();
  }

  @Override
  public void close() {
    user.close();
  }
}
