package dev.syncline.mysql.endtoend;

import dev.syncline.Transform;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets some rows of a copy pass and holds back all others until the job is closed, so that the copy
 * is unfinished then however fast the machine is. Changes of the stream pass at any time.
 */
final class CutShort implements Transform<TableChange> {

  private final AtomicInteger passed = new AtomicInteger();
  private final CountDownLatch never = new CountDownLatch(1);
  private final int rows;

  CutShort(int rows) {
    this.rows = rows;
  }

  @Override
  public Optional<TableChange> apply(TableChange change) {
    if (change instanceof SnapshotRow && passed.incrementAndGet() > rows) {
      try {
        never.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("The copy was cut short.", e);
      }
    }
    return Optional.of(change);
  }
}
