package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Consistency;
import dev.syncline.JobLimits;
import dev.syncline.JobRun;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.RetryPolicy;
import dev.syncline.SchemaChanges;
import dev.syncline.TargetProgress;
import dev.syncline.change.Position;
import dev.syncline.change.Row;
import dev.syncline.change.RowInsert;
import dev.syncline.change.TableChange;
import dev.syncline.change.TransactionPart;
import dev.syncline.internal.Checkpoint.Decided;
import dev.syncline.internal.Checkpoint.Phase;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private final Upkeep<TableChange> upkeep =
      new Upkeep<>(spec, new JobProgress<>("job", event -> {}, state -> {}), () -> 0, keeper);
  private Lanes<TableChange> lanes;

  @BeforeEach
  void start() {
    TargetProgress found = new TargetProgress(1, List.of(Map.of("s", "0")), "", Map.of());
    Levelling<TableChange> levelling = Levelling.of("job", found, new Routes(List.of()), At::parse);
    lanes = new Lanes<>(spec, () -> 0, signal, new Counters(), levelling);
    lanes.start(
        new LaneStarter<>(workers, target, new JobRun("job", "id", 1), List.of()),
        Map.of("s", new At(0)));
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
}
