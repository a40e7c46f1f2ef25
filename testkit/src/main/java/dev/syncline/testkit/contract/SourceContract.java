package dev.syncline.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.PositionLostException;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.Position;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableId;
import dev.syncline.change.TransactionId;
import dev.syncline.change.TransactionPart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules of following a stream, S1 to S12. */
@Timeout(300)
public abstract class SourceContract {

  private static final Duration LONG = Duration.ofMinutes(3);
  private static final Duration BOUND = Duration.ofSeconds(10);

  private SourceFixture fixture;
  private SourceTrial trial;
  private TableId users;

  /** For subclasses. */
  protected SourceContract() {}

  /** The server under test; called once for each test. */
  protected abstract SourceFixture fixture();

  @BeforeEach
  final void createTables() {
    fixture = fixture();
    trial = new SourceTrial(fixture);
    users = trial.create(trial.table("users").integer("id").nullableText("name").primaryKey("id"));
  }

  private static Row user(long id, String name) {
    return Row.of(id, name);
  }

  private void insert(long... ids) {
    fixture.commit(
        edit -> {
          for (long id : ids) {
            edit.insert(users, user(id, "name " + id));
          }
        });
  }

  @Test
  final void s1_goesOnExactlyBehindAPosition() throws InterruptedException {
    List<Position> positions = new ArrayList<>();
    List<List<TableChange>> all;
    try (StreamTap tap = trial.tap()) {
      positions.add(tap.position());
      insert(1);
      insert(2, 3);
      fixture.commit(edit -> edit.update(users, Row.of(2L), user(2, "changed")));
      fixture.commit(edit -> edit.delete(users, Row.of(1L)));
      tap.untilMarker(trial.mark());
      tap.parts().forEach(part -> part.end().ifPresent(positions::add));
      all = tap.transactions();
    }
    assertThat(all).hasSize(4);

    for (int done = 0; done <= all.size(); done++) {
      Position from = fixture.source().parsePosition(positions.get(done).toString());
      try (StreamTap tap = trial.tap(from)) {
        tap.untilMarker(1);
        assertThat(tap.transactions()).as("behind '%s'", from).isEqualTo(all.subList(done, 4));
      }
    }
  }

  @Test
  final void s2_printsPositionsThatParseToEqualOnesInTheSameOrder() throws InterruptedException {
    List<Position> positions = new ArrayList<>();
    try (StreamTap tap = trial.tap()) {
      positions.add(tap.position());
      insert(1);
      insert(2);
      insert(3);
      tap.untilMarker(trial.mark());
      tap.parts().forEach(part -> part.end().ifPresent(positions::add));
      positions.add(tap.position());
    }

    for (int i = 0; i < positions.size(); i++) {
      String text = positions.get(i).toString();
      Position parsed = fixture.source().parsePosition(text);
      assertThat(text).isNotEmpty().doesNotContain("\n");
      assertThat(parsed.toString()).isEqualTo(text);
      for (int j = 0; j < positions.size(); j++) {
        assertThat(Integer.signum(parsed.compareTo(positions.get(j))))
            .as("'%s' against '%s'", text, positions.get(j))
            .isEqualTo(Integer.compare(i, j));
      }
    }
  }

  @Test
  final void s2_refusesTextThatIsNoPosition() {
    for (String text : List.of("", "nonsense", "\n", "-1")) {
      assertThatThrownBy(() -> fixture.source().parsePosition(text))
          .as("'%s'", text)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  final void s3_keepsThePartsOfATransactionTogether() throws InterruptedException {
    int rows = 5000;
    try (StreamTap tap = trial.tap()) {
      insert(1);
      fixture.commit(
          edit -> {
            for (long id = 2; id < rows + 2; id++) {
              edit.insert(users, user(id, "name"));
            }
          });
      insert(rows + 2);
      tap.untilMarker(trial.mark());

      assertThat(tap.transactions().stream().map(List::size)).containsExactly(1, rows, 1);
      TransactionId open = null;
      Set<TransactionId> closed = new HashSet<>();
      for (TransactionPart<TableChange> part : tap.parts()) {
        assertThat(open == null || part.transaction().equals(open)).isTrue();
        assertThat(closed).doesNotContain(part.transaction());
        open = part.isLast() ? null : part.transaction();
        if (part.isLast()) {
          closed.add(part.transaction());
        }
      }
      assertThat(closed).hasSize(3);
    }
  }

  @Test
  final void s4_movesItsPositionOverWhatIsNothingForTheJob() throws InterruptedException {
    TableId other = trial.createUnselected(trial.table("other").integer("id").primaryKey("id"));
    try (StreamTap tap = trial.tap()) {
      Position before = tap.position();
      fixture.commit(edit -> edit.insert(other, Row.of(1L)));
      Position end = SourceTrial.only(tap.session().currentPositions()).getValue();
      assertThat(end).isGreaterThan(before);

      tap.until(() -> tap.position().compareTo(end) >= 0, "position '" + end + "'");

      assertThat(tap.parts()).isEmpty();
    }
  }

  @Test
  final void s5_neverGivesWhatWasRolledBack() throws InterruptedException {
    try (StreamTap tap = trial.tap()) {
      assertThatThrownBy(
              () ->
                  fixture.commit(
                      edit -> {
                        edit.insert(users, user(1, "gone"));
                        throw new UnsupportedOperationException("roll back");
                      }))
          .isInstanceOf(UnsupportedOperationException.class);
      insert(2);
      tap.untilMarker(trial.mark());

      assertThat(tap.transactions()).hasSize(1);
      assertThat(((RowInsert) tap.transactions().get(0).get(0)).after().value(0)).isEqualTo(2L);
    }
  }

  @Test
  final void s6_waitsForChangesOnlySoLong() throws InterruptedException {
    try (StreamTap tap = trial.tap()) {
      tap.untilMarker(trial.mark());
      long began = System.nanoTime();
      ChangeBatch<TableChange> batch = tap.reader().poll(Duration.ofMillis(200));

      assertThat(batch.parts()).isEmpty();
      assertThat(System.nanoTime() - began).isLessThan(BOUND.toNanos());
    }
  }

  @Test
  final void s6_handsOnAChangeAsSoonAsThereIsOne() throws Exception {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try (StreamTap tap = trial.tap()) {
      tap.untilMarker(trial.mark());
      Future<?> commit = threads.submit(() -> insert(1));
      long began = System.nanoTime();
      ChangeBatch<TableChange> batch = tap.reader().poll(LONG);
      while (batch.parts().isEmpty()) {
        batch = tap.reader().poll(LONG);
      }

      assertThat(System.nanoTime() - began).isLessThan(LONG.toNanos() / 2);
      commit.get(1, TimeUnit.MINUTES);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  final void s7_endsAPollWhenItIsClosed() throws Exception {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try (StreamTap tap = trial.tap()) {
      tap.untilMarker(trial.mark());
      Future<Boolean> poll =
          threads.submit(
              () -> {
                try {
                  tap.reader().poll(LONG);
                } catch (RuntimeException e) {
                  return false; // The way in which it ends is its own.
                }
                return true;
              });
      assertThatThrownBy(() -> poll.get(300, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);

      tap.reader().close();

      assertThat(poll.get(BOUND.toSeconds(), TimeUnit.SECONDS)).isIn(true, false);
      tap.reader().close();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  final void s8_takesAnAcknowledgementAtAnyTime() throws InterruptedException {
    try (StreamTap tap = trial.tap()) {
      Position start = tap.position();
      tap.reader().acknowledge(start);
      insert(1);
      tap.untilMarker(trial.mark());
      tap.reader().acknowledge(tap.position());
      tap.reader().acknowledge(tap.position());
      tap.reader().acknowledge(start);
      insert(2);
      tap.untilMarker(trial.mark());

      assertThat(tap.transactions()).hasSize(2);
    }
  }

  @Test
  final void s9_givesWholeRowsBeforeAndAfter() throws InterruptedException {
    try (StreamTap tap = trial.tap()) {
      fixture.commit(
          edit -> {
            edit.insert(users, user(1, "first"));
            edit.update(users, Row.of(1L), Row.of(1L, null));
            edit.update(users, Row.of(1L), user(2, "moved"));
            edit.delete(users, Row.of(2L));
          });
      tap.untilMarker(trial.mark());

      List<TableChange> changes = tap.transactions().get(0);
      assertThat(changes).hasSize(4).allMatch(change -> change.table().id().equals(users));
      assertThat(((RowInsert) changes.get(0)).after()).isEqualTo(user(1, "first"));
      assertThat(((RowUpdate) changes.get(1)).before()).isEqualTo(user(1, "first"));
      assertThat(((RowUpdate) changes.get(1)).after()).isEqualTo(Row.of(1L, null));
      assertThat(((RowUpdate) changes.get(2)).before()).isEqualTo(Row.of(1L, null));
      assertThat(((RowUpdate) changes.get(2)).after()).isEqualTo(user(2, "moved"));
      assertThat(((RowDelete) changes.get(3)).before()).isEqualTo(user(2, "moved"));
    }
  }

  @Test
  final void s10_knowsWhichTransactionsAPositionIncludes() throws InterruptedException {
    try (StreamTap tap = trial.tap()) {
      List<Position> positions = new ArrayList<>(List.of(tap.position()));
      insert(1);
      insert(2);
      insert(3);
      tap.untilMarker(trial.mark());
      tap.parts().forEach(part -> positions.add(part.end().orElseThrow()));

      for (int at = 0; at < positions.size(); at++) {
        for (int number = 0; number < tap.parts().size(); number++) {
          assertThat(positions.get(at).includes(tap.parts().get(number).transaction()))
              .as("transaction %d at '%s'", number, positions.get(at))
              .isEqualTo(number < at);
        }
      }
    }
  }

  @Test
  final void s11_saysThatAPositionIsLostWhenItsLogIsGone() throws InterruptedException {
    Position lost;
    try (StreamTap tap = trial.tap()) {
      lost = tap.position();
      insert(1);
      tap.untilMarker(trial.mark());
    }

    fixture.purgeLog();
    insert(2);

    assertThatThrownBy(
            () -> {
              try (StreamTap tap = trial.tap(lost)) {
                tap.untilMarker(trial.mark());
              }
            })
        .isInstanceOf(PositionLostException.class);
  }

  @Test
  final void s12_stopsInFrontOfWhatItCannotCarry() throws InterruptedException {
    try (StreamTap tap = trial.tap()) {
      insert(1);
      fixture.changeBeyondRows(users);
      trial.mark();

      assertThatThrownBy(() -> tap.until(() -> tap.transactions().size() > 1, "two transactions"))
          .isInstanceOf(UnsupportedChangeException.class)
          .hasMessageContaining("users");
      assertThat(tap.transactions()).hasSize(1);
    }
  }
}
