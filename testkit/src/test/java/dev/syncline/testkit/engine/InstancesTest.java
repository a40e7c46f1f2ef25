package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.CheckedSource;
import dev.syncline.ExistingTables;
import dev.syncline.Finding;
import dev.syncline.Initialization;
import dev.syncline.JobState;
import dev.syncline.OwnershipLostException;
import dev.syncline.RetryPolicy;
import dev.syncline.SourceScope;
import dev.syncline.SyncJob;
import dev.syncline.TableSource;
import dev.syncline.TableSourceSession;
import dev.syncline.TransientException;
import dev.syncline.change.Position;
import dev.syncline.change.TableChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several job objects, or several callers, for one job. */
class InstancesTest {

  private final Rig rig = new Rig(1);

  @AfterEach
  void close() {
    rig.close();
  }

  private static boolean isFailed(SyncJob<TableChange> job) {
    return job.status().failure().isPresent();
  }

  @Test
  void theOlderInstanceStopsAndNothingIsDoubled() {
    rig.fill(20);
    SyncJob<TableChange> older = rig.startAndSynchronize(rig.job());
    rig.insert(Rig.LEDGER, 100, 1);

    SyncJob<TableChange> younger = rig.startAndSynchronize(rig.job());
    rig.insert(Rig.LEDGER, 101, 1);

    Rig.await("the older one stops", () -> isFailed(older));
    assertThat(older.status().failure().orElseThrow()).isInstanceOf(OwnershipLostException.class);
    rig.insert(Rig.LEDGER, 102, 1);
    rig.awaitEqual();
    assertThat(isFailed(younger)).isFalse();
  }

  /** The older one is held up right before it deletes what was at the target before the job. */
  @Test
  void theOlderInstanceDeletesNothingThatTheYoungerOneHasCopied() {
    rig.fill(20);
    List.of(Rig.USERS, Rig.ORDERS, Rig.LEDGER).forEach(rig.target::create);
    AtomicBoolean heldUp = new AtomicBoolean();
    Faults faults =
        Faults.hooked(
            what -> {
              if (what.startsWith("clear") && heldUp.compareAndSet(false, true)) {
                rig.startAndSynchronize(rig.job().existingTables(ExistingTables.CLEAR));
              }
            });

    SyncJob<TableChange> older =
        rig.start(rig.job(rig.source(), faults).existingTables(ExistingTables.CLEAR));

    Rig.await("the older one stops", () -> isFailed(older));
    assertThat(older.status().failure().orElseThrow()).isInstanceOf(OwnershipLostException.class);
    assertThat(heldUp).isTrue();
    rig.awaitEqual();
  }

  /** A source at whose first check something else happens. */
  private record Disturbed(TableSource source, AtomicInteger checks, Runnable atFirst)
      implements TableSource, CheckedSource<TableChange> {

    @Override
    public List<Finding> check(SourceCheck<TableChange> check) {
      if (checks.incrementAndGet() == 1) {
        atFirst.run();
      }
      return List.of();
    }

    @Override
    public Set<String> risks() {
      return Set.of();
    }

    @Override
    public TableSourceSession open(SourceScope<TableChange> scope) {
      return source.open(scope);
    }

    @Override
    public Position parsePosition(String text) {
      return source.parsePosition(text);
    }
  }

  @Test
  void thePreCheckDoesNotTakeTheWorkOfAnotherInstanceForSomebodyElses() {
    rig.fill(20);
    AtomicInteger checks = new AtomicInteger();
    Runnable other = () -> rig.startAndSynchronize(rig.job());

    SyncJob<TableChange> job =
        rig.startAndSynchronize(rig.job(new Disturbed(rig.source(), checks, other), rig.sink()));

    assertThat(checks).hasValue(2);
    rig.awaitEqual();
    assertThat(isFailed(job)).isFalse();
  }

  @Test
  void anInstanceThatTriesAgainDoesNotTakeOverFromAYoungerOne() {
    rig.fill(20);
    AtomicBoolean broken = new AtomicBoolean();
    Faults faults =
        Faults.hooked(
            what -> {
              if (broken.get()) {
                throw new TransientException("The network is down.");
              }
            });
    SyncJob<TableChange> older = rig.startAndSynchronize(rig.job(rig.source(), faults));
    broken.set(true);
    rig.insert(Rig.LEDGER, 100, 1);
    Rig.await("it tries again", () -> older.status().retry().isPresent());

    SyncJob<TableChange> younger = rig.startAndSynchronize(rig.job());
    broken.set(false);

    Rig.await("the older one stops", () -> isFailed(older));
    assertThat(older.status().failure().orElseThrow()).isInstanceOf(OwnershipLostException.class);
    rig.insert(Rig.LEDGER, 101, 1);
    rig.awaitEqual();
    assertThat(isFailed(younger)).isFalse();
  }

  @Test
  void ofInstancesThatStartTogetherOneGoesOn() {
    rig.fill(20);
    rig.startAndSynchronize(rig.job()).close();
    List<SyncJob<TableChange>> jobs = new ArrayList<>();

    for (int i = 0; i < 6; i++) {
      jobs.add(rig.start());
    }
    rig.insert(Rig.LEDGER, 100, 1);

    Rig.await("one is left", () -> jobs.stream().filter(InstancesTest::isFailed).count() == 5);
    rig.insert(Rig.LEDGER, 101, 1);
    rig.awaitEqual();
    assertThat(jobs.stream().filter(InstancesTest::isFailed)).hasSize(5);
  }

  @Test
  void anInstanceThatLostItsTargetStopsThoughItsSinkIsPlain() {
    rig.fill(5);
    SyncJob<TableChange> older = rig.startAndSynchronize(rig.job(rig.source(), rig.plainSink()));

    rig.startAndSynchronize(rig.job(rig.source(), rig.plainSink()));
    rig.insert(Rig.USERS, 100, 1);

    Rig.await("the older one stops", () -> isFailed(older));
    assertThat(older.status().failure().orElseThrow()).isInstanceOf(OwnershipLostException.class);
  }

  @Test
  void startsOnceHoweverManyCall() throws Exception {
    rig.fill(5);
    SyncJob<TableChange> job = rig.job().build();
    int callers = 4;
    CyclicBarrier together = new CyclicBarrier(callers);
    AtomicInteger started = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      threads.add(new Thread(() -> start(job, together, started)));
    }

    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(started).hasValue(1);
    Rig.awaitSynchronizing(job);
    job.close();
  }

  private static void start(
      SyncJob<TableChange> job, CyclicBarrier together, AtomicInteger started) {
    try {
      together.await();
      job.start();
      started.incrementAndGet();
    } catch (IllegalStateException e) {
      // The others are too late.
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void cannotBeStartedWhileItRunsNorWhenItIsClosed() {
    SyncJob<TableChange> job = rig.startAndSynchronize(rig.job());

    assertThatThrownBy(job::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Job '%s' cannot be started: it is in state SYNCHRONIZING.".formatted(rig.name));
    job.close();
    assertThatThrownBy(job::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Job '%s' cannot be started: it is closed.".formatted(rig.name));
  }

  @Test
  void canBeStartedAgainAsSoonAsItHasFailed() throws Exception {
    rig.fill(5);
    Faults faults =
        Faults.hooked(
            what -> {
              if (what.equals("currentPositions")) {
                throw new TransientException("The network is down.");
              }
            });
    SyncJob<TableChange> job =
        rig.start(
            SyncJob.from(new FlakySource(rig.source(), faults))
                .to(rig.sink())
                .named(rig.name)
                .select(dev.syncline.TableSelection.builder().database("shop").build())
                .checkpoints(rig.store)
                .initialize(Initialization.STRUCTURE)
                .listener(faults)
                .retry(RetryPolicy.builder().window(Duration.ZERO).build()));

    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> job.awaitSynchronizing(Rig.SOON))
          .hasMessageContaining("The network is down.");
      if (i < 19) {
        job.start();
      }
    }

    assertThat(job.status().state()).isEqualTo(JobState.INITIALIZATION_FAILED);
  }
}
