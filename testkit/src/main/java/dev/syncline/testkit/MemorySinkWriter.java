package dev.syncline.testkit;

import dev.syncline.SinkWriter;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.TableChange;
import dev.syncline.change.TransactionPart;

/** Writes each batch to a {@link MemoryTarget} in a transaction of its own. */
final class MemorySinkWriter implements SinkWriter<TableChange> {

  private final MemoryTarget target;
  private final OneUser user = new OneUser("The writer");
  private final CurrentTransaction current;

  MemorySinkWriter(MemoryTarget target) {
    this.target = target;
    this.current = new CurrentTransaction(target, user);
  }

  @Override
  public void write(ChangeBatch<TableChange> batch) throws InterruptedException {
    user.run(
        () ->
            current.use(
                target::begin,
                transaction -> {
                  for (TransactionPart<TableChange> part : batch.parts()) {
                    for (TableChange change : part.changes()) {
                      transaction.apply(change);
                    }
                  }
                  current.commit();
                }));
  }

  @Override
  public void close() {
    current.close();
  }
}
