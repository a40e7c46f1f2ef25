package dev.syncline.testkit.contract;

import static dev.syncline.testkit.contract.SinkTrial.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.ChangeRejectedException;
import dev.syncline.Completion;
import dev.syncline.JobRun;
import dev.syncline.LaneWriter;
import dev.syncline.OwnershipLostException;
import dev.syncline.PreparingLaneWriter;
import dev.syncline.ProgressLostException;
import dev.syncline.SnapshotSink;
import dev.syncline.SnapshotWriter;
import dev.syncline.SnapshotWriter.ExistingRows;
import dev.syncline.SnapshotWriter.Portion;
import dev.syncline.SyncException;
import dev.syncline.TargetProgress;
import dev.syncline.TransientException;
import dev.syncline.change.KeyRange;
import dev.syncline.change.Row;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules of a sink that keeps a job's progress together with its data, X1 to X13. */
@Timeout(300)
public abstract class TransactionalSinkContract {

  private static final String STREAM = "stream";
  private static final Map<String, String> FIRST = Map.of(STREAM, "position:0");
  private static final Map<String, String> SECOND = Map.of(STREAM, "position:1");

  private SinkFixture fixture;
  private SinkTrial trial;
  private SnapshotSink sink;
  private JobRun run;

  /** For subclasses. */
  protected TransactionalSinkContract() {}

  /** The server under test; called once for each test. */
  protected abstract SinkFixture fixture();

  @BeforeEach
  final void startJob() {
    fixture = fixture();
    trial = new SinkTrial(fixture);
    sink = (SnapshotSink) fixture.sink();
    run = new JobRun("job of " + trial.database(), "id of " + trial.database(), 1);
    run = run.withEpoch(sink.takeOver(run, FIRST).epoch());
  }

  private List<Row> users() {
    return fixture.rows(trial.users());
  }

  private TargetProgress takeOverAgain() {
    return sink.takeOver(run.withEpoch(run.epoch() + 1), Map.of());
  }

  private Portion portion(Optional<Completion> completes, Row... rows) {
    List<SnapshotRow> copies = List.of(rows).stream().map(trial::copy).toList();
    return new Portion(trial.users(), copies, ExistingRows.OVERWRITE, completes);
  }

  private static Optional<Completion> completes(String after, String upTo, String asOf) {
    return Optional.of(new Completion(new KeyRange(after, upTo), asOf));
  }

  @Test
  final void x1_hidesAndForgetsWhatWasNotCommitted() throws InterruptedException {
    try (LaneWriter<TableChange> lane = sink.openLane(run, 0)) {
      lane.write(List.of(trial.insert(user(1))));
      lane.write(List.of(trial.insert(user(2))));
      assertThat(users()).isEmpty();
    }

    assertThat(users()).isEmpty();
    assertThat(takeOverAgain().lanes()).containsExactly(FIRST);
  }

  @Test
  final void x2_movesThePositionWithTheRows() throws InterruptedException {
    try (LaneWriter<TableChange> lane = sink.openLane(run, 0)) {
      lane.write(List.of(trial.insert(user(1))));
      lane.write(List.of(trial.insert(user(2))));
      lane.commit(SECOND);
      assertThat(users()).containsExactlyInAnyOrder(user(1), user(2));

      lane.write(List.of(trial.insert(user(3))));
    }

    assertThat(users()).hasSize(2);
    assertThat(takeOverAgain().lanes()).containsExactly(SECOND);
  }

  @Test
  final void x12_writesWhatWasPreparedAhead() throws InterruptedException {
    try (LaneWriter<TableChange> lane = sink.openLane(run, 0)) {
      lane.write(List.of(trial.insert(user(1))));
      lane.commit(SECOND);
      PreparingLaneWriter.Prepared second = prepare(lane, trial.insert(user(2)));
      PreparingLaneWriter.Prepared third = prepare(lane, trial.delete(user(2)));
      PreparingLaneWriter.Prepared fourth = prepare(lane, trial.insert(user(3)));
      assertThat(users()).containsExactly(user(1));

      second.write();
      lane.commit(Map.of(STREAM, "position:2"));
      assertThat(users()).containsExactlyInAnyOrder(user(1), user(2));
      third.write();
      fourth.write();
      lane.commit(Map.of(STREAM, "position:3"));
    }

    assertThat(users()).containsExactlyInAnyOrder(user(1), user(3));
    assertThat(takeOverAgain().lanes()).containsExactly(Map.of(STREAM, "position:3"));
  }

  private static PreparingLaneWriter.Prepared prepare(
      LaneWriter<TableChange> lane, TableChange change) {
    return lane instanceof PreparingLaneWriter<TableChange> preparing
        ? preparing.prepare(List.of(change))
        : () -> lane.write(List.of(change));
  }

  @Test
  final void x2_movesThePositionWithoutRows() throws InterruptedException {
    try (LaneWriter<TableChange> lane = sink.openLane(run, 0)) {
      lane.commit(SECOND);
    }

    assertThat(takeOverAgain().lanes()).containsExactly(SECOND);
  }

  @Test
  final void x3_fencesTheLaneOfAnEarlierRun() throws InterruptedException {
    try (LaneWriter<TableChange> old = sink.openLane(run, 0)) {
      old.write(List.of(trial.insert(user(1))));
      old.commit(SECOND);
      TargetProgress progress = takeOverAgain();

      assertThatThrownBy(
              () -> {
                old.write(List.of(trial.insert(user(2))));
                old.commit(Map.of(STREAM, "position:2"));
              })
          .isInstanceOf(OwnershipLostException.class);
      assertThat(progress.lanes()).containsExactly(SECOND);
    }
    try (LaneWriter<TableChange> old = sink.openLane(run, 0)) {
      assertThatThrownBy(() -> old.commit(Map.of(STREAM, "position:2")))
          .isInstanceOf(OwnershipLostException.class);
    }

    assertThat(users()).containsExactly(user(1));
    assertThat(sink.takeOver(run, Map.of()).lanes()).containsExactly(SECOND);
  }

  @Test
  final void x3_fencesTheSnapshotOfAnEarlierRun() throws InterruptedException {
    try (SnapshotWriter old = sink.openSnapshotWriter(run)) {
      old.write(portion(Optional.empty(), user(1)));
      takeOverAgain();

      assertThatThrownBy(() -> old.write(portion(completes("", "", ""), user(2))))
          .isInstanceOf(OwnershipLostException.class);
    }
    try (SnapshotWriter old = sink.openSnapshotWriter(run)) {
      assertThatThrownBy(() -> old.clear(trial.users())).isInstanceOf(OwnershipLostException.class);
    }

    assertThat(users()).containsExactly(user(1));
    assertThat(sink.takeOver(run, Map.of()).completed()).isEmpty();
  }

  @Test
  final void x4_letsNothingOfAnEarlierRunCommitAfterATakeOver() throws Exception {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    LaneWriter<TableChange> old = sink.openLane(run, 0);
    try {
      old.write(List.of(trial.insert(user(1))));
      Future<TargetProgress> takeOver = threads.submit(this::takeOverAgain);

      if (succeeds(takeOver)) {
        assertThatThrownBy(() -> old.commit(SECOND)).isInstanceOf(SyncException.class);
        assertThat(takeOver.get().lanes()).containsExactly(FIRST);
      } else {
        old.close();
        assertThat(takeOverAgain().lanes()).containsExactly(FIRST);
      }
      assertThat(users()).isEmpty();
    } finally {
      old.close();
      threads.shutdownNow();
    }
  }

  /** Whether a take-over ends without the excuse that it may succeed later. */
  private static boolean succeeds(Future<TargetProgress> takeOver) throws Exception {
    try {
      takeOver.get(4, TimeUnit.MINUTES);
      return true;
    } catch (ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(TransientException.class);
      return false;
    }
  }

  @Test
  final void x5_raisesTheEpochOverBothThatItKnows() {
    long epoch = run.epoch();

    assertThat(sink.takeOver(run.withEpoch(1), Map.of()).epoch()).isEqualTo(epoch + 1);
    assertThat(sink.takeOver(run.withEpoch(100), Map.of()).epoch()).isEqualTo(100);
    assertThat(sink.takeOver(run.withEpoch(100), Map.of()).epoch()).isEqualTo(101);
  }

  @Test
  final void x6_refusesToGoOnWithoutRecords() {
    JobRun unknown = new JobRun("unknown " + run.job(), "unknown " + run.jobId(), 2);

    assertThatThrownBy(() -> sink.takeOver(unknown, Map.of()))
        .isInstanceOf(ProgressLostException.class)
        .hasMessageContaining("'" + unknown.job() + "'");
  }

  @Test
  final void x6_refusesTheRecordsOfAnotherJobOfThatName() throws InterruptedException {
    JobRun other = new JobRun(run.job(), "another id", run.epoch() + 1);

    for (Map<String, String> positions : List.of(Map.<String, String>of(), FIRST)) {
      assertThatThrownBy(() -> sink.takeOver(other, positions))
          .isInstanceOf(ProgressLostException.class)
          .hasMessageContaining("'" + run.job() + "'");
    }

    try (LaneWriter<TableChange> lane = sink.openLane(run, 0)) {
      lane.write(List.of(trial.insert(user(1))));
      lane.commit(SECOND);
    }
    assertThat(users()).hasSize(1);
  }

  @Test
  final void x7_letsAFirstTakeOverBeRepeated() throws InterruptedException {
    TargetProgress again = sink.takeOver(run.withEpoch(run.epoch() + 1), FIRST);

    assertThat(again.lanes()).containsExactly(FIRST);
    try (LaneWriter<TableChange> lane = sink.openLane(run.withEpoch(again.epoch()), 0)) {
      lane.commit(SECOND);
    }
    assertThat(sink.takeOver(run.withEpoch(again.epoch() + 1), FIRST).lanes())
        .containsExactly(SECOND);
  }

  @Test
  final void x8_recordsCompletionsWithTheirRows() throws InterruptedException {
    String longBound = "k".repeat(2000);
    try (SnapshotWriter writer = sink.openSnapshotWriter(run)) {
      writer.write(portion(Optional.empty(), user(1)));
      writer.write(portion(completes("", "5", ""), user(2)));
      writer.write(portion(completes("5", longBound, ""), user(6)));
      writer.write(portion(completes(longBound, "", "position:7")));
    }

    assertThat(users()).containsExactlyInAnyOrder(user(1), user(2), user(6));
    assertThat(takeOverAgain().completed().get(trial.users().id()))
        .containsExactlyInAnyOrder(
            new Completion(new KeyRange("", "5"), ""),
            new Completion(new KeyRange("5", longBound), ""),
            new Completion(new KeyRange(longBound, ""), "position:7"));
  }

  @Test
  final void x8_recordsNoCompletionWithoutItsRows() throws InterruptedException {
    try (SnapshotWriter writer = sink.openSnapshotWriter(run)) {
      writer.write(portion(Optional.empty(), user(1, "taken", null)));
      Portion rejected = portion(completes("", "", ""), user(2), user(3, "taken", null), user(4));

      assertThatThrownBy(() -> writer.write(rejected)).isInstanceOf(ChangeRejectedException.class);
    }

    assertThat(users()).containsExactly(user(1, "taken", null));
    assertThat(takeOverAgain().completed()).isEmpty();
  }

  @Test
  final void x8_recordsPartsWithoutRowsAndPartsThatOverlap() throws InterruptedException {
    try (SnapshotWriter writer = sink.openSnapshotWriter(run)) {
      writer.write(portion(completes("begun", "begun", ""), user(1)));
      assertThat(takeOverAgain().completed().get(trial.users().id()))
          .containsExactly(new Completion(new KeyRange("begun", "begun"), ""));
    }
    run = run.withEpoch(sink.takeOver(run, Map.of()).epoch());
    try (SnapshotWriter writer = sink.openSnapshotWriter(run)) {
      writer.write(portion(completes("", "", "position:7")));
    }

    assertThat(takeOverAgain().completed().get(trial.users().id()))
        .containsExactlyInAnyOrder(
            new Completion(new KeyRange("begun", "begun"), ""),
            new Completion(KeyRange.ALL, "position:7"));
  }

  @Test
  final void x9_overwritesOrKeepsExistingRowsAsToldTo() throws InterruptedException {
    try (SnapshotWriter writer = sink.openSnapshotWriter(run)) {
      writer.write(portion(Optional.empty(), user(1), user(2)));
      writer.write(portion(Optional.empty(), user(1, "over", "written")));
      List<SnapshotRow> rows = List.of(trial.copy(user(2, "ignored", null)), trial.copy(user(3)));
      writer.write(new Portion(trial.users(), rows, ExistingRows.KEEP, Optional.empty()));
    }

    assertThat(users()).containsExactlyInAnyOrder(user(1, "over", "written"), user(2), user(3));
  }

  @Test
  final void x9_clearsATableAndWhatIsRecordedOfIt() throws InterruptedException {
    try (SnapshotWriter writer = sink.openSnapshotWriter(run)) {
      writer.write(portion(completes("begun", "begun", ""), user(1), user(2)));

      writer.clear(trial.users());

      assertThat(users()).isEmpty();
      writer.write(portion(Optional.empty(), user(3)));
      assertThat(users()).containsExactly(user(3));
    }
    assertThat(takeOverAgain().completed()).isEmpty();
  }

  @Test
  final void x10_keepsJobsApart() throws InterruptedException {
    JobRun other = new JobRun("other " + run.job(), "other " + run.jobId(), 1);
    TargetProgress progress = sink.takeOver(other, Map.of(STREAM, "other:0"));
    try (LaneWriter<TableChange> lane = sink.openLane(other.withEpoch(progress.epoch()), 0)) {
      lane.commit(Map.of(STREAM, "other:1"));
    }
    sink.takeOver(other.withEpoch(50), Map.of());

    try (LaneWriter<TableChange> lane = sink.openLane(run, 0)) {
      lane.write(List.of(trial.insert(user(1))));
      lane.commit(SECOND);
    }

    assertThat(takeOverAgain().lanes()).containsExactly(SECOND);
    assertThat(sink.takeOver(other, Map.of()).lanes()).containsExactly(Map.of(STREAM, "other:1"));
  }

  @Test
  final void x11_commitsALargeTransactionAsOne() throws InterruptedException {
    int rows = 5000;
    try (LaneWriter<TableChange> lane = sink.openLane(run, 0)) {
      for (long id = 0; id < rows; id += 500) {
        List<TableChange> changes = new ArrayList<>();
        for (long each = id; each < id + 500; each++) {
          changes.add(trial.insert(user(each)));
        }
        lane.write(changes);
        assertThat(users()).isEmpty();
      }
      lane.commit(SECOND);
    }

    assertThat(users()).hasSize(rows);
  }

  @Test
  final void x13_forgetsWhatIsRecordedOfATableAndLeavesItsRows() throws InterruptedException {
    try (SnapshotWriter writer = sink.openSnapshotWriter(run)) {
      writer.write(portion(completes("", "5", ""), user(1), user(2)));

      writer.forget(trial.users());

      assertThat(users()).containsExactlyInAnyOrder(user(1), user(2));
      assertThat(takeOverAgain().completed()).isEmpty();
    }
    try (SnapshotWriter old = sink.openSnapshotWriter(run)) {
      assertThatThrownBy(() -> old.forget(trial.users()))
          .isInstanceOf(OwnershipLostException.class);
    }
  }
}
