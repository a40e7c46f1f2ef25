package dev.syncline.testkit.contract;

import static dev.syncline.testkit.contract.SinkTrial.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.ChangeRejectedException;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules of writing changes, W1 to W9. */
@Timeout(300)
public abstract class SinkContract {

  private SinkFixture fixture;
  private SinkTrial trial;
  private TrialJob<TableChange> job;

  /** For subclasses. */
  protected SinkContract() {}

  /** The server under test; called once for each test. */
  protected abstract SinkFixture fixture();

  @BeforeEach
  final void createTables() {
    fixture = fixture();
    trial = new SinkTrial(fixture);
    job = new TrialJob<>(fixture.sink(), trial.database());
  }

  private void write(TableChange... changes) throws InterruptedException {
    job.write(List.of(changes));
  }

  private List<Row> users() {
    return fixture.rows(trial.users());
  }

  @Test
  final void w1_hasWrittenWhenItReturns() throws InterruptedException {
    try (TrialJob.Opened<TableChange> opened = job.open()) {
      opened.write(List.of(trial.insert(user(1)), trial.insert(user(2, "two", "note"))));
      assertThat(users()).containsExactlyInAnyOrder(user(1), user(2, "two", "note"));

      opened.write(List.of(trial.copy(user(3))));
      assertThat(users()).hasSize(3);
    }
    assertThat(users()).hasSize(3);
  }

  @Test
  final void w2_letsTheLastWriteOfAKeyWin() throws InterruptedException {
    write(
        trial.insert(user(1)),
        trial.update(user(1), user(1, "changed", "first")),
        trial.delete(user(1, "changed", "first")),
        trial.insert(user(1, "again", null)),
        trial.update(user(1, "again", null), user(1, "again", "last")),
        trial.insert(user(2)),
        trial.delete(user(2)));

    assertThat(users()).containsExactly(user(1, "again", "last"));
  }

  @Test
  final void w2_writesOverARowThatIsThere() throws InterruptedException {
    write(trial.insert(user(1)), trial.insert(user(2)));

    write(trial.insert(user(1, "other", "new")), trial.copy(user(2, "copied", null)));

    assertThat(users()).containsExactlyInAnyOrder(user(1, "other", "new"), user(2, "copied", null));
  }

  @Test
  final void w3_takesADeleteOfAMissingRowForDone() throws InterruptedException {
    write(trial.delete(user(1)), trial.insert(user(2)));

    assertThat(users()).containsExactly(user(2));
  }

  @Test
  final void w3_insertsARowWhoseUpdateFindsNone() throws InterruptedException {
    write(trial.update(user(1), user(1, "changed", null)));

    assertThat(users()).containsExactly(user(1, "changed", null));
  }

  @Test
  final void w4_comesToTheSameEndWhenChangesComeAgain() throws InterruptedException {
    TableChange[] changes = {
      trial.insert(user(1)),
      trial.insert(user(2)),
      trial.update(user(1), user(1, "changed", null)),
      trial.update(user(2), user(3)),
      trial.insert(user(4)),
      trial.delete(user(4))
    };
    write(changes);
    List<Row> once = users();

    write(changes);

    assertThat(once).containsExactlyInAnyOrder(user(1, "changed", null), user(3));
    assertThat(users()).containsExactlyInAnyOrderElementsOf(once);
  }

  @Test
  final void w5_neverTouchesARowThatIsNotAddressed() throws InterruptedException {
    write(trial.insert(user(1, "taken", "keep")));

    List<TableChange> rejected =
        List.of(
            trial.insert(user(2, "taken", "intruder")),
            trial.copy(user(2, "taken", "intruder")),
            trial.update(user(2), user(2, "taken", "intruder")));

    for (TableChange change : rejected) {
      assertThatThrownBy(() -> write(change))
          .as(change.getClass().getSimpleName())
          .isInstanceOf(ChangeRejectedException.class)
          .hasMessageContaining("users")
          .hasMessageNotContaining("intruder");
      assertThat(users()).containsExactly(user(1, "taken", "keep"));
    }
  }

  @Test
  final void w5_neverTouchesARowThatIsNotAddressedAmongMany() throws InterruptedException {
    write(trial.insert(user(100, "taken", "keep")));
    List<TableChange> changes = new ArrayList<>();
    for (long id = 0; id < 50; id++) {
      changes.add(trial.insert(id == 25 ? user(id, "taken", "intruder") : user(id)));
    }

    assertThatThrownBy(() -> write(changes.toArray(TableChange[]::new)))
        .isInstanceOf(ChangeRejectedException.class);

    assertThat(users()).contains(user(100, "taken", "keep"));
    assertThat(users()).noneMatch(row -> "intruder".equals(row.value(2)));
  }

  @Test
  final void w6_letsUniqueValuesMoveBetweenRows() throws InterruptedException {
    write(
        trial.insert(user(1, "a", null)),
        trial.insert(user(2, "b", null)),
        trial.insert(user(3, "c", null)));

    write(
        trial.update(user(3, "c", null), user(3, "d", null)),
        trial.update(user(2, "b", null), user(2, "c", null)),
        trial.update(user(1, "a", null), user(1, "b", null)));
    assertThat(users())
        .containsExactlyInAnyOrder(user(1, "b", null), user(2, "c", null), user(3, "d", null));

    write(
        trial.update(user(1, "b", null), user(1, "x", null)),
        trial.update(user(2, "c", null), user(2, "b", null)),
        trial.update(user(1, "x", null), user(1, "c", null)),
        trial.delete(user(3, "d", null)),
        trial.insert(user(4, "d", "heir")));
    assertThat(users())
        .containsExactlyInAnyOrder(user(1, "c", null), user(2, "b", null), user(4, "d", "heir"));
  }

  @Test
  final void w7_movesARowWhoseKeyChanges() throws InterruptedException {
    write(trial.insert(user(1)), trial.insert(user(2)));

    write(
        trial.update(user(1), user(5, "mail 1", null)),
        trial.update(user(2), user(1, "mail 2", null)),
        trial.update(user(5, "mail 1", null), user(2, "mail 1", null)));

    assertThat(users()).containsExactlyInAnyOrder(user(1, "mail 2", null), user(2, "mail 1", null));
  }

  @Test
  final void w8_countsTheRowsOfATableWithoutKey() throws InterruptedException {
    Row line = Row.of(1L, "line");
    Row empty = Row.of(2L, null);

    write(
        new RowInsert(trial.keyless(), line),
        new RowInsert(trial.keyless(), line),
        new RowInsert(trial.keyless(), line),
        new RowInsert(trial.keyless(), empty),
        new RowInsert(trial.keyless(), empty),
        new RowDelete(trial.keyless(), line),
        new RowUpdate(trial.keyless(), empty, Row.of(2L, "filled")));

    assertThat(fixture.rows(trial.keyless()))
        .containsExactlyInAnyOrder(line, line, empty, Row.of(2L, "filled"));
  }

  @Test
  final void w9_closesTwiceAndInAnyState() throws InterruptedException {
    TrialJob.Opened<TableChange> unused = job.open();
    unused.close();
    unused.close();

    TrialJob.Opened<TableChange> used = job.open();
    used.write(List.of(trial.insert(user(1))));
    used.close();
    used.close();

    assertThat(users()).containsExactly(user(1));
  }
}
