package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.Consistency;
import dev.syncline.JobLimits;
import dev.syncline.JobRun;
import dev.syncline.ProgressLostException;
import dev.syncline.RetryPolicy;
import dev.syncline.SchemaChanges;
import dev.syncline.TargetProgress;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TransactionPart;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LanesTest {

  private static final int LANES = 2;
  private static final TableDefinition TABLE = Tables.withUniqueCode("t");
  private static final JobRun RUN = new JobRun("job", "id", 1);

  private final AtomicLong nanos = new AtomicLong();
  private final Signal signal = new Signal();
  private final Workers workers = new Workers("job", Thread::new, signal);
  private final RecordingTarget target = new RecordingTarget();
  private Lanes<TableChange> lanes;

  private static JobSpec<TableChange> spec(Consistency consistency) {
    return new JobSpec<>(
        "job",
        null,
        null,
        consistency,
        SchemaChanges.STOP,
        null,
        RetryPolicy.defaults(),
        JobLimits.builder().lanes(LANES).build(),
        new JobSpec.Surroundings(Thread::new, Clock.systemUTC(), List.of()));
  }

  private void start(Consistency consistency, TargetProgress found) {
    Levelling<TableChange> levelling = Levelling.of("job", found, new Routes(List.of()), At::parse);
    lanes = new Lanes<>(spec(consistency), nanos::get, signal, new Counters(), levelling);
    At begin = At.parse(found.lanes().get(0).get("s"));
    lanes.start(new LaneStarter<>(workers, target, RUN, List.of()), Map.of("s", begin));
  }

  /** Starts with lanes at one position. */
  private void startLanes() {
    start(Consistency.PER_KEY, new TargetProgress(1, List.of(Map.of("s", "0")), "", Map.of()));
    startOthers();
  }

  private void startOthers() {
    Await.until("the lanes are level", lanes::lacksOthers);
    lanes.startOthers();
    assertThat(target.begun()).containsExactly("begin " + LANES);
  }

  @AfterEach
  void stop() {
    target.release();
    workers.close();
  }

  /** A key, counted from 0, of those that belong to a lane, counted from 1. */
  private static long key(int lane, int number) {
    TableRoute route = TableRoute.of(TABLE);
    return LongStream.range(0, 1_000)
        .filter(key -> TableRoute.lane(route.home(row(key, null, 0)), LANES) == lane - 1)
        .skip(number)
        .findFirst()
        .orElseThrow();
  }

  private static Row row(long key, Long code, long version) {
    return Row.of(key, code, version);
  }

  private static TransactionPart<TableChange> transaction(int number, TableChange... changes) {
    return sized(number, 100, changes);
  }

  private static TableChange insert(int lane, int number, Long code) {
    return new RowInsert(TABLE, row(key(lane, number), code, 0));
  }

  private static TableChange delete(int lane, int number, Long code) {
    return new RowDelete(TABLE, row(key(lane, number), code, 0));
  }

  /** Larger than what may wait in a lane. */
  private static TransactionPart<TableChange> large(int number, TableChange... changes) {
    return sized(number, 13 << 20, changes);
  }

  private static TransactionPart<TableChange> sized(
      int number, long bytes, TableChange... changes) {
    return new TransactionPart<>(
        new At(number), List.of(changes), Optional.of(new At(number)), Instant.EPOCH, bytes);
  }

  private boolean offer(int number, TableChange... changes) {
    return lanes.offer("s", transaction(number, changes));
  }

  @Test
  void oneLaneWritesAllForTransactions() throws InterruptedException {
    start(
        Consistency.TRANSACTIONAL, new TargetProgress(1, List.of(Map.of("s", "0")), "", Map.of()));

    assertThat(offer(1, insert(1, 0, null), insert(2, 0, null))).isTrue();

    assertThat(target.next(0)).isEqualTo("write [1] 2");
    assertThat(target.next(0)).isEqualTo("commit {s=1}");
    assertThat(lanes.lacksOthers()).isFalse();
  }

  @Test
  void lanesShareATransactionByKeys() throws InterruptedException {
    startLanes();

    assertThat(offer(1, insert(1, 0, null), insert(2, 0, null), insert(2, 1, null))).isTrue();

    assertThat(target.next(1)).isEqualTo("write [1] 1");
    assertThat(target.next(1)).isEqualTo("commit {s=1}");
    assertThat(target.next(2)).isEqualTo("write [1] 2");
    assertThat(target.next(2)).isEqualTo("commit {s=1}");
  }

  @Test
  void aLaneDoesNotWaitForAnother() throws InterruptedException {
    startLanes();
    target.hold(1);
    offer(1, insert(1, 0, 7L));

    offer(2, insert(2, 0, 8L));

    assertThat(target.next(2)).isEqualTo("write [2] 1");
    assertThat(target.next(2)).isEqualTo("commit {s=2}");
  }

  @Test
  void whoeverGetsAUniqueValueWaitsForTheCommitThatGivesItUp() throws InterruptedException {
    startLanes();
    target.hold(1);
    offer(1, delete(1, 0, 7L));
    offer(2, insert(2, 0, 8L), insert(2, 1, null));
    assertThat(target.next(2)).isEqualTo("write [2] 2");
    assertThat(target.next(2)).isEqualTo("commit {s=2}");

    assertThat(offer(3, insert(2, 2, 7L))).isTrue();
    assertThat(target.soon(2)).isNull();
    target.release();

    assertThat(target.next(1)).isEqualTo("write [1] 1");
    assertThat(target.next(2)).isEqualTo("write [3] 1");
  }

  @Test
  void aUniqueValueThatPassesWithinATransactionPassesInOrder() throws InterruptedException {
    startLanes();
    target.hold(1);

    assertThat(offer(1, delete(1, 0, 7L), insert(2, 0, 7L))).isTrue();
    assertThat(target.soon(2)).isNull();
    target.release();

    assertThat(target.next(1)).isEqualTo("write [1] 1");
    assertThat(target.next(2)).isEqualTo("write [1] 1");
  }

  @Test
  void whatWouldWaitInACircleIsWrittenWhole() throws InterruptedException {
    startLanes();

    offer(1, delete(1, 0, 7L), insert(2, 0, 7L), delete(2, 1, 8L), insert(1, 1, 8L));

    assertThat(target.next(0)).isEqualTo("write [1] 4");
    assertThat(target.next(0)).isEqualTo("commit {s=1}");
  }

  @Test
  void aRowThatMovesToAnotherLaneIsWrittenWholeWhenAllHaveCommitted() throws InterruptedException {
    startLanes();
    target.hold(1);
    offer(1, insert(1, 0, null));
    TransactionPart<TableChange> move =
        transaction(2, new RowUpdate(TABLE, row(key(1, 0), null, 0), row(key(2, 0), null, 1)));

    assertThat(lanes.offer("s", move)).isFalse();
    target.release();
    Await.until("lane 1 has committed", () -> lanes.offer("s", move));

    assertThat(target.next(0)).isEqualTo("write [2] 1");
    assertThat(target.next(0)).isEqualTo("commit {s=2}");
    Await.until("it is noted", () -> lanes.mark().isCommitted());
    offer(3, insert(2, 1, null));
    assertThat(target.next(2)).isEqualTo("write [3] 1");
  }

  @Test
  void aTransactionInPartsIsWrittenWhole() throws InterruptedException {
    startLanes();
    TransactionPart<TableChange> first =
        new TransactionPart<>(
            new At(1), List.of(insert(1, 0, null)), Optional.empty(), Instant.EPOCH, 100);

    assertThat(lanes.offer("s", first)).isTrue();
    assertThat(offer(1, insert(2, 0, null))).isTrue();

    assertThat(target.next(0)).startsWith("write [1");
    Await.until("it is committed", () -> lanes.mark().isCommitted());
    assertThat(target.soon(1)).isNull();
    assertThat(target.soon(2)).isNull();
  }

  @Test
  void onlyOneLargeTransactionIsInAllLanesTogether() throws InterruptedException {
    startLanes();
    target.hold(0);
    target.hold(1);
    offer(1, insert(1, 0, null));
    TransactionPart<TableChange> first = large(2, insert(1, 1, null));
    TransactionPart<TableChange> second = large(3, insert(2, 0, null));

    assertThat(lanes.offer("s", first)).as("lane 1 has not committed").isFalse();
    target.release(1);
    Await.until("lane 1 has committed", () -> lanes.offer("s", first));
    assertThat(lanes.offer("s", second)).as("the first one is written").isFalse();
    target.release(0);
    Await.until("the first one is written", () -> lanes.offer("s", second));

    assertThat(target.next(0)).isEqualTo("write [2] 1");
    assertThat(target.next(0)).isEqualTo("commit {s=2}");
    assertThat(target.next(0)).isEqualTo("write [3] 1");
  }

  @Test
  void lane0RecordsNothingThatALaneHasNotCommitted() throws InterruptedException {
    startLanes();
    offer(1, insert(2, 0, null));
    assertThat(target.next(2)).isEqualTo("write [1] 1");
    target.hold(1);
    offer(2, insert(1, 0, null));
    offer(3, insert(2, 1, null));
    lanes.advance("s", new At(4));

    passTime();
    assertThat(target.soon(0)).isNull();
    target.release();
    Await.until("all is committed", () -> lanes.mark().isCommitted());
    passTime();

    assertThat(target.next(0)).isEqualTo("commit {s=4}");
    Await.until("it is noted", () -> new At(4).equals(lanes.committed().get("s")));
  }

  @Test
  void lane0RecordsAfterSoManyBytesHowFarAllAre() throws InterruptedException {
    startLanes();
    for (int number = 1; number <= 8; number++) {
      share(number);
      if (number == 7) {
        assertThat(target.soon(0)).as("less than 64 MiB").isNull();
      }
    }

    assertThat(target.next(0)).isEqualTo("commit {s=8}");
    Await.until("it is noted", () -> new At(8).equals(lanes.committed().get("s")));
    share(9);
    assertThat(target.soon(0)).as("the count begins anew").isNull();
  }

  /** Lane 1 writes 8 MiB, as much as may wait in it, and some time goes by. */
  private void share(int number) throws InterruptedException {
    assertThat(lanes.offer("s", sized(number, 8 << 20, insert(1, number, null)))).isTrue();
    Await.until("lane 1 has committed", () -> lanes.mark().isCommitted());
    for (int look = 0; look < 2; look++) {
      nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(200));
      lanes.housekeep();
    }
  }

  @Test
  void lane0NeverGoesBackBehindATransactionThatWasWrittenWhole() throws InterruptedException {
    startLanes();
    target.hold(1);
    offer(1, insert(1, 0, null));
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    lanes.housekeep();
    target.release();
    TransactionPart<TableChange> move =
        transaction(2, new RowUpdate(TABLE, row(key(1, 0), null, 0), row(key(2, 0), null, 1)));
    Await.until("lane 1 has committed", () -> lanes.offer("s", move));
    assertThat(target.next(0)).isEqualTo("write [2] 1");
    assertThat(target.next(0)).isEqualTo("commit {s=2}");
    Await.until("it is noted", () -> lanes.mark().isCommitted());
    target.hold(2);
    offer(3, insert(2, 1, null));

    passTime();

    assertThat(target.soon(0)).isNull();
  }

  @Test
  void lane0RecordsAgainWhatIsSentAfterAllHaveSettled() throws InterruptedException {
    startLanes();
    offer(1, insert(1, 0, null));
    Await.until("all have settled", lanes::settle);
    assertThat(target.next(0)).isEqualTo("commit {s=1}");

    offer(2, insert(2, 0, null));
    Await.until("all have settled again", lanes::settle);

    assertThat(lanes.committed()).containsEntry("s", new At(2));
    assertThat(target.next(0)).isEqualTo("commit {s=2}");
  }

  /** Somebody else may record a later position from then on, behind which this would go back. */
  @Test
  void lane0RecordsNothingOnceAllHaveSettled() throws InterruptedException {
    startLanes();
    offer(1, insert(1, 0, null));
    Await.until("all have settled", lanes::settle);
    assertThat(target.next(0)).isEqualTo("commit {s=1}");

    passTime();
    passTime();

    assertThat(target.soon(0)).isNull();
    assertThat(lanes.settle()).isTrue();
  }

  @Test
  void aBatchEndsBeforeWhatHasToWait() throws InterruptedException {
    startLanes();
    target.hold(1);
    target.hold(2);
    offer(1, insert(2, 5, null));
    offer(2, delete(1, 0, 7L));
    offer(3, insert(2, 0, null));
    offer(4, insert(2, 1, 7L));

    target.release(2);

    assertThat(target.next(2)).startsWith("write [1");
    for (String call = target.soon(2); call != null; call = target.soon(2)) {
      assertThat(call).doesNotContain("4");
    }
    target.release(1);
    assertThat(target.next(2)).isEqualTo("write [4] 1");
  }

  private void passTime() {
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(11));
    lanes.housekeep();
  }

  @Test
  void leavesOutWhatLanesHaveWrittenAndThenBeginsAnew() throws InterruptedException {
    start(
        Consistency.PER_KEY,
        new TargetProgress(
            1,
            List.of(Map.of("s", "1"), Map.of("s", "0"), Map.of("s", "3")),
            new Routes(List.of()).layout(LANES),
            Map.of()));

    assertThat(lanes.lacksOthers()).isFalse();
    offer(2, insert(1, 0, null), insert(2, 0, null));
    assertThat(target.next(0)).isEqualTo("write [2] 1");
    assertThat(target.next(0)).isEqualTo("commit {s=2}");
    assertThat(lanes.lacksOthers()).isFalse();
    offer(3, insert(2, 1, null));
    assertThat(target.next(0)).isEqualTo("write [3] 0");
    assertThat(target.next(0)).isEqualTo("commit {s=3}");
    startOthers();
    offer(4, insert(2, 2, null));

    Await.until("it is committed", () -> lanes.mark().isCommitted());
    assertThat(target.next(2)).isEqualTo("write [4] 1");
  }

  @Test
  void refusesLanesThatWereCutInAnUnknownWay() {
    TargetProgress found =
        new TargetProgress(
            1, List.of(Map.of("s", "1"), Map.of("s", "3")), "hash=0 lanes=1", Map.of());

    assertThatThrownBy(() -> Levelling.of("job", found, new Routes(List.of()), At::parse))
        .isInstanceOf(ProgressLostException.class)
        .hasMessageContaining("'job'")
        .hasMessageContaining("hash=0 lanes=1");
  }

  @Test
  void anUnknownWayDoesNotMatterOnceAllStandAtOnePosition() {
    TargetProgress found =
        new TargetProgress(
            1, List.of(Map.of("s", "3"), Map.of("s", "3")), "hash=0 lanes=1", Map.of());

    assertThat(
            Levelling.<TableChange>of("job", found, new Routes(List.of()), At::parse)
                .isDoneAt(Map.of()))
        .isTrue();
  }
}
