package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.Transform;
import dev.syncline.change.Row;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A job is synchronizing only when all of its tables show one moment. */
class SynchronizingTest {

  private static final TableDefinition SECOND =
      new TableDefinition(new TableId("shop", "second"), Rig.LEDGER.columns(), List.of());

  /** Commits something to both tables while the first one is loaded, and holds it on its way. */
  private static final class Between implements Transform<TableChange> {
    private final Rig rig;
    private final CountDownLatch released = new CountDownLatch(1);
    private volatile boolean committed;

    Between(Rig rig) {
      this.rig = rig;
    }

    @Override
    public Optional<TableChange> apply(TableChange change) {
      if (!(change instanceof SnapshotRow)) {
        try {
          released.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException(e);
        }
      } else if (!committed) {
        committed = true;
        rig.database.commit(
            rows -> {
              rows.insert(Rig.LEDGER.id(), Row.of(100L, 1L));
              rows.insert(SECOND.id(), Row.of(100L, 1L));
            });
      }
      return Optional.of(change);
    }
  }

  @Test
  void notBeforeTheStreamHasPassedAllPointsOfLoads() throws InterruptedException {
    try (Rig rig = new Rig(1)) {
      rig.database.create(SECOND);
      rig.fill(3);
      rig.database.commit(rows -> rows.insert(SECOND.id(), Row.of(1L, 1L)));
      Between between = new Between(rig);
      TableSelection keyless =
          TableSelection.builder()
              .database("shop", shop -> shop.table("ledger").table("second"))
              .build();
      SyncJob<TableChange> job = rig.start(rig.job(keyless).through(between));
      Rig.await("all is copied", () -> rig.rows(SECOND).size() == 2);

      boolean early = job.awaitSynchronizing(Duration.ofMillis(500));
      int first = rig.rows(Rig.LEDGER).size();
      int second = rig.rows(SECOND).size();
      between.released.countDown();

      assertThat(early).as("with %d and %d rows", first, second).isFalse();
      assertThat(second - 1).as("the later load has what the first has not").isEqualTo(first - 2);
      Rig.awaitSynchronizing(job);
      assertThat(rig.rows(Rig.LEDGER)).hasSize(4);
      assertThat(rig.rows(SECOND)).hasSize(2);
    }
  }
}
