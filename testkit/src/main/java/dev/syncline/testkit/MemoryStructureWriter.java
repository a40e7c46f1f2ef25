package dev.syncline.testkit;

import dev.syncline.StructureWriter;
import dev.syncline.TableStructure;
import dev.syncline.TransientException;
import dev.syncline.change.TableDefinition;

/** Makes tables of a {@link MemoryTarget}. */
final class MemoryStructureWriter implements StructureWriter {

  private final MemoryTarget target;
  private final OneUser user = new OneUser("The writer of structure");
  private final CurrentTransaction current;

  MemoryStructureWriter(MemoryTarget target) {
    this.target = target;
    this.current = new CurrentTransaction(target, user);
  }

  @Override
  public Presence presence(TableDefinition table) {
    return user.call(() -> target.presence(table.id()));
  }

  @Override
  public void create(TableStructure table) {
    user.run(() -> target.create(table.definition()));
  }

  @Override
  public void clear(TableDefinition table) {
    user.run(
        () -> {
          try {
            current.use(
                target::begin,
                transaction -> {
                  transaction.clear(table);
                  current.commit();
                });
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransientException("The clearing of a table was interrupted.", e);
          }
        });
  }

  @Override
  public void close() {
    current.close();
  }
}
