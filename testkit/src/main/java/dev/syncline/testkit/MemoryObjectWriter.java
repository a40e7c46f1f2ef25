package dev.syncline.testkit;

import dev.syncline.LeftOut;
import dev.syncline.ObjectWriter;
import dev.syncline.SchemaObject;
import dev.syncline.change.TableDefinition;
import java.util.ArrayList;
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
    List<LeftOut> leftOut = new ArrayList<>();
    user.run(() -> leftOut.addAll(createInOrder(objects)));
    return leftOut;
  }

  private List<LeftOut> createInOrder(List<SchemaObject> objects) {
    List<SchemaObject> waiting = new ArrayList<>(objects);
    boolean moved = true;
    while (moved) {
      moved = false;
      for (SchemaObject object : List.copyOf(waiting)) {
        if (target.has(object.needs())) {
          target.create(object);
          waiting.remove(object);
          moved = true;
        }
      }
    }
    return waiting.stream()
        .map(o -> new LeftOut(o.kind(), o.fullName(), "the target has not all of " + o.needs()))
        .toList();
  }

  @Override
  public void close() {
    user.close();
  }
}
