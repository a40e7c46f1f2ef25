package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.DeadLetter;
import dev.syncline.JobState;
import dev.syncline.MemoryDeadLetterSink;
import dev.syncline.SyncJob;
import dev.syncline.TableStatus;
import dev.syncline.TransformFailedException;
import dev.syncline.TransientException;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.event.JobEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a job of which a transform fails on some rows. */
class DeadLettersTest {

  private static final long BAD = 13;

  private final MemoryDeadLetterSink letters = new MemoryDeadLetterSink();
  private Rig rig;

  @BeforeEach
  void fill() {
    rig = new Rig(1).fill(20);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static boolean isBad(TableChange change) {
    Row row =
        change instanceof RowInsert insert
            ? insert.after()
            : change instanceof RowDelete delete
                ? delete.before()
                : change instanceof SnapshotRow snapshot ? snapshot.row() : null;
    return row != null && row.value(0).equals(BAD);
  }

  private static Optional<TableChange> failing(TableChange change) {
    if (isBad(change)) {
      throw new IllegalStateException("bad row");
    }
    return Optional.of(change);
  }

  private void awaitKeys(long... missing) {
    List<Row> expected = new ArrayList<>(rig.database.rows(Rig.USERS.id()));
    for (long key : missing) {
      expected.removeIf(row -> row.value(0).equals(key));
    }
    Rig.await("the other rows", () -> rig.rows(Rig.USERS).equals(expected));
  }

  @Test
  void stopsAtAnExistingRowWithoutThem() {
    SyncJob<TableChange> job = rig.start(rig.job().through(DeadLettersTest::failing));

    Rig.await("the job fails", () -> job.status().failure().isPresent());

    assertThat(job.status().state()).isEqualTo(JobState.INITIALIZATION_FAILED);
    assertThat(job.status().failure().orElseThrow())
        .isInstanceOf(TransformFailedException.class)
        .hasMessageContainingAll("'shop.", "among the existing rows", "dead letters");
  }

  @Test
  void stopsInFrontOfAChangeWithoutThem() {
    rig.delete(Rig.USERS, BAD);
    rig.delete(Rig.ORDERS, BAD);
    rig.database.commit(rows -> rows.delete(Rig.LEDGER.id(), Row.of(BAD, 0L)));
    SyncJob<TableChange> job = rig.startAndSynchronize(rig.job().through(DeadLettersTest::failing));

    rig.insert(Rig.USERS, 100, 0);
    rig.insert(Rig.USERS, BAD, 0);
    rig.insert(Rig.USERS, 101, 0);
    Rig.await("the job fails", () -> job.status().failure().isPresent());

    assertThat(job.status().state()).isEqualTo(JobState.FAILED);
    TransformFailedException failure =
        (TransformFailedException) job.status().failure().orElseThrow();
    assertThat(failure.change()).contains(new RowInsert(Rig.USERS, Row.of(BAD, 0L)));
    assertThat(rig.rows(Rig.USERS)).noneMatch(row -> row.value(0).equals(101L));

    rig.startAndSynchronize(rig.job());
    awaitKeys();
  }

  @Test
  void goesOnWithoutTheRowsThatBecomeLetters() {
    List<JobEvent> events = new CopyOnWriteArrayList<>();
    SyncJob<TableChange> job =
        rig.startAndSynchronize(
            rig.job().through(DeadLettersTest::failing).deadLetters(letters).listener(events::add));

    // One from each table.
    assertThat(letters.letters())
        .hasSize(3)
        .allMatch(letter -> letter.change() instanceof SnapshotRow && letter.place().isEmpty());
    assertThat(job.status().deadLetters()).isEqualTo(3);
    awaitKeys(BAD);

    rig.database.commit(
        rows -> {
          rows.insert(Rig.USERS.id(), Row.of(100L, 0L));
          rows.delete(Rig.USERS.id(), Row.of(BAD));
          rows.insert(Rig.USERS.id(), Row.of(101L, 0L));
        });
    awaitKeys(BAD);
    DeadLetter letter = letters.letters().get(3);
    assertThat(letter.change()).isInstanceOf(RowDelete.class);
    assertThat(letter.place().orElseThrow().stream()).isEqualTo("stream-0");
    Rig.await(
        "all letters are told",
        () ->
            events.stream()
                    .mapToLong(e -> e instanceof JobEvent.DeadLetters told ? told.changes() : 0)
                    .sum()
                == 4);
    assertThat(job.status().deadLetters()).isEqualTo(4);
    assertThat(job.status().tables()).extracting(TableStatus::dropped).containsOnly(0L);
    assertThat(job.status().failure()).isEmpty();
  }

  /** What a run has not committed it reads again, and finds the same letters. */
  @Test
  void losesNothingWhenALetterCannotBeKeptForAMoment() {
    AtomicInteger tries = new AtomicInteger();
    SyncJob<TableChange> job =
        rig.startAndSynchronize(
            rig.job()
                .through(DeadLettersTest::failing)
                .deadLetters(
                    letter -> {
                      if (tries.incrementAndGet() % 3 != 0) {
                        throw new TransientException("The disk is full.", null);
                      }
                      letters.keep(letter);
                    }));

    rig.insert(Rig.USERS, 100, 0);
    rig.delete(Rig.USERS, BAD);
    rig.insert(Rig.USERS, 101, 0);

    awaitKeys(BAD);
    assertThat(job.status().failure()).isEmpty();
    assertThat(job.status().deadLetters())
        .as("in all runs, each as often as it was kept")
        .isEqualTo(letters.letters().size());
    assertThat(letters.letters())
        .extracting(DeadLetter::change)
        .contains(new SnapshotRow(Rig.USERS, Row.of(BAD, 0L)))
        .anyMatch(change -> change instanceof RowDelete);
  }
}
