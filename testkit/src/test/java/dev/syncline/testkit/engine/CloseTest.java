package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.ExistingTables;
import dev.syncline.JobState;
import dev.syncline.RetryPolicy;
import dev.syncline.StoredCheckpoint;
import dev.syncline.SyncException;
import dev.syncline.SyncJob;
import dev.syncline.TransientException;
import dev.syncline.change.TableChange;
import dev.syncline.event.JobEvent;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A job ends in bounded time, whatever it waits for, and leaves no thread behind. */
class CloseTest {

  /** Less than the 8 seconds after which a job gives up on threads that do not end. */
  private static final Duration QUICK = Duration.ofSeconds(7);

  /** Half of the time for which a call hangs at the most. */
  private static final Duration BOUNDED = Duration.ofSeconds(30);

  private final Rig rig = new Rig(1);
  private final CountDownLatch stuck = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final Set<String> closed = ConcurrentHashMap.newKeySet();

  @AfterEach
  void close() {
    released.countDown();
    rig.close();
  }

  private SyncJob<TableChange> start(Faults faults) {
    rig.fill(50);
    rig.target.create(Rig.LEDGER);
    return rig.start(rig.job(rig.source(), faults).existingTables(ExistingTables.CLEAR));
  }

  /** Gives the stream something to do until then. */
  private void awaitStuck() {
    AtomicLong key = new AtomicLong(1_000);
    Rig.await(
        "it is stuck",
        () -> {
          rig.insert(Rig.LEDGER, key.incrementAndGet(), 1);
          return stuck.getCount() == 0;
        });
  }

  private static Duration time(Runnable work) {
    long began = System.nanoTime();
    work.run();
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private void assertGone() {
    Rig.await("no thread is left", () -> rig.threads().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "open",
        "currentPositions",
        "tables",
        "presence",
        "takeOver",
        "create",
        "readExactly",
        "next",
        "clear before a load",
        "openSnapshotReader",
        "nextRange",
        "readRange",
        "openSnapshotWriter",
        "write rows",
        "openReader",
        "poll",
        "openLane",
        "write",
        "commit",
        "acknowledge"
      })
  void interruptsWhatItWaitsFor(String call) {
    SyncJob<TableChange> job =
        start(
            Faults.hooked(
                what -> {
                  if (what.equals(call)) {
                    waitUntilInterrupted();
                  }
                }));
    awaitStuck();

    Duration took = time(job::close);

    assertThat(took).isLessThan(QUICK);
    assertGone();
  }

  private void waitUntilInterrupted() {
    stuck.countDown();
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransientException("The call was interrupted.", e);
    }
  }

  /** A call on a socket ends when the socket is closed, not when its thread is interrupted. */
  @ParameterizedTest
  @CsvSource({
    "presence, close structure",
    "create, close structure",
    "next, close rows reader",
    "write rows, close rows writer",
    "nextRange, close rows reader",
    "readRange, close rows reader",
    "poll, close reader",
    "write, close lane",
    "commit, close lane"
  })
  void closesTheConnectionOfWhatIgnoresInterruption(String call, String end) {
    SyncJob<TableChange> job =
        start(
            Faults.hooked(
                what -> {
                  closed.add(what);
                  if (what.equals(call)) {
                    waitUntilClosed(end);
                  }
                }));
    awaitStuck();

    Duration took = time(job::close);

    assertThat(took).isLessThan(QUICK);
    assertGone();
  }

  private void waitUntilClosed(String end) {
    stuck.countDown();
    Rig.await(end, () -> closed.contains(end));
    throw new TransientException("The connection was closed.");
  }

  @Test
  void givesUpOnWhatNothingEnds() {
    SyncJob<TableChange> job =
        start(
            Faults.hooked(
                what -> {
                  if (what.equals("commit")) {
                    stuck.countDown();
                    Rig.await("the end of the test", () -> released.getCount() == 0);
                  }
                }));
    awaitStuck();

    Duration took = time(job::close);

    assertThat(took).isBetween(Duration.ofSeconds(1), BOUNDED);
    List<String> stuckOnes = List.of("syncline-" + rig.name + "-lane-0");
    Rig.await("only the stuck thread is left", () -> rig.threads().equals(stuckOnes));
  }

  @Test
  void aConnectionThatHangsWhenClosedDoesNotKeepTheOthersOpen() {
    SyncJob<TableChange> job =
        start(
            Faults.hooked(
                what -> {
                  closed.add(what);
                  if (what.equals("close reader")) {
                    Rig.await("the end of the test", () -> released.getCount() == 0);
                  } else if (what.equals("write")) {
                    stuck.countDown();
                  }
                }));
    awaitStuck();

    Duration took = time(job::close);

    assertThat(took).isLessThan(BOUNDED);
    assertThat(closed).contains("close reader", "close lane", "close session");
  }

  @Test
  void endsAWaitForTheNextTry() {
    SyncJob<TableChange> job =
        rig.start(
            SyncJob.from(rig.source())
                .to(new FlakySink(rig.sink(), Faults.hooked(what -> {})))
                .named(rig.name)
                .select(dev.syncline.TableSelection.builder().database("shop").build())
                .checkpoints(new BrokenStore(rig.store))
                .retry(RetryPolicy.builder().firstWait(Duration.ofMinutes(1)).build()));
    Rig.await("it waits", () -> job.status().retry().isPresent());

    Duration took = time(job::close);

    assertThat(took).isLessThan(QUICK);
    assertGone();
  }

  @Test
  void aListenerMayCloseTheJob() {
    AtomicReference<SyncJob<TableChange>> self = new AtomicReference<>();
    SyncJob<TableChange> job =
        rig.job()
            .listener(
                event -> {
                  if (event instanceof JobEvent.TableCopied) {
                    self.get().close();
                  }
                })
            .build();
    self.set(job);
    rig.fill(50);

    job.start();

    assertGone();
    assertThat(job.status().state()).isEqualTo(JobState.INITIALIZING);
    assertThat(job.status().failure()).isEmpty();
  }

  /** Opening a source may take longer than a job's end waits, and another job may go on by then. */
  @Test
  void aJobThatIsClosedWhileItOpensItsSourceTakesNothingOver() throws Exception {
    rig.fill(5);
    rig.startAndSynchronize(rig.job()).close();
    StoredCheckpoint before = rig.store.load(rig.name).orElseThrow();
    AtomicReference<SyncJob<TableChange>> self = new AtomicReference<>();
    Thread caller = Thread.currentThread();
    Faults faults =
        Faults.hooked(
            what -> {
              if (what.equals("open") && Thread.currentThread() != caller) {
                self.get().close();
                stuck.countDown();
                boolean unused = Thread.interrupted();
              }
            });
    self.set(rig.job(rig.source(), faults).build());

    self.get().start();

    stuck.await();
    assertGone();
    assertThat(rig.store.load(rig.name)).contains(before);
  }

  @Test
  void mayBeCalledTwiceAndBeforeTheStart() {
    SyncJob<TableChange> never = rig.job().build();
    never.close();
    never.close();
    SyncJob<TableChange> job = rig.startAndSynchronize(rig.job());

    job.close();
    job.close();

    assertGone();
    assertThatThrownBy(() -> job.awaitSynchronizing(Duration.ofSeconds(1)))
        .isInstanceOf(SyncException.class)
        .hasMessage("Job '%s' does not synchronize: it is closed.".formatted(rig.name));
  }

  @Test
  void keepsTheInterruptionOfItsCaller() {
    SyncJob<TableChange> job = rig.startAndSynchronize(rig.job());

    Thread.currentThread().interrupt();
    job.close();

    assertThat(Thread.interrupted()).isTrue();
    assertGone();
  }

  @Test
  void isNoticedByThoseWhoAwaitTheJob() throws InterruptedException {
    SyncJob<TableChange> job = start(Faults.hooked(what -> waitUntilInterrupted()));
    AtomicReference<Exception> thrown = new AtomicReference<>();
    Thread waiter =
        new Thread(
            () -> {
              try {
                job.awaitSynchronizing(Duration.ofDays(400_000));
              } catch (SyncException | InterruptedException e) {
                thrown.set(e);
              }
            });
    waiter.start();
    awaitStuck();

    job.close();
    waiter.join(60_000);

    assertThat(thrown.get()).isInstanceOf(SyncException.class);
  }
}
