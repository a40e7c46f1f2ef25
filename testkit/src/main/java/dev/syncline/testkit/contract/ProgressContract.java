package dev.syncline.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.JobRun;
import dev.syncline.LaneWriter;
import dev.syncline.OwnershipLostException;
import dev.syncline.PreparingLaneWriter;
import dev.syncline.ProgressLostException;
import dev.syncline.SyncException;
import dev.syncline.TargetProgress;
import dev.syncline.TransactionalSink;
import dev.syncline.TransientException;
import dev.syncline.change.Change;
import dev.syncline.testkit.fault.FaultPoint;
import dev.syncline.testkit.fault.FaultPoints;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The rules of a sink that keeps a job's progress together with its data, whatever the data are: X1
 * to X7, X10 to X12, X14 and X15.
 *
 * @param <C> what is written
 */
@Timeout(300)
public abstract class ProgressContract<C extends Change> {

  static final String STREAM = "stream";
  static final Map<String, String> FIRST = position(0);
  static final Map<String, String> SECOND = position(1);

  /** Calls that are cut off, before or behind what they do. */
  private static final List<FaultPoint> CUTS =
      List.of(
          FaultPoint.BEFORE_TAKE_OVER,
          FaultPoint.AFTER_TAKE_OVER,
          FaultPoint.BEFORE_LANE_WRITE,
          FaultPoint.AFTER_LANE_WRITE,
          FaultPoint.BEFORE_LANE_COMMIT,
          FaultPoint.AFTER_LANE_COMMIT);

  /** A sink, and changes that put numbers into its target and take them out again. */
  interface Numbers<C extends Change> {

    TransactionalSink<C> sink();

    /** The name of a job that nobody else has. */
    String job();

    C put(int number);

    C take(int number);

    /** The numbers that are there, in any order; each as often as it was put. */
    List<Integer> found();
  }

  private Numbers<C> numbers;
  private TransactionalSink<C> sink;
  private JobRun run;

  ProgressContract() {}

  /** Describes an empty target; called once for each test. */
  abstract Numbers<C> describe();

  @BeforeEach
  final void startJob() {
    numbers = describe();
    sink = numbers.sink();
    run = new JobRun("job of " + numbers.job(), "id of " + numbers.job(), 1);
    run = run.withEpoch(sink.takeOver(run, FIRST).epoch());
  }

  /** What was described for this test. */
  final Numbers<C> numbers() {
    return numbers;
  }

  /** The run that has taken over. */
  final JobRun run() {
    return run;
  }

  /** Lets a later run take over, which the tests do not go on with. */
  final TargetProgress takeOverAgain() {
    return sink.takeOver(run.withEpoch(run.epoch() + 1), Map.of());
  }

  /** Lets a later run take over, with which the tests go on. */
  final void goOn() {
    run = run.withEpoch(takeOverAgain().epoch());
  }

  final LaneWriter<C> open() {
    return sink.openLane(run, 0);
  }

  static Map<String, String> position(int number) {
    return Map.of(STREAM, "position:" + number);
  }

  private void write(LaneWriter<C> lane, int... put) throws InterruptedException {
    lane.write(IntStream.of(put).mapToObj(numbers::put).toList());
  }

  @Test
  final void x1_hidesAndForgetsWhatWasNotCommitted() throws InterruptedException {
    try (LaneWriter<C> lane = open()) {
      write(lane, 1);
      write(lane, 2);
      assertThat(numbers.found()).isEmpty();
    }

    assertThat(numbers.found()).isEmpty();
    assertThat(takeOverAgain().lanes()).containsExactly(FIRST);
  }

  @Test
  final void x2_movesThePositionWithTheData() throws InterruptedException {
    try (LaneWriter<C> lane = open()) {
      write(lane, 1);
      write(lane, 2);
      lane.commit(SECOND);
      assertThat(numbers.found()).containsExactlyInAnyOrder(1, 2);

      write(lane, 3);
    }

    assertThat(numbers.found()).hasSize(2);
    assertThat(takeOverAgain().lanes()).containsExactly(SECOND);
  }

  @Test
  final void x2_movesThePositionWithoutData() throws InterruptedException {
    try (LaneWriter<C> lane = open()) {
      lane.commit(SECOND);
      lane.commit(Map.of());
    }

    assertThat(takeOverAgain().lanes()).containsExactly(SECOND);
  }

  @Test
  final void x2_leavesAStreamThatIsNotNamedWhereItIs() throws InterruptedException {
    JobRun several = new JobRun("several " + run.job(), "several " + run.jobId(), 1);
    Map<String, String> first = Map.of("0-99", "position:0", "100-199", "position:0");
    several = several.withEpoch(sink.takeOver(several, first).epoch());
    try (LaneWriter<C> lane = sink.openLane(several, 0)) {
      write(lane, 1);
      lane.commit(Map.of("0-99", "position:1"));
    }

    assertThat(sink.takeOver(several, Map.of()).lanes())
        .containsExactly(Map.of("0-99", "position:1", "100-199", "position:0"));
  }

  @Test
  final void x3_fencesTheLaneOfAnEarlierRun() throws InterruptedException {
    try (LaneWriter<C> old = open()) {
      write(old, 1);
      old.commit(SECOND);
      TargetProgress progress = takeOverAgain();

      assertThatThrownBy(
              () -> {
                write(old, 2);
                old.commit(position(2));
              })
          .isInstanceOf(OwnershipLostException.class);
      assertThat(progress.lanes()).containsExactly(SECOND);
    }
    assertThatThrownBy(
            () -> {
              try (LaneWriter<C> old = open()) {
                old.commit(position(2));
              }
            })
        .isInstanceOf(OwnershipLostException.class);

    assertThat(numbers.found()).containsExactly(1);
    assertThat(sink.takeOver(run, Map.of()).lanes()).containsExactly(SECOND);
  }

  @Test
  final void x4_letsNothingOfAnEarlierRunCommitAfterATakeOver() throws Exception {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    LaneWriter<C> old = open();
    try {
      write(old, 1);
      Future<TargetProgress> takeOver = threads.submit(this::takeOverAgain);

      if (succeeds(takeOver)) {
        assertThatThrownBy(() -> old.commit(SECOND)).isInstanceOf(SyncException.class);
        assertThat(takeOver.get().lanes()).containsExactly(FIRST);
      } else {
        old.close();
        assertThat(takeOverAgain().lanes()).containsExactly(FIRST);
      }
      assertThat(numbers.found()).isEmpty();
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

    try (LaneWriter<C> lane = open()) {
      write(lane, 1);
      lane.commit(SECOND);
    }
    assertThat(numbers.found()).hasSize(1);
  }

  @Test
  final void x7_letsAFirstTakeOverBeRepeated() throws InterruptedException {
    TargetProgress again = sink.takeOver(run.withEpoch(run.epoch() + 1), FIRST);

    assertThat(again.lanes()).containsExactly(FIRST);
    try (LaneWriter<C> lane = sink.openLane(run.withEpoch(again.epoch()), 0)) {
      lane.commit(SECOND);
    }
    assertThat(sink.takeOver(run.withEpoch(again.epoch() + 1), FIRST).lanes())
        .containsExactly(SECOND);
  }

  @Test
  final void x10_keepsJobsApart() throws InterruptedException {
    // Its name begins as the other one's and has characters that mean something to many servers.
    JobRun other = new JobRun(run.job() + ": 'ä' % [*]", "other " + run.jobId(), 1);
    TargetProgress progress = sink.takeOver(other, Map.of(STREAM, "other:0"));
    try (LaneWriter<C> lane = open()) {
      write(lane, 1);
      try (LaneWriter<C> another = sink.openLane(other.withEpoch(progress.epoch()), 0)) {
        another.commit(Map.of(STREAM, "other:1"));
      }
      sink.takeOver(other.withEpoch(50), Map.of());
      lane.commit(SECOND);
    }

    assertThat(takeOverAgain().lanes()).containsExactly(SECOND);
    assertThat(sink.takeOver(other, Map.of()).lanes()).containsExactly(Map.of(STREAM, "other:1"));
  }

  @Test
  final void x11_commitsALargeTransactionAsOne() throws InterruptedException {
    int all = 5000;
    try (LaneWriter<C> lane = open()) {
      for (int from = 0; from < all; from += 500) {
        write(lane, IntStream.range(from, from + 500).toArray());
        assertThat(numbers.found()).isEmpty();
      }
      lane.commit(SECOND);
    }

    assertThat(numbers.found()).hasSize(all);
  }

  @Test
  final void x12_writesWhatWasPreparedAhead() throws InterruptedException {
    try (LaneWriter<C> lane = open()) {
      write(lane, 1);
      lane.commit(SECOND);
      PreparingLaneWriter.Prepared second = prepare(lane, numbers.put(2));
      PreparingLaneWriter.Prepared third = prepare(lane, numbers.take(2));
      PreparingLaneWriter.Prepared fourth = prepare(lane, numbers.put(3));
      assertThat(numbers.found()).containsExactly(1);

      second.write();
      lane.commit(position(2));
      assertThat(numbers.found()).containsExactlyInAnyOrder(1, 2);
      third.write();
      fourth.write();
      lane.commit(position(3));
    }

    assertThat(numbers.found()).containsExactlyInAnyOrder(1, 3);
    assertThat(takeOverAgain().lanes()).containsExactly(position(3));
  }

  private PreparingLaneWriter.Prepared prepare(LaneWriter<C> lane, C change) {
    return lane instanceof PreparingLaneWriter<C> preparing
        ? preparing.prepare(List.of(change))
        : () -> lane.write(List.of(change));
  }

  @Test
  final void x14_makesEachChangeOnceWhateverCallIsCutOff() throws InterruptedException {
    int transactions = 0;
    for (FaultPoint cut : CUTS) {
      for (int passing = 1; passing <= 3; passing++) {
        FaultPoints points = new FaultPoints();
        points.arm(cut, passing, ProgressContract::cut);
        transactions += 3;
        goOn(points, transactions);
        assertThat(numbers.found())
            .as("the numbers behind %s for the time %d", cut, passing)
            .containsExactlyInAnyOrderElementsOf(
                IntStream.range(0, 2 * transactions).boxed().toList());
      }
    }
  }

  private static void cut() {
    throw new TransientException("Cut off.");
  }

  /** Does what a job does: after each failure it takes over and asks where it stands. */
  private void goOn(FaultPoints points, int transactions) throws InterruptedException {
    TransactionalSink<C> failing = (TransactionalSink<C>) points.in(sink);
    int done = 0;
    int failures = 0;
    while (done < transactions) {
      try {
        TargetProgress progress = failing.takeOver(run, Map.of());
        String stands = Objects.requireNonNull(progress.lanes().get(0).get(STREAM));
        done = Integer.parseInt(stands.substring(stands.indexOf(':') + 1));
        run = run.withEpoch(progress.epoch());
        done = write(failing, done, transactions);
      } catch (TransientException e) {
        failures++;
        assertThat(failures).as("%s", e).isLessThan(100);
      }
    }
  }

  private int write(TransactionalSink<C> failing, int from, int to) throws InterruptedException {
    try (LaneWriter<C> lane = failing.openLane(run, 0)) {
      for (int number = from; number < to; number++) {
        write(lane, 2 * number);
        write(lane, 2 * number + 1);
        lane.commit(position(number + 1));
      }
    }
    return to;
  }

  @Test
  final void x15_closesTwiceAndInAnyState() throws InterruptedException {
    LaneWriter<C> unused = open();
    unused.close();
    unused.close();

    LaneWriter<C> cut = open();
    write(cut, 1);
    cut.close();
    cut.close();

    LaneWriter<C> used = open();
    write(used, 2);
    used.commit(SECOND);
    used.close();
    used.close();

    assertThat(numbers.found()).containsExactly(2);
  }
}
