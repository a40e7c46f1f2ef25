package dev.syncline.testkit.contract;

import static dev.syncline.testkit.contract.SinkTrial.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.syncline.ChangeRejectedException;
import dev.syncline.JobRun;
import dev.syncline.LaneWriter;
import dev.syncline.OwnershipLostException;
import dev.syncline.ParallelSink;
import dev.syncline.TargetKeys;
import dev.syncline.TargetProgress;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules of a sink that several lanes write side by side, L1 to L4. */
@Timeout(300)
public abstract class ParallelSinkContract {

  private static final String STREAM = "stream";
  private static final Map<String, String> FIRST = Map.of(STREAM, "position:0");
  private static final Map<String, String> SECOND = Map.of(STREAM, "position:1");
  private static final Map<String, String> THIRD = Map.of(STREAM, "position:2");

  private SinkFixture fixture;
  private SinkTrial trial;
  private ParallelSink<TableChange> sink;
  private JobRun run;

  /** For subclasses. */
  protected ParallelSinkContract() {}

  /** The server under test; called once for each test. */
  protected abstract SinkFixture fixture();

  @BeforeEach
  final void startJob() {
    fixture = fixture();
    trial = new SinkTrial(fixture);
    sink = (ParallelSink<TableChange>) fixture.sink();
    run = new JobRun("job of " + trial.database(), "id of " + trial.database(), 1);
    run = run.withEpoch(sink.takeOver(run, FIRST).epoch());
  }

  private TargetProgress takeOverAgain() {
    return sink.takeOver(run.withEpoch(run.epoch() + 1), Map.of());
  }

  @Test
  final void l1_recordsLanesAtThePositionsOfLane0() throws InterruptedException {
    assertThat(sink.takeOver(run, Map.of()).layout()).isEmpty();
    run = run.withEpoch(takeOverAgain().epoch());
    try (LaneWriter<TableChange> lane = sink.openLane(run, 0)) {
      lane.commit(SECOND);
    }

    sink.beginLanes(run, 2, "two lanes");

    TargetProgress progress = takeOverAgain();
    assertThat(progress.lanes()).containsExactly(SECOND, SECOND, SECOND);
    assertThat(progress.layout()).isEqualTo("two lanes");
  }

  @Test
  final void l1_replacesTheLanesBefore() throws InterruptedException {
    sink.beginLanes(run, 3, "three");
    try (LaneWriter<TableChange> lane = sink.openLane(run, 2)) {
      lane.commit(SECOND);
    }

    sink.beginLanes(run, 1, "one");

    TargetProgress progress = takeOverAgain();
    assertThat(progress.lanes()).containsExactly(FIRST, FIRST);
    assertThat(progress.layout()).isEqualTo("one");
  }

  @Test
  final void l2_commitsLanesSideBySide() throws InterruptedException {
    sink.beginLanes(run, 2, "two");
    try (LaneWriter<TableChange> one = sink.openLane(run, 1);
        LaneWriter<TableChange> two = sink.openLane(run, 2)) {
      one.write(List.of(trial.insert(user(1))));
      two.write(List.of(trial.insert(user(2))));
      one.write(List.of(trial.insert(user(3))));
      two.commit(THIRD);
      assertThat(fixture.rows(trial.users())).containsExactly(user(2));
      one.commit(SECOND);
    }

    assertThat(fixture.rows(trial.users())).containsExactlyInAnyOrder(user(1), user(2), user(3));
    assertThat(takeOverAgain().lanes()).containsExactly(FIRST, SECOND, THIRD);
  }

  @Test
  final void l3_fencesTheLanesOfAnEarlierRun() throws InterruptedException {
    sink.beginLanes(run, 1, "one");
    try (LaneWriter<TableChange> old = sink.openLane(run, 1)) {
      old.write(List.of(trial.insert(user(1))));
      old.commit(SECOND);
      TargetProgress progress = takeOverAgain();

      assertThat(progress.lanes()).containsExactly(FIRST, SECOND);
      assertThatThrownBy(
              () -> {
                old.write(List.of(trial.insert(user(2))));
                old.commit(THIRD);
              })
          .isInstanceOf(OwnershipLostException.class);
    }

    assertThatThrownBy(() -> sink.beginLanes(run, 2, "two"))
        .isInstanceOf(OwnershipLostException.class);
    assertThat(fixture.rows(trial.users())).containsExactly(user(1));
    TargetProgress progress = takeOverAgain();
    assertThat(progress.lanes()).containsExactly(FIRST, SECOND);
    assertThat(progress.layout()).isEqualTo("one");
  }

  @Test
  final void l3_tellsALaneThatALaterRunDoesNotHaveThatItWasTakenOver() throws InterruptedException {
    sink.beginLanes(run, 2, "two");
    try (LaneWriter<TableChange> old = sink.openLane(run, 2)) {
      JobRun later = run.withEpoch(takeOverAgain().epoch());
      sink.beginLanes(later, 1, "one");

      assertThatThrownBy(
              () -> {
                old.write(List.of(trial.insert(user(1))));
                old.commit(SECOND);
              })
          .isInstanceOf(OwnershipLostException.class);
    }
  }

  @Test
  final void l4_namesTheKeysBesidesTheFirst() {
    TargetKeys keys = sink.keysOf(trial.users());

    assertThat(sink.keysOf(trial.keyless()).others()).isEmpty();
    assertThat(keys.others())
        .extracting(UniqueKey::columns, UniqueKey::coverage)
        .containsExactly(tuple(List.of(1), UniqueKey.Coverage.COLUMNS));
    assertThat(keys.isComparable(0, 1L)).isTrue();
    assertThat(keys.isComparable(1, "plain")).isTrue();
  }

  @Test
  final void l4_refusesATableThatIsNotThere() {
    TableId id = new TableId(trial.database(), "missing");
    TableDefinition missing =
        new TableDefinition(id, trial.users().columns(), trial.users().uniqueKeys());

    assertThatThrownBy(() -> sink.keysOf(missing))
        .isInstanceOf(ChangeRejectedException.class)
        .hasMessageContaining("missing");
  }
}
