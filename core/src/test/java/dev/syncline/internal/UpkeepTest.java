package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Consistency;
import dev.syncline.JobLimits;
import dev.syncline.JobRun;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.RetryPolicy;
import dev.syncline.SchemaChanges;
import dev.syncline.SourceReader;
import dev.syncline.TargetProgress;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.Position;
import dev.syncline.change.Row;
import dev.syncline.change.RowInsert;
import dev.syncline.change.TableChange;
import dev.syncline.change.TransactionPart;
import dev.syncline.internal.Checkpoint.Decided;
import dev.syncline.internal.Checkpoint.Phase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UpkeepTest {

  private final Signal signal = new Signal();
  private final Workers workers = new Workers("job", Thread::new, signal);
  private final RecordingTarget target = new RecordingTarget();
  private final CheckpointKeeper keeper = new CheckpointKeeper("job", new MemoryCheckpointStore());
  private final JobSpec<TableChange> spec =
      new JobSpec<>(
          "job",
          null,
          null,
          Consistency.TRANSACTIONAL,
          SchemaChanges.STOP,
          null,
          RetryPolicy.defaults(),
          JobLimits.defaults(),
          new JobSpec.Surroundings(Thread::new, Clock.systemUTC(), List.of()));
  private final AtomicLong nanos = new AtomicLong();
  private final Upkeep<TableChange> upkeep =
      new Upkeep<>(spec, new JobProgress<>("job", event -> {}, state -> {}), nanos::get, keeper);
  private Lanes<TableChange> lanes;

  /** A reader that brings positions without changes, of which its source waits for the 7th. */
  private static final class AwaitingReader implements SourceReader<TableChange> {
    private final Queue<Position> acknowledged = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<Position> positions = new LinkedBlockingQueue<>();

    @Override
    public ChangeBatch<TableChange> poll(Duration maxWait) throws InterruptedException {
      Position next = positions.poll(maxWait.toMillis(), TimeUnit.MILLISECONDS);
      return new ChangeBatch<>(List.of(), Optional.ofNullable(next));
    }

    @Override
    public boolean awaitsAcknowledgement() {
      return !acknowledged.contains(new At(7));
    }

    @Override
    public void acknowledge(Position position) {
      acknowledged.add(position);
    }

    @Override
    public void close() {}
  }

  private static void run(StreamPump<TableChange> pump) {
    try {
      pump.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @BeforeEach
  void start() {
    TargetProgress found = new TargetProgress(1, List.of(Map.of("s", "0")), "", Map.of());
    Levelling<TableChange> levelling = Levelling.of("job", found, new Routes(List.of()), At::parse);
    lanes = new Lanes<>(spec, nanos::get, signal, new Counters(), levelling);
    lanes.start(
        new LaneStarter<>(workers, target, new JobRun("job", "id", 1), List.of()),
        Map.of("s", new At(0)));
    assertThat(keeper.load()).isEmpty();
    keeper.set(
        new Checkpoint(
            "id",
            1,
            Phase.COPIED,
            new Decided(Optional.empty(), Optional.empty(), List.of()),
            Map.of("s", "0"),
            List.of(),
            List.of(),
            Map.of(),
            List.of(),
            Map.of()));
  }

  @AfterEach
  void stop() {
    target.release();
    workers.close();
  }

  private void send(int number) {
    TableChange change = new RowInsert(Tables.keyed("t"), Row.of((long) number, 0L));
    assertThat(
            lanes.offer(
                "s",
                new TransactionPart<>(
                    new At(number),
                    List.of(change),
                    Optional.of(new At(number)),
                    Instant.EPOCH,
                    100)))
        .isTrue();
  }

  /** What is on its way may come to the target before what is noted now did. */
  @Test
  void notesThatTheCheckpointHoldsSinceAllThatWasSentAndNotWhatIsCommitted() {
    target.hold(0);
    send(1);
    send(2);

    Map<String, Position> committed = upkeep.note(lanes, Optional.empty());

    assertThat(committed).isEqualTo(Map.of("s", new At(0)));
    assertThat(keeper.current().positions()).isEqualTo(Map.of("s", "0"));
    assertThat(keeper.current().since()).isEqualTo(Map.of("s", "2"));
  }

  @Test
  void notesItOnce() {
    send(1);
    Map<String, Position> unused = upkeep.note(lanes, Optional.empty());
    send(2);
    Await.until("it is committed", () -> lanes.committed().equals(Map.of("s", new At(2))));

    assertThat(upkeep.note(lanes, Optional.empty())).isEqualTo(Map.of("s", new At(2)));

    assertThat(keeper.current().positions()).isEqualTo(Map.of("s", "2"));
    assertThat(keeper.current().since()).isEqualTo(Map.of("s", "1"));
  }

  /** A stream of which nothing but positions come, each of which its source waits for. */
  private final class Awaiting implements AutoCloseable {
    final AwaitingReader reader = new AwaitingReader();
    final Following<TableChange> following =
        new Following<>(lanes, null, null, null, Optional.empty());
    private final Thread thread;

    Awaiting() {
      StreamPump<TableChange> pump = new StreamPump<>(reader, 1_000, signal);
      following.add("s", pump, new At(0));
      thread = new Thread(() -> run(pump));
      thread.start();
    }

    /** Lets a position come as far as to the lane. */
    void bring(int position) {
      reader.positions.add(new At(position));
      Await.until(
          "it is sent",
          () -> {
            boolean unused = following.step();
            return following.stands().equals(Map.of("s", new At(position)));
          });
    }

    /** A step at a time of the clock. */
    void step(int millis) {
      nanos.set(TimeUnit.MILLISECONDS.toNanos(millis));
      upkeep.step(following, lanes, Optional.empty());
    }

    @Override
    public void close() {
      thread.interrupt();
      Await.until("the stream is not read any more", () -> !thread.isAlive());
    }
  }

  /**
   * A position without changes is else committed after 10 s, and the checkpoint saved each second.
   */
  @Test
  void savesAtOnceWhatASourceAwaits() throws Exception {
    upkeep.start(workers);
    try (Awaiting stream = new Awaiting()) {
      stream.bring(7);
      Await.until(
          "it is acknowledged",
          () -> {
            nanos.addAndGet(TimeUnit.MICROSECONDS.toNanos(100));
            upkeep.step(stream.following, lanes, Optional.empty());
            return stream.reader.acknowledged.contains(new At(7));
          });

      assertThat(nanos.get()).isLessThan(TimeUnit.SECONDS.toNanos(1));
      assertThat(keeper.current().positions()).isEqualTo(Map.of("s", "7"));
    }
  }

  @Test
  void commitsWhatASourceAwaitsAtMostEvery50Milliseconds() throws Exception {
    try (Awaiting stream = new Awaiting()) {
      stream.bring(7);
      stream.step(0);
      assertThat(target.next(0)).isEqualTo("commit {s=7}");

      stream.bring(8);
      stream.step(1);
      stream.step(49);

      assertThat(target.soon(0)).isNull();
    }
  }

  /** However often it is asked for before its time. */
  @Test
  void commitsAfter50MillisecondsWhatASourceAwaitsMeanwhile() throws Exception {
    try (Awaiting stream = new Awaiting()) {
      stream.bring(7);
      stream.step(0);
      assertThat(target.next(0)).isEqualTo("commit {s=7}");

      stream.bring(8);
      stream.step(1);
      stream.step(49);
      stream.step(50);

      assertThat(target.next(0)).isEqualTo("commit {s=8}");
    }
  }
}
