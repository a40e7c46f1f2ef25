package dev.syncline.testkit.contract;

import static dev.syncline.testkit.contract.SinkTrial.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.ChangeRejectedException;
import dev.syncline.Completion;
import dev.syncline.OwnershipLostException;
import dev.syncline.SnapshotSink;
import dev.syncline.SnapshotWriter;
import dev.syncline.SnapshotWriter.ExistingRows;
import dev.syncline.SnapshotWriter.Portion;
import dev.syncline.change.KeyRange;
import dev.syncline.change.Row;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The rules of a sink of tables that keeps a job's progress together with its data: those of {@link
 * ProgressContract}, and X8, X9 and X13.
 */
public abstract class TransactionalSinkContract extends ProgressContract<TableChange> {

  /** Users whose ids are the numbers. */
  private record Users(SinkFixture fixture, SinkTrial trial, SnapshotSink sink)
      implements Numbers<TableChange> {

    @Override
    public String job() {
      return trial.database();
    }

    @Override
    public TableChange put(int number) {
      return trial.insert(user(number));
    }

    @Override
    public TableChange take(int number) {
      return trial.delete(user(number));
    }

    @Override
    public List<Integer> found() {
      return rows().stream().map(Users::id).toList();
    }

    private static int id(Row user) {
      return ((Number) Objects.requireNonNull(user.value(0))).intValue();
    }

    List<Row> rows() {
      return fixture.rows(trial.users());
    }
  }

  /** For subclasses. */
  protected TransactionalSinkContract() {}

  /** The server under test; called once for each test. */
  protected abstract SinkFixture fixture();

  @Override
  final Numbers<TableChange> describe() {
    SinkFixture fixture = fixture();
    return new Users(fixture, new SinkTrial(fixture), (SnapshotSink) fixture.sink());
  }

  private Users table() {
    return (Users) numbers();
  }

  private SinkTrial trial() {
    return table().trial();
  }

  private List<Row> users() {
    return table().rows();
  }

  private SnapshotWriter openRows() {
    return table().sink().openSnapshotWriter(run());
  }

  private Portion portion(Optional<Completion> completes, Row... rows) {
    List<SnapshotRow> copies = List.of(rows).stream().map(trial()::copy).toList();
    return new Portion(trial().users(), copies, ExistingRows.OVERWRITE, completes);
  }

  private static Optional<Completion> completes(String after, String upTo, String asOf) {
    return Optional.of(new Completion(new KeyRange(after, upTo), asOf));
  }

  @Test
  final void x3_fencesTheSnapshotOfAnEarlierRun() throws InterruptedException {
    try (SnapshotWriter old = openRows()) {
      old.write(portion(Optional.empty(), user(1)));
      takeOverAgain();

      assertThatThrownBy(() -> old.write(portion(completes("", "", ""), user(2))))
          .isInstanceOf(OwnershipLostException.class);
    }
    try (SnapshotWriter old = openRows()) {
      assertThatThrownBy(() -> old.clear(trial().users()))
          .isInstanceOf(OwnershipLostException.class);
    }

    assertThat(users()).containsExactly(user(1));
    assertThat(takeOverAgain().completed()).isEmpty();
  }

  @Test
  final void x8_recordsCompletionsWithTheirRows() throws InterruptedException {
    String longBound = "k".repeat(2000);
    try (SnapshotWriter writer = openRows()) {
      writer.write(portion(Optional.empty(), user(1)));
      writer.write(portion(completes("", "5", ""), user(2)));
      writer.write(portion(completes("5", longBound, ""), user(6)));
      writer.write(portion(completes(longBound, "", "position:7")));
    }

    assertThat(users()).containsExactlyInAnyOrder(user(1), user(2), user(6));
    assertThat(takeOverAgain().completed().get(trial().users().id()))
        .containsExactlyInAnyOrder(
            new Completion(new KeyRange("", "5"), ""),
            new Completion(new KeyRange("5", longBound), ""),
            new Completion(new KeyRange(longBound, ""), "position:7"));
  }

  @Test
  final void x8_recordsNoCompletionWithoutItsRows() throws InterruptedException {
    try (SnapshotWriter writer = openRows()) {
      writer.write(portion(Optional.empty(), user(1, "taken", null)));
      Portion rejected = portion(completes("", "", ""), user(2), user(3, "taken", null), user(4));

      assertThatThrownBy(() -> writer.write(rejected)).isInstanceOf(ChangeRejectedException.class);
    }

    assertThat(users()).containsExactly(user(1, "taken", null));
    assertThat(takeOverAgain().completed()).isEmpty();
  }

  @Test
  final void x8_recordsPartsWithoutRowsAndPartsThatOverlap() throws InterruptedException {
    try (SnapshotWriter writer = openRows()) {
      writer.write(portion(completes("begun", "begun", ""), user(1)));
      assertThat(takeOverAgain().completed().get(trial().users().id()))
          .containsExactly(new Completion(new KeyRange("begun", "begun"), ""));
    }
    goOn();
    try (SnapshotWriter writer = openRows()) {
      writer.write(portion(completes("", "", "position:7")));
    }

    assertThat(takeOverAgain().completed().get(trial().users().id()))
        .containsExactlyInAnyOrder(
            new Completion(new KeyRange("begun", "begun"), ""),
            new Completion(KeyRange.ALL, "position:7"));
  }

  @Test
  final void x9_overwritesOrKeepsExistingRowsAsToldTo() throws InterruptedException {
    try (SnapshotWriter writer = openRows()) {
      writer.write(portion(Optional.empty(), user(1), user(2)));
      writer.write(portion(Optional.empty(), user(1, "over", "written")));
      List<SnapshotRow> rows =
          List.of(trial().copy(user(2, "ignored", null)), trial().copy(user(3)));
      writer.write(new Portion(trial().users(), rows, ExistingRows.KEEP, Optional.empty()));
    }

    assertThat(users()).containsExactlyInAnyOrder(user(1, "over", "written"), user(2), user(3));
  }

  @Test
  final void x9_clearsATableAndWhatIsRecordedOfIt() throws InterruptedException {
    try (SnapshotWriter writer = openRows()) {
      writer.write(portion(completes("begun", "begun", ""), user(1), user(2)));

      writer.clear(trial().users());

      assertThat(users()).isEmpty();
      writer.write(portion(Optional.empty(), user(3)));
      assertThat(users()).containsExactly(user(3));
    }
    assertThat(takeOverAgain().completed()).isEmpty();
  }

  @Test
  final void x13_forgetsWhatIsRecordedOfATableAndLeavesItsRows() throws InterruptedException {
    try (SnapshotWriter writer = openRows()) {
      writer.write(portion(completes("", "5", ""), user(1), user(2)));

      writer.forget(trial().users());

      assertThat(users()).containsExactlyInAnyOrder(user(1), user(2));
      assertThat(takeOverAgain().completed()).isEmpty();
    }
    try (SnapshotWriter old = openRows()) {
      assertThatThrownBy(() -> old.forget(trial().users()))
          .isInstanceOf(OwnershipLostException.class);
    }
  }
}
