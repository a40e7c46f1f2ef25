package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.JobLimits;
import dev.syncline.change.Row;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.event.JobEvent;
import dev.syncline.testkit.ReadListener;
import dev.syncline.testkit.Renaming;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** A change of tables beside the copy, while the checkpoint is seldom saved. */
class SeldomSavedTest {

  @Test
  void aTableThatIsCopiedAndThenRenamedIsNotCopiedAgainThoughTheCheckpointDidNotYetSaySo() {
    Semaphore reads = new Semaphore(0);
    try (Rig rig = new Rig(1)) {
      rig.fill(30);
      TableId other = new TableId("shop", "renamed");
      Queue<TableId> copied = new ConcurrentLinkedQueue<>();
      rig.database.listen(
          (moment, table) -> {
            if (moment == ReadListener.Moment.BEFORE_ROWS && table.equals(Rig.USERS.id())) {
              acquire(reads);
            }
          });
      rig.start(
          rig.job(rig.source(), rig.sink(), oneSave())
              .listener(
                  event -> {
                    if (event instanceof JobEvent.TableCopied table) {
                      copied.add(table.table());
                    }
                  }));
      Rig.await("the table is copied", () -> copied.contains(Rig.ORDERS.id()));

      rig.database.rename(new Renaming(Rig.ORDERS.id(), other));
      reads.release(1_000);
      rig.database.commit(rows -> rows.insert(other, Row.of(100L, 1L)));
      rig.awaitEqual(new TableDefinition(other, Rig.ORDERS.columns(), Rig.ORDERS.uniqueKeys()));
      Rig.await("the rest is copied", () -> copied.contains(Rig.USERS.id()));

      assertThat(rig.target.history(other, Row.of(1L))).isEmpty();
      assertThat(copied).doesNotContain(other);
    } finally {
      reads.release(1_000);
    }
  }

  /** Limits with which the checkpoint is saved only where it has to be. */
  private static JobLimits oneSave() {
    return JobLimits.builder()
        .batchRows(7)
        .queueBytes(2048)
        .snapshotReaders(2)
        .checkpointInterval(Duration.ofHours(1))
        .build();
  }

  private static void acquire(Semaphore reads) {
    try {
      reads.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The read was interrupted.", e);
    }
  }
}
