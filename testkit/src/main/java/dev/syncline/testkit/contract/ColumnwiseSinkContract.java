package dev.syncline.testkit.contract;

import static dev.syncline.change.Row.ABSENT;
import static dev.syncline.testkit.contract.SinkTrial.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.ChangeRejectedException;
import dev.syncline.ColumnwiseSink;
import dev.syncline.JobRun;
import dev.syncline.LaneWriter;
import dev.syncline.change.Row;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules of a sink that takes changes of which only some columns are known, P1 to P5. */
@Timeout(300)
public abstract class ColumnwiseSinkContract {

  private static final Map<String, String> FIRST = Map.of("stream", "position:0");
  private static final Map<String, String> SECOND = Map.of("stream", "position:1");

  private SinkFixture fixture;
  private SinkTrial trial;
  private ColumnwiseSink<TableChange> sink;
  private JobRun run;

  /** For subclasses. */
  protected ColumnwiseSinkContract() {}

  /** The server under test; called once for each test. */
  protected abstract SinkFixture fixture();

  @BeforeEach
  final void startJob() {
    fixture = fixture();
    trial = new SinkTrial(fixture);
    sink = (ColumnwiseSink<TableChange>) fixture.sink();
    run = new JobRun("job of " + trial.database(), "id of " + trial.database(), 1);
    run = run.withEpoch(sink.takeOver(run, FIRST).epoch());
  }

  private void write(TableChange... changes) throws InterruptedException {
    try (LaneWriter<TableChange> lane = sink.openLane(run, 0)) {
      lane.write(List.of(changes));
      lane.commit(SECOND);
    }
  }

  private List<Row> users() {
    return fixture.rows(trial.users());
  }

  /** All that is known of a user's row before a change. */
  private static Row address(long id) {
    return Row.of(id, ABSENT, ABSENT);
  }

  private RowUpdate email(long id, String email) {
    return new RowUpdate(trial.users(), address(id), Row.of(id, email, ABSENT));
  }

  private RowUpdate note(long id, @Nullable String note) {
    return new RowUpdate(trial.users(), address(id), Row.of(id, ABSENT, note));
  }

  private RowUpdate move(long from, long to) {
    return new RowUpdate(trial.users(), address(from), Row.of(to, ABSENT, ABSENT));
  }

  @Test
  final void p1_changesTheColumnsThatItHasAndNoOther() throws InterruptedException {
    write(
        trial.insert(user(1, "one", "kept")),
        trial.insert(user(2, "two", "kept")),
        trial.insert(user(3, "three", "kept")));

    write(email(1, "changed"));
    write(note(2, null));

    assertThat(users())
        .containsExactlyInAnyOrder(
            user(1, "changed", "kept"), user(2, "two", null), user(3, "three", "kept"));
  }

  @Test
  final void p1_comesToWhatTheChangesComeToOneByOne() throws InterruptedException {
    write(
        trial.insert(user(1, "one", "old")),
        trial.insert(user(2, "two", "old")),
        trial.insert(user(3, "three", "old")),
        trial.insert(user(4, "four", "old")));

    write(
        email(1, "first"),
        note(1, "second"),
        email(1, "third"),
        note(2, "lost"),
        trial.delete(address(2)),
        trial.insert(user(2, "again", null)),
        note(2, "new"),
        note(3, "lost too"),
        trial.update(address(3), user(3, "whole", null)),
        trial.insert(user(5, "five", "old")),
        email(5, "5"),
        note(4, "gone"),
        trial.delete(address(4)));

    assertThat(users())
        .containsExactlyInAnyOrder(
            user(1, "third", "second"),
            user(2, "again", "new"),
            user(3, "whole", null),
            user(5, "5", "old"));
  }

  @Test
  final void p2_rejectsAnUpdateOfARowThatIsNotThere() throws InterruptedException {
    write(trial.insert(user(1)));

    assertThatThrownBy(() -> write(trial.insert(user(2)), note(3, "secret")))
        .isInstanceOf(ChangeRejectedException.class)
        .hasMessageContaining("users")
        .hasMessageNotContaining("secret");

    assertThat(users()).containsExactly(user(1));
  }

  @Test
  final void p2_leavesOutAnEarlyUpdateOfARowThatIsNotThere() throws InterruptedException {
    write(trial.insert(user(1)));

    write(note(3, "early").asEarly(), note(1, "there").asEarly(), note(1, "still").asEarly());

    assertThat(users()).containsExactly(user(1, "mail 1", "still"));
  }

  @Test
  final void p2_doesNotTakeARowThatIsAsItIsToBecomeForOneThatIsNotThere()
      throws InterruptedException {
    write(trial.insert(user(1, "one", "same")));

    write(note(1, "same"));

    assertThat(users()).containsExactly(user(1, "one", "same"));
  }

  @Test
  final void p3_movesARowWithTheValuesThatItHas() throws InterruptedException {
    write(trial.insert(user(1, "one", "a")), trial.insert(user(2, "two", "b")));

    write(
        move(2, 3),
        new RowUpdate(trial.users(), address(1), Row.of(2L, ABSENT, "moved")),
        note(3, "after"));

    assertThat(users()).containsExactlyInAnyOrder(user(2, "one", "moved"), user(3, "two", "after"));
  }

  @Test
  final void p3_rejectsAMoveOfARowThatIsNotThereAlsoIfItIsEarly() throws InterruptedException {
    write(trial.insert(user(1)));

    for (RowUpdate move : List.of(move(2, 3), move(2, 3).asEarly())) {
      assertThatThrownBy(() -> write(move))
          .isInstanceOf(ChangeRejectedException.class)
          .hasMessageContaining("users");
    }
    assertThat(users()).containsExactly(user(1));
  }

  @Test
  final void p4_letsUniqueValuesMoveBetweenRows() throws InterruptedException {
    write(
        trial.insert(user(1, "a", "1")),
        trial.insert(user(2, "b", "2")),
        trial.insert(user(3, "c", "3")));

    write(email(3, "d"), email(2, "c"), email(1, "b"));
    write(email(1, "x"), email(2, "b"), email(1, "c"));
    write(trial.delete(address(3)), email(2, "d"), trial.insert(user(4, "b", null)));

    assertThat(users())
        .containsExactlyInAnyOrder(user(1, "c", "1"), user(2, "d", "2"), user(4, "b", null));
  }

  @Test
  final void p5_neverTouchesARowThatIsNotAddressed() throws InterruptedException {
    write(trial.insert(user(1, "taken", "keep")), trial.insert(user(2, "free", null)));

    List<TableChange> rejected = List.of(email(2, "taken"), move(2, 1));

    for (TableChange change : rejected) {
      assertThatThrownBy(() -> write(change))
          .isInstanceOf(ChangeRejectedException.class)
          .hasMessageContaining("users")
          .hasMessageNotContaining("taken");
      assertThat(users())
          .containsExactlyInAnyOrder(user(1, "taken", "keep"), user(2, "free", null));
    }
  }
}
