package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Consistency;
import dev.syncline.JobLimits;
import dev.syncline.RetryPolicy;
import dev.syncline.SchemaChanges;
import dev.syncline.change.Position;
import dev.syncline.change.Row;
import dev.syncline.change.RowInsert;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TransactionId;
import dev.syncline.change.TransactionPart;
import dev.syncline.internal.MergerSource.Place;
import dev.syncline.internal.Target.LaneOutput;
import dev.syncline.internal.Target.Prepared;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LaneTest {

  private static final TableDefinition TABLE = Tables.keyed("t");
  private static final Instant NOW = Instant.parse("2025-01-01T00:00:10Z");
  private static final int PART_BYTES = 1_000;
  private static final int QUEUED_PARTS = 2;

  private final AtomicLong nanos = new AtomicLong();
  private final BlockingQueue<String> calls = new LinkedBlockingQueue<>();
  private final BlockingQueue<List<String>> prepared = new LinkedBlockingQueue<>();
  private final BlockingQueue<RuntimeException> failures = new LinkedBlockingQueue<>();
  private final Semaphore mayWrite = new Semaphore(1_000);
  private final Semaphore mayCommit = new Semaphore(1_000);
  private final Counters counters = new Counters();
  private final Lane<TableChange> lane =
      new Lane<>(spec(), QUEUED_PARTS * PART_BYTES, nanos::get, new Signal(), counters);
  private final List<Thread> threads = new ArrayList<>();

  private record Id(String name) implements TransactionId {}

  private final LaneOutput<TableChange> output =
      new LaneOutput<>() {
        @Override
        public Prepared prepare(List<TransactionPart<TableChange>> parts) {
          List<String> names = parts.stream().map(p -> ((Id) p.transaction()).name()).toList();
          prepared.add(names);
          if (names.contains("bad")) {
            throw new IllegalStateException("bad");
          }
          return () -> {
            mayWrite.acquire();
            calls.add("write " + names);
          };
        }

        @Override
        public void commit(Map<String, String> positions) throws InterruptedException {
          calls.add("commit " + positions);
          mayCommit.acquire();
        }

        @Override
        public void close() {}
      };

  private static JobSpec<TableChange> spec() {
    return new JobSpec<>(
        "job",
        null,
        null,
        Consistency.TRANSACTIONAL,
        SchemaChanges.STOP,
        null,
        RetryPolicy.defaults(),
        JobLimits.builder().batchRows(QUEUED_PARTS).batchBytes(64 << 10).build(),
        new JobSpec.Surroundings(Thread::new, Clock.fixed(NOW, ZoneOffset.UTC), List.of()));
  }

  private static TransactionPart<TableChange> part(String name, int end) {
    return new TransactionPart<>(
        new Id(name),
        List.of(new RowInsert(TABLE, Row.of(1L, 1L))),
        end == 0 ? Optional.empty() : Optional.<Position>of(new Place(end)),
        NOW.minusSeconds(3),
        PART_BYTES);
  }

  @Test
  void whatIsBeingWrittenCountsLikeWhatWaits() throws Exception {
    mayWrite.drainPermits();
    start();
    TransactionPart<TableChange> large = large("large");
    assertThat(lane.offer("s", large)).isTrue();
    prepared.take();

    assertThat(lane.offer("s", large("second"))).as("one is written").isFalse();
    mayWrite.release(2);

    calls.take();
    while (!lane.offer("s", large("second"))) {
      Thread.onSpinWait();
    }
    assertThat(prepared.take()).containsExactly("second");
  }

  /** Larger than all that may be in the lane. */
  private static TransactionPart<TableChange> large(String name) {
    TransactionPart<TableChange> part = part(name, 9);
    return new TransactionPart<>(
        part.transaction(), part.changes(), part.end(), part.committedAt(), 1 << 20);
  }

  private interface Role {
    void run() throws InterruptedException;
  }

  private void start() {
    start(() -> lane.prepare(output));
    start(() -> lane.write(output));
  }

  private void start(Role role) {
    Thread thread =
        new Thread(
            () -> {
              try {
                role.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (RuntimeException e) {
                failures.add(e);
              }
            });
    threads.add(thread);
    thread.start();
  }

  private String nextCall() throws InterruptedException {
    return calls.poll(10, TimeUnit.SECONDS);
  }

  private List<String> nextPrepared() throws InterruptedException {
    return prepared.poll(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws InterruptedException {
    threads.forEach(Thread::interrupt);
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Test
  void commitsAtTheEndOfATransactionAndNotBefore() throws InterruptedException {
    start();

    lane.offer("s", part("a", 0));
    assertThat(nextCall()).isEqualTo("write [a]");
    lane.offer("s", part("a", 0));
    assertThat(nextCall()).isEqualTo("write [a]");
    assertThat(lane.hasCommitted(1)).isFalse();
    lane.offer("s", part("a", 5));

    assertThat(nextCall()).isEqualTo("write [a]");
    assertThat(nextCall()).isEqualTo("commit {s=Place[sequence=5]}");
  }

  @Test
  void writesWhatWaitsAtOneTime() throws InterruptedException {
    lane.offer("s", part("a", 1));
    lane.offer("s", part("b", 2));

    start();

    assertThat(nextCall()).isEqualTo("write [a, b]");
    assertThat(nextCall()).isEqualTo("commit {s=Place[sequence=2]}");
    Await.until("the commit is noted", () -> lane.hasCommitted(2));
    assertThat(lane.committed()).isEqualTo(Map.of("s", new Place(2)));
    assertThat(lane.delay().map(Lane.Delay::length)).contains(Duration.ofSeconds(3));
    assertThat(counters.total()).isEqualTo(2);
  }

  @Test
  void commitsTheCompleteTransactionsInFrontOfAnIncompleteOne() throws InterruptedException {
    lane.offer("s", part("a", 1));
    lane.offer("s", part("b", 0));

    start();

    assertThat(nextCall()).isEqualTo("write [a]");
    assertThat(nextCall()).isEqualTo("commit {s=Place[sequence=1]}");
    assertThat(nextCall()).isEqualTo("write [b]");
    lane.offer("s", part("b", 2));
    assertThat(nextCall()).isEqualTo("write [b]");
    assertThat(nextCall()).isEqualTo("commit {s=Place[sequence=2]}");
  }

  @Test
  void preparesAWholeBatchWhileOneIsWritten() throws InterruptedException {
    mayWrite.drainPermits();
    start();
    lane.offer("s", part("a", 1));
    assertThat(nextPrepared()).containsExactly("a");

    lane.offer("s", part("b", 2));
    assertThat(prepared.poll(200, TimeUnit.MILLISECONDS)).as("less than a batch").isNull();
    lane.offer("s", part("c", 3));

    assertThat(nextPrepared()).containsExactly("b", "c");
    lane.offer("s", part("d", 4));
    lane.offer("s", part("e", 5));
    assertThat(prepared.poll(200, TimeUnit.MILLISECONDS)).as("two batches ahead").isNull();
    mayWrite.release(1_000);
    assertThat(nextCall()).isEqualTo("write [a]");
    assertThat(nextCall()).isEqualTo("commit {s=Place[sequence=1]}");
    assertThat(nextCall()).isEqualTo("write [b, c]");
    assertThat(nextCall()).isEqualTo("commit {s=Place[sequence=3]}");
    assertThat(nextCall()).isEqualTo("write [d, e]");
  }

  @Test
  void failsInTheOrderOfWritesAlthoughItPreparesAhead() throws InterruptedException {
    mayWrite.drainPermits();
    start();
    lane.offer("s", part("a", 1));
    assertThat(nextPrepared()).containsExactly("a");
    lane.offer("s", part("b", 2));
    lane.offer("s", part("bad", 0));
    assertThat(nextPrepared()).containsExactly("b");
    assertThat(nextPrepared()).containsExactly("bad");
    assertThat(failures).isEmpty();

    mayWrite.release(1_000);

    assertThat(nextCall()).isEqualTo("write [a]");
    assertThat(nextCall()).isEqualTo("commit {s=Place[sequence=1]}");
    assertThat(nextCall()).isEqualTo("write [b]");
    assertThat(nextCall()).isEqualTo("commit {s=Place[sequence=2]}");
    assertThat(failures.poll(10, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void takesWhatWaitsWhenTheWriterBecomesFree() throws InterruptedException {
    mayWrite.drainPermits();
    start();
    lane.offer("s", part("a", 1));
    assertThat(nextPrepared()).containsExactly("a");
    lane.offer("s", part("b", 2));

    mayWrite.release(1_000);

    assertThat(nextPrepared()).containsExactly("b");
  }

  @Test
  void takesNoMoreThanItsQueueHolds() {
    assertThat(lane.offer("s", part("a", 1))).isTrue();
    assertThat(lane.offer("s", part("b", 2))).isTrue();

    assertThat(lane.offer("s", part("c", 3))).isFalse();
    assertThat(lane.sequence()).isEqualTo(2);
  }

  @Test
  void takesAPartThatIsLargerThanItsQueueIfNothingWaits() {
    TransactionPart<TableChange> large =
        new TransactionPart<>(
            new Id("large"), List.of(), Optional.of(new Place(1)), NOW, 10 * PART_BYTES);

    assertThat(lane.offer("s", large)).isTrue();
    assertThat(lane.offer("s", part("b", 2))).isFalse();
  }

  @Test
  void commitsPositionsWithoutChangesOnlyNowAndThen() throws InterruptedException {
    start();

    lane.advance("s", new Place(1));
    lane.advance("s", new Place(2));
    assertThat(calls.poll(700, TimeUnit.MILLISECONDS)).isNull();
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));

    assertThat(nextCall()).isEqualTo("commit {s=Place[sequence=2]}");
    assertThat(lane.hasCommitted(0)).isTrue();
  }

  @Test
  void commitsAPositionThatItHasTakenAsSoonAsThatIsWanted() throws InterruptedException {
    start();

    List<Duration> took = new ArrayList<>();
    for (int i = 1; i <= 10; i++) {
      lane.advance("s", new Place(i));
      assertThat(calls.poll(20, TimeUnit.MILLISECONDS)).isNull();
      long began = System.nanoTime();
      lane.commitSoon();
      assertThat(nextCall()).isEqualTo("commit {s=Place[sequence=%d]}".formatted(i));
      took.add(Duration.ofNanos(System.nanoTime() - began));
    }

    // A machine that stands still for a moment makes one of them long.
    Collections.sort(took);
    assertThat(took.get(4)).isLessThan(Duration.ofMillis(200));
  }

  @Test
  void remembersWhatIsWantedWhileItCommits() throws InterruptedException {
    mayCommit.drainPermits();
    start();
    lane.advance("s", new Place(1));
    lane.commitSoon();
    assertThat(nextCall()).isEqualTo("commit {s=Place[sequence=1]}");

    lane.advance("s", new Place(2));
    lane.commitSoon();
    mayCommit.release(1_000);

    assertThat(nextCall()).isEqualTo("commit {s=Place[sequence=2]}");
    Await.until("nothing is left", lane::isIdle);
  }

  @Test
  void commitsOnlyWhatWasThereWhenThatWasWanted() throws InterruptedException {
    start();
    lane.advance("s", new Place(1));
    lane.commitSoon();
    assertThat(nextCall()).isEqualTo("commit {s=Place[sequence=1]}");

    lane.advance("s", new Place(2));

    assertThat(calls.poll(700, TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void commitsPositionsOfOtherStreamsWithTheNextTransaction() throws InterruptedException {
    lane.advance("t", new Place(7));
    lane.offer("s", part("a", 1));

    start();

    assertThat(nextCall()).isEqualTo("write [a]");
    assertThat(nextCall())
        .isIn(
            "commit {s=Place[sequence=1], t=Place[sequence=7]}",
            "commit {t=Place[sequence=7], s=Place[sequence=1]}");
  }

  @Test
  void knowsWhereItBegan() {
    lane.begin(Collections.singletonMap("s", new Place(9)));

    assertThat(lane.committed()).isEqualTo(Map.of("s", new Place(9)));
    assertThat(lane.delay()).isEmpty();
  }
}
