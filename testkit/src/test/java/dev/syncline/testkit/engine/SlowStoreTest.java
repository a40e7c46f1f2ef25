package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Initialization;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.Position;
import dev.syncline.testkit.fault.FaultPoint;
import dev.syncline.testkit.fault.FaultPoints;
import dev.syncline.testkit.fault.Hold;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** A store that takes long holds up nothing but what depends on it. */
class SlowStoreTest {

  /** More than what lies between two signs of life. */
  private static final Duration ACKNOWLEDGED = Duration.ofMillis(1_500);

  @Test
  void changesDoNotWaitForTheStoreButTheSourceDoes() throws InterruptedException {
    try (Rig rig = new Rig(1)) {
      rig.fill(3);
      FaultPoints points = new FaultPoints();
      rig.startAndSynchronize(
          SyncJob.from(rig.source())
              .to(rig.sink())
              .named(rig.name)
              .select(TableSelection.builder().database("shop").build())
              .initialize(Initialization.STRUCTURE, Initialization.DATA)
              .checkpoints(points.in(rig.store))
              .limits(Rig.limits().build()));
      Position before = rig.database.end("stream-0");
      Hold save = points.hold(FaultPoint.BEFORE_CHECKPOINT_SAVE);
      rig.update(Rig.USERS, 1, 100);
      save.awaitReached(Rig.SOON);

      rig.update(Rig.USERS, 2, 200);
      rig.awaitEqual();

      long deadline = System.nanoTime() + ACKNOWLEDGED.toNanos();
      while (System.nanoTime() < deadline) {
        assertThat(rig.database.acknowledged("stream-0").map(p -> p.compareTo(before)).orElse(-1))
            .as("the source keeps what is not in a saved checkpoint")
            .isNotPositive();
        LockSupport.parkNanos(1_000_000);
      }
      save.release();
    }
  }
}
