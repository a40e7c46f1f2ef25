package dev.syncline.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.CheckedSink;
import dev.syncline.CheckpointStore;
import dev.syncline.Consistency;
import dev.syncline.Initialization;
import dev.syncline.JobLimits;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.OwnershipLostException;
import dev.syncline.RetryPolicy;
import dev.syncline.Sink;
import dev.syncline.StoredCheckpoint;
import dev.syncline.StructureSink;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.TransactionalSink;
import dev.syncline.TransientException;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.Row;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.ValueKind;
import dev.syncline.event.JobEvent;
import dev.syncline.testkit.MemoryDatabase;
import dev.syncline.testkit.MemorySink;
import dev.syncline.testkit.MemorySource;
import dev.syncline.testkit.MemoryTarget;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FaultPointsTest {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final TableDefinition USERS =
      new TableDefinition(
          new TableId("shop", "users"),
          List.of(
              new Column(
                  "id", ColumnType.of(ValueKind.INTEGER, "bigint"), false, Column.Origin.WRITTEN)),
          List.of(new UniqueKey(UniqueKey.PRIMARY, List.of(0), UniqueKey.Coverage.COLUMNS)));

  private final MemoryDatabase database = new MemoryDatabase(1);
  private final MemoryTarget target = new MemoryTarget(Duration.ofSeconds(2));
  private final MemoryCheckpointStore store = new MemoryCheckpointStore();
  private final FaultPoints points = new FaultPoints();
  private final AtomicInteger retries = new AtomicInteger();

  FaultPointsTest() {
    database.create(USERS);
    insert(1);
  }

  private void insert(long id) {
    database.commit(rows -> rows.insert(USERS.id(), Row.of(id)));
  }

  private SyncJob<TableChange> start(FaultPoints points) {
    SyncJob<TableChange> job =
        SyncJob.from(points.in(new MemorySource(database)))
            .to(points.in(new MemorySink(target)))
            .named("points")
            .select(TableSelection.builder().database("shop").build())
            .checkpoints(points.in(store))
            .initialize(Initialization.STRUCTURE, Initialization.DATA)
            .consistency(Consistency.PER_KEY)
            .limits(JobLimits.builder().lanes(2).checkpointInterval(Duration.ofMillis(5)).build())
            .retry(RetryPolicy.builder().firstWait(Duration.ofMillis(1)).build())
            .listener(this::count)
            .build();
    job.start();
    return job;
  }

  private void count(JobEvent event) {
    if (event instanceof JobEvent.Retrying) {
      retries.incrementAndGet();
    }
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + SOON.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  private void awaitRows(int rows) {
    await(
        rows + " rows",
        () -> target.tables().contains(USERS.id()) && target.rows(USERS.id()).size() == rows);
  }

  @ParameterizedTest
  @EnumSource
  void everyPointIsPassedAndAFaultThereIsSurvived(FaultPoint point) {
    points.arm(
        point,
        1,
        () -> {
          throw new TransientException("Struck at " + point);
        });

    try (SyncJob<TableChange> job = start(points)) {
      awaitRows(1);
      insert(2);
      database.changeObjects("CREATE VIEW ids AS SELECT id FROM users");

      awaitRows(2);
      await("it has tried again", () -> retries.get() > 0);
      assertThat(job.status().failure()).isEmpty();
    }
  }

  @Test
  void strikesAtTheWantedPassingOnly() {
    CheckpointStore pointed = points.in(store);
    points.arm(
        FaultPoint.BEFORE_CHECKPOINT_SAVE,
        2,
        () -> {
          throw new TransientException("Struck.");
        });

    pointed.save("job", new StoredCheckpoint(0, "a"));
    assertThatThrownBy(() -> pointed.save("job", new StoredCheckpoint(1, "b")))
        .isInstanceOf(TransientException.class);
    pointed.save("job", new StoredCheckpoint(1, "c"));

    assertThat(store.load("job").orElseThrow().content()).isEqualTo("c");
    assertThat(points.passed(FaultPoint.BEFORE_CHECKPOINT_SAVE)).isEqualTo(3);
    assertThat(points.passed(FaultPoint.AFTER_CHECKPOINT_SAVE)).isEqualTo(2);
  }

  @Test
  void aThreadIsHeldUntilItIsReleased() throws Exception {
    try (SyncJob<TableChange> older = start(points)) {
      awaitRows(1);
      // No lane has anything to commit any more but what comes now.
      assertThat(older.awaitSynchronizing(SOON)).isTrue();
      Hold hold = points.hold(FaultPoint.BEFORE_LANE_COMMIT);
      insert(2);
      hold.awaitReached(SOON);
      assertThat(target.rows(USERS.id())).hasSize(1);

      hold.release();

      awaitRows(2);
      assertThat(older.status().failure()).isEmpty();
    }
  }

  @Test
  void aDeadProcessReachesNeitherItsEndsNorItsStore() throws Exception {
    try (SyncJob<TableChange> dead = start(points)) {
      awaitRows(1);
      points.die();
      int before = retries.get();
      insert(2);

      await("it has noticed", () -> retries.get() > before + 1);
      assertThat(target.rows(USERS.id())).hasSize(1);
      assertThatThrownBy(() -> points.in(store).load("points"))
          .isInstanceOf(TransientException.class);
      assertThat(dead.status().failure()).isEmpty();
    }
    try (SyncJob<TableChange> next = start(new FaultPoints())) {
      awaitRows(2);
      assertThat(next.status().failure()).isEmpty();
    }
  }

  @Test
  void keepsTheAbilitiesAndTheNameOfAnEndAndTheExceptionsOfItsCalls() {
    MemorySink sink = new MemorySink(target);
    Sink<TableChange> pointed = points.in((Sink<TableChange>) sink);

    assertThat(pointed)
        .isInstanceOf(TransactionalSink.class)
        .isInstanceOf(StructureSink.class)
        .hasToString(sink.toString());
    assertThat(pointed instanceof CheckedSink).isEqualTo((Object) sink instanceof CheckedSink);
    assertThat(pointed.equals(pointed)).isTrue();
    assertThat(pointed.equals(sink)).isFalse();
    CheckpointStore pointedStore = points.in(store);
    assertThatThrownBy(() -> pointedStore.save("job", new StoredCheckpoint(7, "x")))
        .isInstanceOf(OwnershipLostException.class);
  }
}
