package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.CheckpointStore;
import dev.syncline.JobState;
import dev.syncline.OwnershipLostException;
import dev.syncline.StoredCheckpoint;
import dev.syncline.SyncJob;
import dev.syncline.TransientException;
import dev.syncline.change.TableChange;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What fails between two runs of a job ends it with a word, as what fails in one does. */
class UnforeseenTest {

  private final Rig rig = new Rig(1);
  private final AtomicBoolean broken = new AtomicBoolean();

  @AfterEach
  void close() {
    rig.close();
  }

  private static void awaitFailed(SyncJob<TableChange> job) {
    Rig.await("the job has failed", () -> job.status().state() == JobState.FAILED);
  }

  /** A store that can be written, but may not be read. */
  private final class Unreadable implements CheckpointStore {

    @Override
    public Optional<StoredCheckpoint> load(String job) {
      if (broken.get()) {
        throw new IllegalStateException("The pool is closed.");
      }
      return rig.store.load(job);
    }

    @Override
    public long save(String job, StoredCheckpoint checkpoint) {
      return rig.store.save(job, checkpoint);
    }

    @Override
    public void delete(String job, long version) {
      rig.store.delete(job, version);
    }
  }

  /** A clock that fails the thread of the job, which asks when it is to try again. */
  private final class BrokenClock extends Clock {

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      if (broken.get() && Thread.currentThread().getName().equals("syncline-" + rig.name)) {
        throw new IllegalStateException("The clock is broken.");
      }
      return Instant.EPOCH;
    }
  }

  @Test
  void anInstanceThatCannotAskWhoGoesOnStops() {
    rig.fill(5);
    rig.checkpoints = new Unreadable();
    SyncJob<TableChange> older = rig.startAndSynchronize(rig.job());
    rig.checkpoints = rig.store;

    broken.set(true);
    rig.startAndSynchronize(rig.job());
    rig.insert(Rig.LEDGER, 100, 1);

    awaitFailed(older);
    Throwable failure = older.status().failure().orElseThrow();
    assertThat(failure).isInstanceOf(OwnershipLostException.class);
    assertThat(failure.getSuppressed())
        .extracting(Throwable::getMessage)
        .contains("The pool is closed.");
  }

  @Test
  void aJobThatCannotTryAgainStops() {
    rig.fill(5);
    Faults faults =
        Faults.hooked(
            what -> {
              if (what.equals("poll") && broken.get()) {
                throw new TransientException("The network is down.");
              }
            });
    SyncJob<TableChange> job =
        rig.startAndSynchronize(rig.job(rig.source(), faults).clock(new BrokenClock()));

    broken.set(true);

    awaitFailed(job);
    assertThat(job.status().failure().orElseThrow()).hasMessage("The clock is broken.");
  }
}
