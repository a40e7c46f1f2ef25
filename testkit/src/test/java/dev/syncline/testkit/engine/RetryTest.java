package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.JobState;
import dev.syncline.RetryPolicy;
import dev.syncline.SyncException;
import dev.syncline.SyncJob;
import dev.syncline.TransactionCutException;
import dev.syncline.TransientException;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.event.JobEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a job does about failures of its ends, its transforms and its listeners. */
class RetryTest {

  private final Rig rig = new Rig(1);
  private final AtomicBoolean down = new AtomicBoolean();
  private final Faults network =
      Faults.hooked(
          what -> {
            if (down.get() && !what.startsWith("close")) {
              throw new TransientException("The network is down.");
            }
          });

  @AfterEach
  void close() {
    rig.close();
  }

  private static void awaitState(SyncJob<TableChange> job, JobState state) {
    Rig.await("state " + state, () -> job.status().state() == state);
  }

  private static RetryPolicy window(Duration window) {
    return RetryPolicy.builder()
        .window(window)
        .firstWait(Duration.ofMillis(1))
        .longestWait(Duration.ofMillis(5))
        .build();
  }

  @Test
  void goesOnWhenTheNetworkIsBack() {
    rig.fill(10);
    List<JobEvent> events = new CopyOnWriteArrayList<>();
    SyncJob<TableChange> job =
        rig.startAndSynchronize(rig.job(rig.source(), network).listener(events::add));

    down.set(true);
    rig.insert(Rig.LEDGER, 100, 1);
    Rig.await("the third try", () -> job.status().retry().filter(r -> r.attempt() > 2).isPresent());
    assertThat(job.status().state()).isEqualTo(JobState.SYNCHRONIZING);
    down.set(false);

    rig.awaitEqual();
    Rig.await("no retry", () -> job.status().retry().isEmpty());
    assertThat(events)
        .filteredOn(JobEvent.Retrying.class::isInstance)
        .extracting(event -> ((JobEvent.Retrying) event).attempt())
        .startsWith(1, 2, 3);
  }

  @Test
  void failsWhenTheWindowHasPassedAndCanBeStartedAgain() {
    rig.fill(10);
    SyncJob<TableChange> job =
        rig.startAndSynchronize(
            SyncJob.from(new FlakySource(rig.source(), Faults.hooked(w -> {})))
                .to(new FlakySink(rig.sink(), network))
                .listener(network)
                .named(rig.name)
                .select(dev.syncline.TableSelection.builder().database("shop").build())
                .checkpoints(rig.store)
                .initialize(dev.syncline.Initialization.STRUCTURE, dev.syncline.Initialization.DATA)
                .retry(window(Duration.ofMillis(50))));
    down.set(true);
    rig.insert(Rig.LEDGER, 100, 1);

    awaitState(job, JobState.FAILED);
    assertThat(job.status().failure().orElseThrow())
        .isInstanceOf(TransientException.class)
        .hasMessage("The network is down.");
    down.set(false);
    job.start();

    assertThat(job.status().failure()).isEmpty();
    Rig.awaitSynchronizing(job);
    rig.awaitEqual();
  }

  @Test
  void failsAtOnceWithoutAWindow() {
    rig.fill(10);
    Faults first = Faults.at(1, Faults.Moment.BEFORE);

    SyncJob<TableChange> job =
        rig.start(
            SyncJob.from(rig.source())
                .to(new FlakySink(rig.sink(), first))
                .listener(first)
                .named(rig.name)
                .select(dev.syncline.TableSelection.builder().database("shop").build())
                .checkpoints(rig.store)
                .retry(window(Duration.ZERO)));

    awaitState(job, JobState.INITIALIZATION_FAILED);
  }

  @Test
  void failsAtWhatItDoesNotKnow() {
    rig.fill(10);
    rig.startAndSynchronize(rig.job()).close();
    rig.insert(Rig.LEDGER, 100, 1);

    SyncJob<TableChange> job =
        rig.start(rig.job(rig.source(), Faults.at(2, Faults.Moment.AFTER).fatal()));

    awaitState(job, JobState.FAILED);
    assertThat(job.status().failure().orElseThrow()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void failsAtAStatementOnASelectedTableThatItCannotCarry() {
    rig.fill(10);
    SyncJob<TableChange> job = rig.startAndSynchronize(rig.job());

    rig.database.logStatement(Rig.USERS.id(), "ALTER TABLE users");
    rig.insert(Rig.LEDGER, 100, 1);

    awaitState(job, JobState.FAILED);
    assertThat(job.status().failure().orElseThrow())
        .isInstanceOf(dev.syncline.UnsupportedChangeException.class);
    assertThat(rig.rows(Rig.LEDGER)).hasSize(10);
  }

  @Test
  void listenersMayThrowAnything() {
    rig.fill(10);
    List<JobEvent> heard = new CopyOnWriteArrayList<>();

    rig.startAndSynchronize(
        rig.job()
            .listener(
                event -> {
                  throw new IllegalStateException("This listener is broken.");
                })
            .listener(
                event -> {
                  throw new AssertionError("This one even more.");
                })
            .listener(heard::add));

    rig.awaitEqual();
    Rig.await("all is heard", () -> heard.size() == 6);
  }

  @Test
  void transformsChangeAndDropWhatTheySee() {
    rig.fill(10);
    SyncJob<TableChange> job =
        rig.startAndSynchronize(
            rig.job()
                .through(
                    change ->
                        change.table().id().equals(Rig.LEDGER.id())
                            ? Optional.empty()
                            : Optional.of(change)));

    rig.insert(Rig.LEDGER, 100, 1);
    rig.insert(Rig.USERS, 100, 1);

    rig.awaitEqual(Rig.USERS);
    assertThat(rig.rows(Rig.LEDGER)).isEmpty();
    assertThat(job.status().tables().get(0).dropped()).isEqualTo(11);
  }

  @Test
  void aTransactionOfWhichNothingIsLeftMovesThePosition() {
    rig.fill(10);
    SyncJob<TableChange> job =
        rig.startAndSynchronize(rig.job().through(change -> Optional.empty()));

    for (int i = 0; i < 50; i++) {
      rig.insert(Rig.LEDGER, 100 + i, 1);
    }
    Rig.await("all is dropped", () -> job.status().tables().get(0).dropped() == 60);

    assertThat(job.status().failure()).isEmpty();
    assertThat(rig.rows(Rig.LEDGER)).isEmpty();
  }

  @Test
  void aTransformMustLeaveSnapshotRowsWhatTheyAre() {
    rig.fill(10);

    SyncJob<TableChange> job =
        rig.start(
            rig.job()
                .through(
                    change ->
                        change instanceof SnapshotRow row
                            ? Optional.of(new dev.syncline.change.RowInsert(row.table(), row.row()))
                            : Optional.of(change)));

    awaitState(job, JobState.INITIALIZATION_FAILED);
    assertThat(job.status().failure().orElseThrow())
        .isInstanceOf(SyncException.class)
        .hasMessageContaining("A transform made a RowInsert of a snapshot row;");
  }

  @Test
  void aBrokenTransformStopsTheJob() {
    rig.fill(10);
    AtomicReference<RuntimeException> broken = new AtomicReference<>();
    SyncJob<TableChange> job =
        rig.startAndSynchronize(
            rig.job()
                .through(
                    change -> {
                      if (broken.get() != null) {
                        throw broken.get();
                      }
                      return Optional.of(change);
                    }));

    broken.set(new IllegalArgumentException("I cannot mask this."));
    rig.insert(Rig.LEDGER, 100, 1);

    awaitState(job, JobState.FAILED);
    assertThat(job.status().failure().orElseThrow()).cause().isSameAs(broken.get());
  }

  /** The next poll finds a transaction without an end, once it is told to. */
  private static Faults cutting(AtomicBoolean cut) {
    return Faults.hooked(
        what -> {
          if (what.equals("poll") && cut.getAndSet(false)) {
            throw new TransactionCutException("Transaction 'x' has no end.");
          }
        });
  }

  @Test
  void goesOnWithoutATransactionThatWasCutIfTheTargetHasNothingOfIt() {
    rig.fill(10);
    AtomicBoolean cut = new AtomicBoolean();
    Faults faults = cutting(cut);
    List<JobEvent> events = new CopyOnWriteArrayList<>();
    rig.startAndSynchronize(
        rig.job(new FlakySource(rig.source(), faults), rig.sink())
            .listener(faults)
            .listener(events::add));

    cut.set(true);
    Rig.await("it is cut", () -> events.stream().anyMatch(JobEvent.Retrying.class::isInstance));

    rig.insert(Rig.LEDGER, 100, 1);
    rig.awaitEqual();
  }

  @Test
  void stopsAtATransactionThatWasCutIfTheTargetMayHaveSomeOfIt() {
    rig.fill(10);
    AtomicBoolean cut = new AtomicBoolean();
    Faults faults = cutting(cut);
    SyncJob<TableChange> job =
        rig.startAndSynchronize(
            rig.job(new FlakySource(rig.source(), faults), rig.plainSink()).listener(faults));

    cut.set(true);

    awaitState(job, JobState.FAILED);
    assertThat(job.status().failure().orElseThrow())
        .isInstanceOf(TransactionCutException.class)
        .hasMessage("Transaction 'x' has no end.");
  }
}
