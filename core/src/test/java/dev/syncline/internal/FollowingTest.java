package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Consistency;
import dev.syncline.JobLimits;
import dev.syncline.JobRun;
import dev.syncline.PlainSink;
import dev.syncline.RetryPolicy;
import dev.syncline.SchemaChanges;
import dev.syncline.Sink;
import dev.syncline.SinkWriter;
import dev.syncline.SourceReader;
import dev.syncline.TableSelection;
import dev.syncline.TargetProgress;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.Position;
import dev.syncline.change.Row;
import dev.syncline.change.RowInsert;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TransactionPart;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FollowingTest {

  private static final TableDefinition TABLE = Tables.keyed("t");

  private final Signal signal = new Signal();
  private final Workers workers = new Workers("job", Thread::new, signal);
  private final RecordingTarget target = new RecordingTarget();
  private final BlockingQueue<ChangeBatch<TableChange>> source = new LinkedBlockingQueue<>();
  private Following<TableChange> following;

  private static final class WritingSink implements PlainSink<TableChange> {
    @Override
    public SinkWriter<TableChange> openWriter() {
      throw new UnsupportedOperationException();
    }
  }

  private final class Reader implements SourceReader<TableChange> {

    @Override
    public ChangeBatch<TableChange> poll(Duration maxWait) throws InterruptedException {
      ChangeBatch<TableChange> next = source.poll(maxWait.toMillis(), TimeUnit.MILLISECONDS);
      return next == null ? ChangeBatch.empty() : next;
    }

    @Override
    public void acknowledge(Position position) {
      throw new AssertionError("Nothing was saved.");
    }

    @Override
    public void close() {}
  }

  @BeforeEach
  void start() {
    Sink<TableChange> sink = new WritingSink();
    JobSpec<TableChange> spec =
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
    Counters counters = new Counters();
    TargetProgress found = new TargetProgress(1, List.of(Map.of("s", "4")), "", Map.of());
    Levelling<TableChange> levelling = Levelling.of("job", found, new Routes(List.of()), At::parse);
    Lanes<TableChange> lanes = new Lanes<>(spec, () -> 0, signal, counters, levelling);
    lanes.start(
        new LaneStarter<>(workers, target, new JobRun("job", "id", 1), List.of()),
        Map.of("s", new At(4)));
    Rows<TableChange> rows =
        new Rows<>(
            new Shapes<>(sink, TableSelection.builder().database("shop").build(), List.of()),
            counters,
            new FailedChanges("job", Optional.empty(), counters));
    following =
        new Following<>(
            lanes,
            rows,
            new Columnwise<>(sink, List.of()),
            new LoadedTables(Map.of()),
            Optional.empty());
  }

  @AfterEach
  void stop() {
    workers.close();
  }

  private void follow() {
    StreamPump<TableChange> pump = new StreamPump<>(new Reader(), 1 << 20, signal);
    workers.start("reader", pump::run);
    following.add("s", pump, new At(4));
  }

  private static TransactionPart<TableChange> transaction(int number) {
    TableChange change = new RowInsert(TABLE, Row.of((long) number, 0L));
    return new TransactionPart<>(
        new At(number), List.of(change), Optional.of(new At(number)), Instant.EPOCH, 100);
  }

  /** A position may have more before it than the transactions that a stream brings. */
  @Test
  void isHeldInFrontOfTheFirstTransactionThatIsNotBeforeThePlace() throws InterruptedException {
    following.holdAt(Map.of("s", new At(6)));
    follow();
    source.add(new ChangeBatch<>(List.of(transaction(5), transaction(7)), Optional.empty()));

    Await.until(
        "it is held",
        () -> {
          following.step();
          return following.isHeld();
        });

    assertThat(following.stands()).isEqualTo(Map.of("s", new At(5)));
    assertThat(target.next(0)).isEqualTo("write [5] 1");
    assertThat(target.next(0)).isEqualTo("commit {s=5}");
    assertThat(following.step()).isFalse();
    assertThat(target.soon(0)).isNull();
  }

  @Test
  void isHeldWhereItStandsAtThePlace() {
    following.holdAt(Map.of("s", new At(6)));
    follow();
    source.add(new ChangeBatch<>(List.of(transaction(5)), Optional.of(new At(6))));

    Await.until(
        "it is held",
        () -> {
          following.step();
          return following.isHeld();
        });

    assertThat(following.stands()).isEqualTo(Map.of("s", new At(6)));
  }
}
