package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.Consistency;
import dev.syncline.Initialization;
import dev.syncline.JobState;
import dev.syncline.PositionLostException;
import dev.syncline.PrecheckFailedException;
import dev.syncline.ProgressLostException;
import dev.syncline.StoredCheckpoint;
import dev.syncline.SyncException;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.TableSelection;
import dev.syncline.change.Row;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.ReadListener;
import dev.syncline.testkit.SplitTransaction;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResumeTest {

  private static final int ROWS = 100;

  private final Rig rig = new Rig(1);
  private final CountDownLatch reads = new CountDownLatch(1);

  @AfterEach
  void close() {
    rig.close();
  }

  private SyncJobBuilder<TableChange> select(Consumer<TableSelection.DatabaseBuilder> tables) {
    return SyncJob.from(rig.source())
        .to(rig.sink())
        .named(rig.name)
        .select(TableSelection.builder().database("shop", tables).build())
        .checkpoints(rig.store)
        .initialize(Initialization.STRUCTURE, Initialization.DATA);
  }

  private static long snapshotRows(SyncJob<TableChange> job, TableDefinition table) {
    return job.status().tables().stream()
        .filter(t -> t.table().equals(table.id()))
        .findFirst()
        .orElseThrow()
        .snapshotRows();
  }

  /** Lets reads of a table wait until they are interrupted, from its so-manieth on. */
  private void holdReads(TableDefinition table, int from) {
    AtomicInteger count = new AtomicInteger();
    rig.database.listen(
        (moment, id) -> {
          boolean counts = moment == ReadListener.Moment.BEFORE_ROWS && id.equals(table.id());
          if (counts && count.incrementAndGet() >= from) {
            hold();
          }
        });
  }

  private void hold() {
    try {
      if (!reads.await(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("Nobody let the read go on.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The read was interrupted.", e);
    }
  }

  @Test
  void goesOnBehindWhatIsCommitted() {
    rig.fill(ROWS);
    rig.startAndSynchronize(rig.job()).close();
    rig.update(Rig.USERS, 1, 5);
    rig.insert(Rig.LEDGER, 500, 1);

    SyncJob<TableChange> next = rig.startAndSynchronize(rig.job());

    rig.awaitEqual();
    assertThat(next.status().snapshotRows()).isZero();
  }

  @Test
  void readsNoFinishedRangeAgain() {
    rig.fill(ROWS);
    SyncJobBuilder<TableChange> builder =
        select(db -> db.tables("*"))
            .limits(Rig.limits().snapshotReaders(1).snapshotWriters(1).build());
    holdReads(Rig.USERS, 6);
    SyncJob<TableChange> job = rig.start(builder);
    Rig.await("five ranges are copied", () -> rig.rows(Rig.USERS).size() == 5 * 7);

    job.close();
    rig.database.listen((moment, table) -> {});
    int before = rig.rows(Rig.USERS).size();
    SyncJob<TableChange> next =
        rig.startAndSynchronize(
            select(db -> db.tables("*"))
                .limits(Rig.limits().snapshotReaders(1).snapshotWriters(1).build()));

    rig.awaitEqual();
    assertThat(snapshotRows(next, Rig.USERS)).isEqualTo(ROWS - before);
    assertThat(snapshotRows(next, Rig.LEDGER)).isZero();
  }

  @Test
  void finishesTheCopyThatItBeganThoughBuiltWithout() {
    rig.fill(ROWS);
    holdReads(Rig.USERS, 2);
    SyncJob<TableChange> job = rig.start();
    Rig.await("a range is copied", () -> !rig.rows(Rig.USERS).isEmpty());
    job.close();
    rig.database.listen((moment, table) -> {});

    rig.startAndSynchronize(rig.bare(rig.source(), rig.sink()));

    rig.awaitEqual();
  }

  /** With lanes, lane 0 has not recorded the change when the job ends. */
  @ParameterizedTest
  @EnumSource
  void waitsUntilTheSourceShowsWhatWasStreamedBefore(Consistency consistency) {
    rig.fill(ROWS);
    holdReads(Rig.USERS, 1);
    SyncJob<TableChange> job = rig.start(rig.job().consistency(consistency));
    if (consistency == Consistency.PER_KEY) {
      AtomicLong key = new AtomicLong(ROWS);
      Rig.await(
          "lanes are ahead of lane 0",
          () -> {
            rig.insert(Rig.ORDERS, key.getAndIncrement(), 0);
            return positionsAtTarget() > 1;
          });
    }
    SplitTransaction logged =
        rig.database.begin(rows -> rows.update(Rig.USERS.id(), Row.of(5L), Row.of(5L, 77L)));
    logged.writeToLog();
    Rig.await("the change arrives", () -> rig.rows(Rig.USERS).contains(Row.of(5L, 77L)));
    job.close();
    // Whoever looks beyond the change finds something, and does not wait.
    rig.insert(Rig.LEDGER, ROWS, 0);
    AtomicInteger reads = new AtomicInteger();
    rig.database.listen((moment, table) -> reads.incrementAndGet());

    SyncJob<TableChange> next = rig.start(rig.job().consistency(consistency));
    // Time enough for a job that does not wait to read the row that the source still shows.
    boolean copied = awaits(next, Duration.ofMillis(500));
    int tooEarly = reads.get();
    logged.makeVisible();

    Rig.awaitSynchronizing(next);
    rig.awaitEqual();
    assertThat(copied).isFalse();
    assertThat(tooEarly).isZero();
  }

  /** How many positions the lanes stand at. */
  private long positionsAtTarget() {
    return rig.target.progress(rig.name).stream()
        .flatMap(found -> found.lanes().stream())
        .distinct()
        .count();
  }

  private static boolean awaits(SyncJob<TableChange> job, Duration timeout) {
    try {
      return job.awaitSynchronizing(timeout);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void refusesATargetThatHasLostATable() {
    rig.fill(ROWS);
    rig.startAndSynchronize(rig.job()).close();
    rig.target.drop(Rig.USERS.id());

    SyncJob<TableChange> job = rig.job().build();

    assertThatThrownBy(job::start)
        .isInstanceOf(PrecheckFailedException.class)
        .hasMessageContaining("TABLE_MISSING on 'shop.users'");
    assertThat(rig.target.tables()).doesNotContain(Rig.USERS.id());
  }

  @Test
  void refusesASelectionThatHasLostATable() {
    rig.startAndSynchronize(rig.job()).close();

    SyncJob<TableChange> job = select(db -> db.table("users").table("ledger")).build();

    assertThatThrownBy(job::start)
        .isInstanceOf(PrecheckFailedException.class)
        .hasMessageContaining(
            "SELECTION_CHANGED on 'shop.orders': The table was followed so far and is no longer"
                + " selected.");
    assertThat(job.status().state()).isEqualTo(JobState.PRECHECK_FAILED);
  }

  @Test
  void refusesASelectionThatNamesAnotherTable() {
    rig.startAndSynchronize(select(db -> db.table("users").table("ledger"))).close();

    SyncJob<TableChange> job =
        select(db -> db.table("users").table("ledger").table("orders")).build();

    assertThatThrownBy(job::start)
        .isInstanceOf(PrecheckFailedException.class)
        .hasMessageContaining(
            "SELECTION_CHANGED on 'shop.orders': The table is selected, but was not when the job"
                + " first started.");
  }

  @Test
  void refusesAPatternThatSelectsAnotherTable() {
    rig.startAndSynchronize(select(db -> db.tables("u*"))).close();

    SyncJob<TableChange> job = select(db -> db.tables("u*").tables("o*")).build();

    assertThatThrownBy(job::start)
        .isInstanceOf(PrecheckFailedException.class)
        .hasMessageContaining(
            "SELECTION_CHANGED on 'shop.orders': The table is selected by a pattern, but the job"
                + " does not know it yet.");
  }

  @Test
  void doesNotStartWhenThePreCheckFindsItsLogPurged() {
    rig.startAndSynchronize(rig.job()).close();
    rig.insert(Rig.USERS, 1, 1);
    rig.database.purge(rig.database.end("stream-0"));

    assertThatThrownBy(() -> rig.start())
        .isInstanceOf(PrecheckFailedException.class)
        .hasMessageContaining("POSITION_LOST");
  }

  @Test
  void failsWhenItsLogIsPurged() {
    rig.startAndSynchronize(rig.job()).close();
    rig.insert(Rig.USERS, 1, 1);
    rig.database.purge(rig.database.end("stream-0"));

    SyncJob<TableChange> job =
        rig.start(rig.job(new FlakySource(rig.source(), Faults.hooked(w -> {})), rig.sink()));

    Rig.await("it fails", () -> job.status().failure().isPresent());
    assertThat(job.status().failure().orElseThrow()).isInstanceOf(PositionLostException.class);
    Rig.await("its state", () -> job.status().state() == JobState.FAILED);
  }

  @Test
  void findsItsLogPurgedBeforeItTouchesTheTarget() {
    rig.fill(ROWS);
    endInTheSecondPartOfALoad();
    List<Row> left = rig.rows(Rig.LEDGER);
    rig.insert(Rig.USERS, 1000, 1);
    rig.database.purge(rig.database.end("stream-0"));

    SyncJob<TableChange> job =
        rig.start(rig.job(new FlakySource(rig.source(), Faults.hooked(w -> {})), rig.sink()));

    Rig.await("it fails", () -> job.status().failure().isPresent());
    assertThat(job.status().failure().orElseThrow()).isInstanceOf(PositionLostException.class);
    assertThat(left).isNotEmpty();
    assertThat(rig.rows(Rig.LEDGER)).isEqualTo(left);
  }

  @Test
  void findsByItsFirstEventsThatItsLogIsGoneBeforeItTouchesTheTarget() {
    rig.fill(ROWS);
    endInTheSecondPartOfALoad();
    List<Row> left = rig.rows(Rig.LEDGER);
    Faults faults =
        Faults.hooked(
            what -> {
              if (what.equals("poll")) {
                throw new PositionLostException("The log was reset.");
              }
            });

    SyncJob<TableChange> job =
        rig.start(rig.job(new FlakySource(rig.source(), faults), rig.sink()).listener(faults));

    Rig.await("it fails", () -> job.status().failure().isPresent());
    assertThat(job.status().failure().orElseThrow()).isInstanceOf(PositionLostException.class);
    assertThat(left).isNotEmpty();
    assertThat(rig.rows(Rig.LEDGER)).isEqualTo(left);
  }

  @Test
  void repeatsALoadThatDidNotEnd() {
    rig.fill(ROWS);
    endInTheSecondPartOfALoad();
    assertThat(rig.rows(Rig.LEDGER)).isNotEmpty();

    rig.startAndSynchronize(rig.job());

    rig.awaitEqual();
  }

  private void endInTheSecondPartOfALoad() {
    AtomicInteger reads = new AtomicInteger();
    Faults faults =
        Faults.hooked(
            what -> {
              if (what.equals("next") && reads.incrementAndGet() > 1) {
                throw new IllegalStateException("Enough.");
              }
            });
    SyncJob<TableChange> job = rig.start(rig.job(rig.source(), faults));
    Rig.await("it fails", () -> job.status().failure().isPresent());
    job.close();
  }

  @Test
  void failsWhenTheTargetHasLostItsRecords() {
    rig.startAndSynchronize(rig.job()).close();
    rig.target.forget(rig.name);

    SyncJob<TableChange> job = rig.start();

    Rig.await("it fails", () -> job.status().failure().isPresent());
    assertThat(job.status().failure().orElseThrow()).isInstanceOf(ProgressLostException.class);
  }

  @Test
  void failsWhenTheTargetHasRecordsButTheStoreHasNone() {
    rig.startAndSynchronize(rig.job()).close();
    rig.store.delete(rig.name, rig.store.load(rig.name).orElseThrow().version());

    SyncJob<TableChange> job =
        rig.start(rig.job().existingTables(dev.syncline.ExistingTables.CLEAR));

    Rig.await("it fails", () -> job.status().failure().isPresent());
    assertThat(job.status().failure().orElseThrow()).isInstanceOf(ProgressLostException.class);
    Rig.await("its state", () -> job.status().state() == JobState.INITIALIZATION_FAILED);
  }

  @Test
  void doesNotStartFromADamagedCheckpoint() {
    rig.startAndSynchronize(rig.job()).close();
    StoredCheckpoint stored = rig.store.load(rig.name).orElseThrow();
    String damaged = stored.content().replaceFirst("COPIED", "CLAIMED");
    rig.store.save(rig.name, new StoredCheckpoint(stored.version(), damaged));

    SyncJob<TableChange> job = rig.job().build();

    assertThatThrownBy(job::start)
        .isInstanceOf(SyncException.class)
        .hasMessageContaining("The checkpoint of job '" + rig.name + "' cannot be read");
    assertThat(job.status().state()).isEqualTo(JobState.NOT_STARTED);
  }
}
