package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Guarantee;
import dev.syncline.Initialization;
import dev.syncline.JobState;
import dev.syncline.JobStatus;
import dev.syncline.SyncJob;
import dev.syncline.TableStatus;
import dev.syncline.change.Row;
import dev.syncline.change.TableChange;
import dev.syncline.event.JobEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FirstStartTest {

  private final Rig rig = new Rig(1);

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void copiesTablesAndFollowsThem() {
    rig.fill(50);

    rig.startAndSynchronize(rig.job());
    rig.update(Rig.USERS, 3, 1);
    rig.delete(Rig.ORDERS, 4);
    rig.insert(Rig.LEDGER, 99, 1);

    rig.awaitEqual();
  }

  @Test
  void copiesWhatIsWrittenMeanwhile() {
    rig.fill(100);

    SyncJob<TableChange> job = rig.start();
    for (long key = 0; key < 100; key++) {
      rig.update(Rig.USERS, key, key);
      rig.insert(Rig.LEDGER, key, 7);
    }
    Rig.awaitSynchronizing(job);

    rig.awaitEqual();
  }

  @Test
  void copiesEmptyTables() {
    rig.startAndSynchronize(rig.job());

    rig.awaitEqual();
    assertThat(rig.target.tables()).hasSize(3);
  }

  @Test
  void onlyFollowsUnlessToldToInitialize() {
    rig.fill(5);
    rig.target.create(Rig.USERS);
    rig.target.create(Rig.ORDERS);
    rig.target.create(Rig.LEDGER);

    rig.startAndSynchronize(rig.bare(rig.source(), rig.sink()));
    rig.insert(Rig.USERS, 99, 1);

    Rig.await("the change arrives", () -> rig.rows(Rig.USERS).size() == 1);
    assertThat(rig.rows(Rig.USERS)).containsExactly(Row.of(99L, 1L));
    assertThat(rig.rows(Rig.LEDGER)).isEmpty();
  }

  @Test
  void makesTablesWithoutRowsIfOnlyStructureIsAskedFor() {
    rig.fill(5);

    rig.startAndSynchronize(
        rig.bare(rig.source(), rig.sink()).initialize(Initialization.STRUCTURE));

    assertThat(rig.target.tables()).hasSize(3);
    assertThat(rig.rows(Rig.USERS)).isEmpty();
  }

  @Test
  void countsWhatItDoes() {
    rig.fill(20);

    SyncJob<TableChange> job = rig.startAndSynchronize(rig.job());
    rig.insert(Rig.USERS, 100, 1);
    rig.update(Rig.USERS, 100, 2);
    rig.update(Rig.USERS, 100, 3);
    rig.delete(Rig.USERS, 100);
    String end = rig.database.end("stream-0").toString();
    // A commit is counted before its position is noted.
    Rig.await("all is noted", () -> end.equals(job.status().positions().get("stream-0")));

    JobStatus status = job.status();
    TableStatus users =
        status.tables().stream()
            .filter(t -> t.table().equals(Rig.USERS.id()))
            .findFirst()
            .orElseThrow();
    assertThat(users).isEqualTo(new TableStatus(Rig.USERS.id(), true, 20, 20, 1, 2, 1, 0, 0));
    assertThat(status.snapshotRows()).isEqualTo(60);
    assertThat(status.guarantee()).isEqualTo(Guarantee.EXACTLY_ONCE);
    assertThat(status.positions()).containsExactlyEntriesOf(java.util.Map.of("stream-0", end));
    assertThat(status.followedRows()).isEqualTo(4);
    assertThat(status.delay()).isPresent();
    assertThat(status.failure()).isEmpty();
    assertThat(status.retry()).isEmpty();
  }

  @Test
  void tellsListenersInOrder() {
    rig.fill(5);
    List<JobEvent> events = new CopyOnWriteArrayList<>();

    rig.startAndSynchronize(rig.job().listener(events::add));

    assertThat(events.subList(0, 2))
        .containsExactly(
            new JobEvent.StateChanged(rig.name, JobState.NOT_STARTED, JobState.PRECHECKING),
            new JobEvent.StateChanged(rig.name, JobState.PRECHECKING, JobState.INITIALIZING));
    assertThat(events.subList(2, 5))
        .containsExactlyInAnyOrder(
            new JobEvent.TableCopied(rig.name, Rig.LEDGER.id(), 5),
            new JobEvent.TableCopied(rig.name, Rig.ORDERS.id(), 5),
            new JobEvent.TableCopied(rig.name, Rig.USERS.id(), 5));
    Rig.await("the last event", () -> events.size() == 6);
    assertThat(events.get(5))
        .isEqualTo(
            new JobEvent.StateChanged(rig.name, JobState.INITIALIZING, JobState.SYNCHRONIZING));
  }

  @Test
  void followsSeveralStreams() {
    try (Rig two = new Rig(2)) {
      two.fill(30);

      two.startAndSynchronize(two.job());
      for (long key = 0; key < 30; key++) {
        two.update(Rig.USERS, key, key);
        two.update(Rig.ORDERS, key, key);
      }

      two.awaitEqual();
    }
  }

  /** Whoever copies the rows by other means begins when the job synchronizes. */
  @Test
  void waitsUntilAllIsVisibleBeforeItSynchronizesIfItCopiesNoRows() {
    rig.target.create(Rig.USERS);
    rig.target.create(Rig.ORDERS);
    rig.target.create(Rig.LEDGER);
    List<String> seen = new CopyOnWriteArrayList<>();
    Faults faults = Faults.hooked(what -> note("awaitVisible", what, seen));

    rig.startAndSynchronize(
            rig.bare(new FlakySource(rig.source(), faults), rig.sink())
                .listener(faults)
                .listener(event -> note(JobState.SYNCHRONIZING, event, seen)))
        .close();
    rig.startAndSynchronize(
            rig.bare(new FlakySource(rig.source(), faults), rig.sink()).listener(faults))
        .close();

    assertThat(seen).containsExactly("awaitVisible", "SYNCHRONIZING");
  }

  @Test
  void doesNotWaitForWhatItsCopyHandles() {
    List<String> seen = new CopyOnWriteArrayList<>();
    Faults faults = Faults.hooked(what -> note("awaitVisible", what, seen));

    rig.startAndSynchronize(rig.job(rig.source(), faults));

    assertThat(seen).isEmpty();
  }

  private static void note(String wanted, String what, List<String> seen) {
    if (what.equals(wanted)) {
      seen.add(what);
    }
  }

  private static void note(JobState wanted, JobEvent event, List<String> seen) {
    if (event instanceof JobEvent.StateChanged changed && changed.to() == wanted) {
      seen.add(wanted.name());
    }
  }
}
