package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Guarantee;
import dev.syncline.SyncJob;
import dev.syncline.change.Row;
import dev.syncline.change.TableChange;
import dev.syncline.testkit.MemorySource;
import dev.syncline.testkit.MemoryWrite;
import dev.syncline.testkit.ReadListener;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Slow ends, large transactions, and sinks that keep no progress. */
class PressureTest {

  private final Rig rig = new Rig(1);

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void aSlowTargetHoldsTheSourceBack() {
    AtomicBoolean slow = new AtomicBoolean();
    CountDownLatch stuck = new CountDownLatch(1);
    Semaphore released = new Semaphore(0);
    Faults faults =
        Faults.hooked(
            what -> {
              if (what.equals("write") && slow.get()) {
                stuck.countDown();
                released.acquireUninterruptibly();
              }
            });
    rig.startAndSynchronize(rig.job(new MemorySource(rig.database, 10), faults));
    slow.set(true);
    int changes = 1_000;
    for (int i = 0; i < changes; i++) {
      rig.insert(Rig.LEDGER, i, 1);
    }
    Rig.await("the target is stuck", () -> stuck.getCount() == 0);
    AtomicLong before = new AtomicLong(-1);
    Rig.await("the source is held back", () -> isUnchanged(before, faults.pulled()));

    // Two queues of 2,048 bytes and a batch, of changes of more than 16 bytes each.
    assertThat(before.get()).isLessThan(3 * 2_048 / 16);
    slow.set(false);
    released.release(1_000);

    rig.awaitEqual();
    assertThat(faults.pulled()).isEqualTo(changes);
  }

  /** Whether a number is what it was a moment ago. */
  private static boolean isUnchanged(AtomicLong before, long now) {
    LockSupport.parkNanos(200_000_000);
    return before.getAndSet(now) == now;
  }

  @Test
  void aTransactionInManyPartsRunsBesideASnapshot() {
    rig.fill(60);
    rig.database.listen(
        (moment, table) -> {
          if (moment == ReadListener.Moment.BEFORE_ROWS && rig.rows(Rig.USERS).size() == 7) {
            rig.database.commit(
                rows -> {
                  for (long key = 0; key < 60; key++) {
                    rows.update(Rig.USERS.id(), Row.of(key), Row.of(key, 9L));
                    rows.update(Rig.ORDERS.id(), Row.of(key), Row.of(key, 9L));
                    rows.insert(Rig.LEDGER.id(), Row.of(1_000 + key, 9L));
                  }
                });
          }
        });

    rig.startAndSynchronize(rig.job(new MemorySource(rig.database, 3), rig.sink()));

    rig.awaitEqual();
  }

  @Test
  void noRowGoesBackInTime() {
    rig.fill(60);
    AtomicLong version = new AtomicLong();
    rig.database.listen(
        (moment, table) -> {
          if (table.equals(Rig.USERS.id())) {
            long next = version.incrementAndGet();
            rig.update(Rig.USERS, next % 60, next);
          }
        });

    rig.startAndSynchronize(rig.job());
    rig.awaitEqual();

    for (long key = 0; key < 60; key++) {
      List<Long> values =
          rig.target.history(Rig.USERS.id(), Row.of(key)).stream()
              .map(MemoryWrite::row)
              .map(row -> (Long) row.orElseThrow().value(1))
              .toList();
      assertThat(values).isSorted();
    }
  }

  @Test
  void aSinkThatKeepsNoProgressGetsEverythingAtLeastOnce() {
    rig.fill(60);
    Workload workload = new Workload(rig, 60, 7);
    for (int i = 0; i < 4; i++) {
      SyncJob<TableChange> job = rig.start(rig.job(rig.source(), rig.plainSink()));
      assertThat(job.status().guarantee()).isEqualTo(Guarantee.AT_LEAST_ONCE);
      workload.commit(30);
      Rig.await("it has begun", () -> rig.store.load(rig.name).isPresent());
      job.close();
    }

    rig.startAndSynchronize(rig.job(rig.source(), rig.plainSink()));

    rig.awaitEqual(Rig.USERS);
    rig.awaitEqual(Rig.ORDERS);
    Rig.await(
        "the ledger is complete",
        () -> rig.rows(Rig.LEDGER).containsAll(rig.database.rows(Rig.LEDGER.id())));
  }
}
