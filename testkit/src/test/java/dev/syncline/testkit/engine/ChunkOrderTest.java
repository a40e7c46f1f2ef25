package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Transform;
import dev.syncline.change.Row;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.testkit.fault.FaultPoint;
import dev.syncline.testkit.fault.FaultPoints;
import dev.syncline.testkit.fault.Hold;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Rows of a chunk come to the target behind everything that they may have in them. */
class ChunkOrderTest {

  private static final long NEW = 999;

  @Test
  void aChunkWaitsForTheCommitOfWhatItHasSeen() throws InterruptedException {
    try (Rig rig = new Rig(1)) {
      rig.fill(10);
      FaultPoints points = new FaultPoints();
      Hold write = points.hold(FaultPoint.BEFORE_LANE_WRITE);
      rig.start(rig.job(points.in(rig.source()), points.in(rig.sink())).through(changing(rig)));
      write.awaitReached(Rig.SOON);

      long deadline = System.nanoTime() + Duration.ofMillis(300).toNanos();
      while (System.nanoTime() < deadline) {
        assertThat(rig.rows(Rig.USERS)).doesNotContain(Row.of(3L, NEW));
        LockSupport.parkNanos(1_000_000);
      }
      write.release();
      rig.awaitEqual();
      assertThat(rig.rows(Rig.USERS)).contains(Row.of(3L, NEW));
    }
  }

  /** Changes a row after the first position of the job, and before the row is read. */
  private static Transform<TableChange> changing(Rig rig) {
    AtomicBoolean changed = new AtomicBoolean();
    return change -> {
      boolean first = change instanceof SnapshotRow row && row.table().id().equals(Rig.LEDGER.id());
      if (first && changed.compareAndSet(false, true)) {
        rig.update(Rig.USERS, 3, NEW);
      }
      return Optional.of(change);
    };
  }
}
