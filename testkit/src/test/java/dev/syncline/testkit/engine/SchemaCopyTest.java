package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Consistency;
import dev.syncline.Initialization;
import dev.syncline.JobState;
import dev.syncline.SyncJob;
import dev.syncline.TableChangedException;
import dev.syncline.TableSelection;
import dev.syncline.TransientException;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Column;
import dev.syncline.change.Row;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.testkit.Renaming;
import dev.syncline.testkit.fault.FaultPoint;
import dev.syncline.testkit.fault.FaultPoints;
import dev.syncline.testkit.fault.Hold;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Tables change while their rows are copied. */
class SchemaCopyTest {

  private static final TableId USERS = Rig.USERS.id();
  private static final TableId ORDERS = Rig.ORDERS.id();
  private static final TableId LEDGER = Rig.LEDGER.id();
  private static final long BEHIND_NANOS = TimeUnit.MILLISECONDS.toNanos(3_500);
  private static final TableId NEW = new TableId("shop", "new");

  @Test
  void aTableThatIsCopiedGoesOnWithItsNewDefinition() {
    for (Consistency consistency : Consistency.values()) {
      try (Rig rig = new Rig(1)) {
        rig.fill(200);
        AtomicInteger reads = new AtomicInteger();
        rig.database.listen(
            (moment, table) -> {
              if (reads.incrementAndGet() == 40) {
                SchemaChangesTest.widen(rig);
              }
            });
        rig.start(SchemaChangesTest.job(rig, consistency));

        SchemaHistory.awaitEqual(rig);
        assertThat(rig.target.statements()).hasSize(1);
      }
    }
  }

  @Test
  void aTableWhoseKeyChangesIsCopiedAfresh() {
    TableDefinition other =
        new TableDefinition(USERS, Rig.USERS.columns(), List.of(SchemaHistory.primary(1)));
    try (Rig rig = new Rig(1)) {
      for (long key = 0; key < 200; key++) {
        rig.insert(Rig.USERS, key, 1_000 - key);
      }
      AtomicInteger reads = new AtomicInteger();
      rig.database.listen(
          (moment, table) -> {
            if (table.equals(USERS) && reads.incrementAndGet() == 40) {
              rig.database.alter(other, List.of(0, 1));
            }
          });
      rig.start();

      SchemaHistory.awaitEqual(rig);
    }
  }

  /** What is recorded as complete up to some key means other rows by another key. */
  @Test
  void whatTheTargetHasRecordedByTheOldKeyDoesNotCountInLaterRuns() {
    TableDefinition other =
        new TableDefinition(USERS, Rig.USERS.columns(), List.of(SchemaHistory.primary(1)));
    int rows = 300;
    try (Rig rig = new Rig(1)) {
      for (long key = 0; key < rows; key++) {
        rig.insert(Rig.USERS, key, rows - 1 - key);
      }
      AtomicInteger reads = new AtomicInteger();
      rig.database.listen(
          (moment, table) -> {
            if (table.equals(USERS) && reads.incrementAndGet() == 40) {
              rig.database.alter(other, List.of(0, 1));
            }
          });
      AtomicInteger breaks = new AtomicInteger(1);
      Faults faults =
          Faults.hooked(
              call -> {
                boolean isAltered = rig.target.definition(USERS).equals(Optional.of(other));
                if (call.equals("readRange") && isAltered && breaks.getAndDecrement() > 0) {
                  throw new TransientException("The connection broke.");
                }
              });
      rig.start(rig.job(rig.source(), faults));

      SchemaHistory.awaitEqual(rig);
    }
  }

  @Test
  void aTableThatLosesItsKeyWhileItIsCopiedIsLoadedAsAWhole() {
    List<Column> columns = Rig.USERS.columns();
    try (Rig rig = new Rig(1)) {
      rig.fill(200);
      AtomicInteger reads = new AtomicInteger();
      rig.database.listen(
          (moment, table) -> {
            if (table.equals(USERS) && reads.incrementAndGet() == 40) {
              rig.database.alter(new TableDefinition(USERS, columns, List.of()), List.of(0, 1));
            }
          });
      rig.start();

      SchemaHistory.awaitEqual(rig);
    }
  }

  @Test
  void aTableThatIsDroppedEmptiedOrSwappedWhileItIsCopiedEndsAsAtTheSource() {
    for (int way = 0; way < 3; way++) {
      int chosen = way;
      try (Rig rig = new Rig(1)) {
        rig.fill(200);
        AtomicInteger reads = new AtomicInteger();
        rig.database.listen(
            (moment, table) -> {
              if (reads.incrementAndGet() == 40) {
                switch (chosen) {
                  case 0 -> rig.database.truncate(USERS);
                  case 1 -> {
                    rig.database.drop(USERS);
                    rig.database.create(SchemaChangesTest.WIDE);
                  }
                  default ->
                      rig.database.rename(
                          new Renaming(USERS, NEW),
                          new Renaming(ORDERS, USERS),
                          new Renaming(NEW, ORDERS));
                }
              }
            });
        rig.start();
        Rig.await("rows are read", () -> reads.get() > 40);
        rig.database.commit(rows -> rows.insert(ORDERS, Row.of(500L, 1L)));

        SchemaHistory.awaitEqual(rig);
      }
    }
  }

  /** Written behind the change, rows that were read in front of it would stay for ever. */
  @Test
  void rowsThatAreBeingWrittenComeInFrontOfTheChange() throws InterruptedException {
    for (Consistency consistency : Consistency.values()) {
      try (Rig rig = new Rig(1)) {
        rig.fill(50);
        FaultPoints points = new FaultPoints();
        Hold writing = points.hold(FaultPoint.BEFORE_SNAPSHOT_WRITE);
        points.arm(
            FaultPoint.AFTER_SCHEMA_APPLY,
            1,
            () -> {
              writing.release();
              Rig.await(
                  "rows are written", () -> isPassed(points, FaultPoint.AFTER_SNAPSHOT_WRITE));
            });
        TableSelection users =
            TableSelection.builder().database("shop", db -> db.table("users")).build();
        rig.start(
            rig.bare(rig.source(), points.in(rig.sink()), users)
                .initialize(Initialization.STRUCTURE, Initialization.DATA)
                .consistency(consistency)
                .limits(Rig.limits().snapshotWriters(1).build()));
        writing.awaitReached(Rig.SOON);
        rig.database.truncate(USERS);
        rig.insert(Rig.USERS, 500, 1);
        // Long enough for a job that does not wait.
        awaitOrGiveUp(() -> isPassed(points, FaultPoint.BEFORE_SCHEMA_APPLY));
        writing.release();

        rig.awaitEqual(Rig.USERS);
      }
    }
  }

  private static boolean isPassed(FaultPoints points, FaultPoint point) {
    return points.passed(point) > 0;
  }

  private static void awaitOrGiveUp(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300);
    while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static Faults once(Runnable change) {
    AtomicBoolean done = new AtomicBoolean();
    return Faults.hooked(
        what -> {
          if (what.equals("readExactly") && !done.getAndSet(true)) {
            change.run();
          }
        });
  }

  /** The stream brings it when the table has been loaded without the rows that it removes. */
  @Test
  void aTableThatIsEmptiedBeforeItIsLoadedAsAWholeKeepsWhatWasLoaded() {
    try (Rig rig = new Rig(1)) {
      rig.fill(20);
      Faults faults =
          once(
              () -> {
                rig.database.truncate(LEDGER);
                rig.insert(Rig.LEDGER, 100, 1);
                rig.insert(Rig.LEDGER, 100, 1);
              });
      SyncJob<TableChange> job = rig.start(rig.job(rig.source(), faults));
      Rig.awaitSynchronizing(job);
      rig.insert(Rig.LEDGER, 101, 1);

      SchemaHistory.awaitEqual(rig);
      assertThat(rig.target.statements()).isEmpty();
      rig.database.truncate(LEDGER);
      SchemaHistory.awaitEqual(rig);
    }
  }

  @Test
  void aTableThatIsChangedBeforeItIsLoadedAsAWholeIsLoadedBehindTheChange() {
    TableDefinition wide =
        new TableDefinition(
            LEDGER,
            List.of(
                Rig.LEDGER.columns().get(0),
                Rig.LEDGER.columns().get(1),
                SchemaHistory.number("more", true)),
            List.of());
    try (Rig rig = new Rig(1)) {
      rig.fill(20);
      Faults faults =
          once(
              () -> {
                rig.insert(Rig.LEDGER, 100, 1);
                rig.database.alter(wide, List.of(0, 1, -1));
                rig.database.commit(rows -> rows.insert(LEDGER, Row.of(101L, 1L, 1L)));
                rig.database.truncate(Rig.USERS.id());
                rig.insert(Rig.USERS, 100, 1);
              });
      SyncJob<TableChange> job = rig.start(rig.job(rig.source(), faults));
      Rig.awaitSynchronizing(job);

      SchemaHistory.awaitEqual(rig);
      assertThat(rig.target.statements()).hasSize(2);
      // The load has them all; rows without a key could not be found again.
      assertThat(job.status().tables())
          .filteredOn(table -> table.table().equals(LEDGER))
          .allMatch(table -> table.inserts() == 0)
          .hasSize(1);
    }
  }

  @Test
  void aTableThatIsRenamedOrGoneBeforeItIsLoadedAsAWholeEndsAsAtTheSource() {
    TableId moved = new TableId("shop", "moved");
    for (boolean drops : List.of(true, false)) {
      try (Rig rig = new Rig(1)) {
        rig.fill(20);
        Faults faults =
            once(
                () -> {
                  rig.insert(Rig.LEDGER, 100, 1);
                  if (drops) {
                    rig.database.drop(LEDGER);
                  } else {
                    rig.database.rename(new Renaming(LEDGER, moved));
                    rig.database.commit(rows -> rows.insert(moved, Row.of(100L, 1L)));
                  }
                });
        SyncJob<TableChange> job = rig.start(rig.job(rig.source(), faults));
        Rig.awaitSynchronizing(job);

        SchemaHistory.awaitEqual(rig);
      }
    }
  }

  @Test
  void stopsIfNoChangeExplainsWhatAReaderHasSeen() {
    try (Rig rig = new Rig(2)) {
      rig.fill(20);
      Faults faults = failingReads(new AtomicInteger(Integer.MAX_VALUE));
      SyncJob<TableChange> job = rig.start(rig.job(rig.source(), faults));

      Rig.await("the job stops", () -> job.status().failure().isPresent());
      assertThat(job.status().failure().orElseThrow())
          .isInstanceOf(UnsupportedChangeException.class)
          .hasMessageContaining("'shop.users'")
          .hasMessageContaining("without being logged")
          .hasMessageContaining("It has one more column.");
    }
  }

  @Test
  void goesOnIfATableWasSeenChangedOnceOnly() {
    try (Rig rig = new Rig(2)) {
      rig.fill(20);
      rig.start(rig.job(rig.source(), failingReads(new AtomicInteger(1))));

      SchemaHistory.awaitEqual(rig);
    }
  }

  private static Faults failingReads(AtomicInteger times) {
    return Faults.hooked(
        call -> {
          if (call.equals("readRange") && times.getAndDecrement() > 0) {
            throw new TableChangedException(USERS, "It has one more column.", null);
          }
        });
  }

  /** However long that takes, and however often readers have looked meanwhile. */
  @Test
  void waitsForAStreamThatIsBehindWhatReadersSee() {
    try (Rig rig = new Rig(2)) {
      rig.fill(200);
      CountDownLatch changed = new CountDownLatch(1);
      AtomicInteger reads = new AtomicInteger();
      rig.database.listen(
          (moment, table) -> {
            if (reads.incrementAndGet() == 40) {
              SchemaChangesTest.widen(rig);
              changed.countDown();
            }
          });
      AtomicInteger polls = new AtomicInteger();
      Faults faults =
          Faults.hooked(
              call -> {
                boolean isFirst = Thread.currentThread().getName().endsWith("reader-stream-0");
                if (call.equals("poll") && isFirst && changed.getCount() == 0) {
                  LockSupport.parkNanos(polls.incrementAndGet() == 1 ? BEHIND_NANOS : 0);
                }
              });
      rig.start(rig.job(rig.source(), faults));

      SchemaHistory.awaitEqual(rig);
      assertThat(rig.target.statements()).hasSize(1);
    }
  }

  @Test
  void stopsAtAStatementWhoseTableWasLoadedBehindIt() {
    try (Rig rig = new Rig(1)) {
      rig.fill(20);
      Faults faults =
          once(
              () -> {
                rig.database.drop(LEDGER);
                rig.database.create(Rig.LEDGER);
                rig.insert(Rig.LEDGER, 100, 1);
              });
      SyncJob<TableChange> job = rig.start(rig.job(rig.source(), faults));

      Rig.await("the job stops", () -> job.status().failure().isPresent());
      assertThat(job.status().failure().orElseThrow())
          .isInstanceOf(UnsupportedChangeException.class)
          .hasMessageContaining("was loaded as a whole")
          .hasMessageContaining("Delete the job's checkpoint");
      assertThat(Set.of(JobState.FAILED, JobState.INITIALIZATION_FAILED))
          .contains(job.status().state());
    }
  }
}
