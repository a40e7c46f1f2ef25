package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.Completion;
import dev.syncline.Consistency;
import dev.syncline.Guarantee;
import dev.syncline.JobLimits;
import dev.syncline.JobRun;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.PlainSink;
import dev.syncline.ProgressLostException;
import dev.syncline.RetryPolicy;
import dev.syncline.SchemaChanges;
import dev.syncline.SinkWriter;
import dev.syncline.SnapshotWriter;
import dev.syncline.Source;
import dev.syncline.SourceScope;
import dev.syncline.SourceSession;
import dev.syncline.TableSelection;
import dev.syncline.TableStructure.TableSize;
import dev.syncline.TargetKeys;
import dev.syncline.TargetProgress;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.KeyRange;
import dev.syncline.change.Position;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.internal.Checkpoint.Copying;
import dev.syncline.internal.Checkpoint.Decided;
import dev.syncline.internal.Checkpoint.Phase;
import dev.syncline.internal.Checkpoint.PlannedTable;
import dev.syncline.internal.Checkpoint.Preparation;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TakeOverTest {

  private static final TableDefinition TABLE = Tables.keyed("t");

  private final CheckpointKeeper keeper = new CheckpointKeeper("job", new MemoryCheckpointStore());

  private record Numbers() implements Source<TableChange> {

    @Override
    public SourceSession<TableChange> open(SourceScope<TableChange> scope) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Position parsePosition(String text) {
      return At.parse(text);
    }
  }

  /** A target that has recorded something. */
  private record Recorded(Map<String, String> positions, Map<TableId, List<Completion>> completed)
      implements Target<TableChange> {

    @Override
    public TargetProgress takeOver(
        JobRun run, Map<String, String> firstPositions, Checkpoint checkpoint) {
      return new TargetProgress(run.epoch(), List.of(positions), "", completed);
    }

    @Override
    public Guarantee guarantee() {
      throw new UnsupportedOperationException();
    }

    @Override
    public LaneOutput<TableChange> openLane(JobRun run, int lane, List<CascadeGroup> groups) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void beginLanes(JobRun run, int lanes, String layout) {
      throw new UnsupportedOperationException();
    }

    @Override
    public TargetKeys keysOf(TableDefinition table) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SnapshotWriter openSnapshotWriter(JobRun run) {
      throw new UnsupportedOperationException();
    }
  }

  private static Completion part(String after, String upTo) {
    return new Completion(new KeyRange(after, upTo), "");
  }

  /** The checkpoint of a job that has come to 5 and 7, and has a table so far. */
  private void saved(Copying copying) {
    saved(copying, Map.of());
  }

  private void saved(Copying copying, Map<String, String> since) {
    keeper.begin();
    keeper.load();
    keeper.save(
        new Checkpoint(
            "id",
            3,
            Phase.STRUCTURED,
            new Decided(Optional.empty(), Optional.empty(), List.of()),
            Map.of("a", "5", "b", "7"),
            List.of(new PlannedTable(TABLE, Preparation.USE, new TableSize(0, 0), copying)),
            List.of(),
            Map.of(),
            List.of(),
            since));
  }

  private void takeOver(Map<String, String> positions, List<Completion> completed) {
    JobSpec<TableChange> spec =
        new JobSpec<>(
            "job",
            new JobSpec.Ends<>(
                new Numbers(),
                (PlainSink<TableChange>) TakeOverTest::noWriter,
                TableSelection.builder().database("shop").build(),
                List.of()),
            null,
            Consistency.TRANSACTIONAL,
            SchemaChanges.STOP,
            null,
            RetryPolicy.defaults(),
            JobLimits.defaults(),
            new JobSpec.Surroundings(Thread::new, Clock.systemUTC(), List.of()));
    Target<TableChange> target = new Recorded(positions, Map.of(TABLE.id(), completed));
    TargetProgress unused = new TakeOver<>(spec, target, keeper).run();
  }

  private static SinkWriter<TableChange> noWriter() {
    throw new UnsupportedOperationException();
  }

  private Optional<Completion> copied() {
    return keeper.current().tables().get(0).completed();
  }

  @Test
  void goesOnAtATargetThatIsFurtherThanTheCheckpoint() {
    saved(Copying.upTo(part("", "c")));

    takeOver(Map.of("a", "6", "b", "7"), List.of(part("", "c"), part("c", "e")));

    assertThat(keeper.current().positions()).isEqualTo(Map.of("a", "6", "b", "7"));
    assertThat(copied()).contains(part("", "e"));
  }

  @Test
  void stopsAtATargetThatHasLostCommits() {
    saved(Copying.NOTHING);

    assertThatThrownBy(() -> takeOver(Map.of("a", "6", "b", "6"), List.of()))
        .isInstanceOf(ProgressLostException.class)
        .hasMessageContaining("of job 'job' is at 6 of stream 'b'")
        .hasMessageContaining("it has been at 7")
        .hasMessageContaining("it has lost commits");
    assertThat(keeper.current().positions()).isEqualTo(Map.of("a", "5", "b", "7"));
  }

  @Test
  void goesBackWithATargetThatHasLostRowsOnly() {
    saved(Copying.ALL, Map.of("a", "2", "b", "3"));

    takeOver(Map.of("a", "5", "b", "4"), List.of());

    assertThat(keeper.current().positions()).isEqualTo(Map.of("a", "5", "b", "4"));
    assertThat(keeper.current().since()).isEqualTo(Map.of("a", "2", "b", "3"));
    assertThat(keeper.current().tables().get(0).isComplete()).isTrue();

    takeOver(Map.of("a", "2", "b", "4"), List.of());
    assertThat(keeper.current().positions()).isEqualTo(Map.of("a", "2", "b", "4"));
  }

  @Test
  void goesBackWithWhatIsRecordedOfAnUnfinishedCopy() {
    saved(Copying.upTo(part("", "e")), Map.of("a", "2", "b", "3"));

    takeOver(Map.of("a", "3", "b", "4"), List.of(part("", "c")));

    assertThat(copied()).contains(part("", "c"));
    assertThat(keeper.current().since()).isEqualTo(Map.of("a", "2", "b", "3"));
  }

  /** The table may have been complete only after the target had come there. */
  @Test
  void stopsAtATargetThatStandsWhereTheStreamsStoodWhenItGotMoreThanRows() {
    saved(Copying.ALL, Map.of("a", "2", "b", "3"));

    assertThatThrownBy(() -> takeOver(Map.of("a", "2", "b", "3"), List.of()))
        .isInstanceOf(ProgressLostException.class)
        .hasMessageContaining("more than rows may be among them");
  }

  @Test
  void stopsAtATargetThatHasLostMoreThanRows() {
    saved(Copying.ALL, Map.of("a", "2", "b", "3"));

    assertThatThrownBy(() -> takeOver(Map.of("a", "5", "b", "2"), List.of()))
        .isInstanceOf(ProgressLostException.class);
    assertThatThrownBy(() -> takeOver(Map.of("a", "1", "b", "7"), List.of()))
        .isInstanceOf(ProgressLostException.class);
  }

  @Test
  void notesWhereTheTargetStandsIfNothingIsNoted() {
    saved(Copying.NOTHING);

    takeOver(Map.of("a", "6", "b", "7"), List.of());

    assertThat(keeper.current().since()).isEqualTo(Map.of("a", "6", "b", "7"));
  }

  @Test
  void notesWhereTheTargetStandsIfItHasMoreThanWasKnown() {
    saved(Copying.upTo(part("", "e")), Map.of("a", "2", "b", "3"));

    takeOver(Map.of("a", "6", "b", "7"), List.of(part("", "")));

    assertThat(copied()).contains(part("", ""));
    assertThat(keeper.current().since()).isEqualTo(Map.of("a", "6", "b", "7"));
  }

  @Test
  void copiesAgainWhatTheTargetHasLostOfAnUnfinishedCopy() {
    saved(Copying.upTo(part("", "e")));

    takeOver(Map.of("a", "5", "b", "7"), List.of(part("", "c")));
    assertThat(copied()).contains(part("", "c"));

    takeOver(Map.of("a", "5", "b", "7"), List.of());
    assertThat(copied()).isEmpty();
  }

  @Test
  void leavesAloneWhatIsCompleteOrCopiedAfresh() {
    saved(Copying.ALL);
    takeOver(Map.of("a", "5", "b", "7"), List.of());
    assertThat(keeper.current().tables().get(0).isComplete()).isTrue();

    saved(Copying.AFRESH);
    takeOver(Map.of("a", "5", "b", "7"), List.of(part("", "c")));
    assertThat(keeper.current().tables().get(0).copying()).isEqualTo(Copying.AFRESH);
  }
}
