package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.Consistency;
import dev.syncline.ExistingTables;
import dev.syncline.JobLimits;
import dev.syncline.PlainSink;
import dev.syncline.RetryPolicy;
import dev.syncline.SchemaChanges;
import dev.syncline.SinkWriter;
import dev.syncline.SnapshotReader;
import dev.syncline.SnapshotWriter;
import dev.syncline.SourceReader;
import dev.syncline.TableSelection;
import dev.syncline.TableSourceSession;
import dev.syncline.TableStructure;
import dev.syncline.TransientException;
import dev.syncline.change.Position;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlannerTest {

  private static final TableDefinition OLD = Tables.keyed("t");
  private static final TableDefinition NEW = Tables.withTwoValues("t");

  /** A source that shows the next definition each time it is looked at, the last one for ever. */
  private static final class Changing implements TableSourceSession {

    private final Deque<TableDefinition> shown;
    private int places;

    Changing(TableDefinition... shown) {
      this.shown = new ArrayDeque<>(List.of(shown));
    }

    @Override
    public Map<String, Position> currentPositions() {
      places++;
      return Map.of("s", new At(places));
    }

    @Override
    public List<TableStructure> tables() {
      TableDefinition now = shown.size() > 1 ? shown.removeFirst() : shown.getFirst();
      return List.of(
          new TableStructure(
              now,
              new TableStructure.CreateStatements("test", "", ""),
              new TableStructure.TableSize(shown.size(), 0)));
    }

    @Override
    public void define(List<TableDefinition> tables, Map<String, String> memory) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SnapshotReader openSnapshotReader() {
      throw new UnsupportedOperationException();
    }

    @Override
    public SourceReader<TableChange> openReader(String stream, Position from) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  private static final class NoSink implements PlainSink<TableChange> {
    @Override
    public SinkWriter<TableChange> openWriter() {
      throw new UnsupportedOperationException();
    }
  }

  private static Checkpoint plan(TableDefinition... shown) {
    JobSpec<TableChange> spec =
        new JobSpec<>(
            "job",
            new JobSpec.Ends<>(
                null, new NoSink(), TableSelection.builder().database("shop").build(), List.of()),
            new JobSpec.Start(Set.of(), ExistingTables.REFUSE, Set.of(), Set.of()),
            Consistency.TRANSACTIONAL,
            SchemaChanges.STOP,
            null,
            RetryPolicy.defaults(),
            JobLimits.defaults(),
            new JobSpec.Surroundings(Thread::new, Clock.systemUTC(), List.of()));
    Workers workers = new Workers("job", Thread::new, new Signal());
    return new Planner(spec, workers, PlannerTest::noWriter).plan(new Changing(shown));
  }

  private static SnapshotWriter noWriter() {
    throw new UnsupportedOperationException();
  }

  private static TableDefinition definition(Checkpoint plan) {
    return plan.tables().get(0).definition();
  }

  @Test
  void beginsAtAPositionAtWhichTheTablesAreAsTheyWereLookedAt() {
    Checkpoint quiet = plan(OLD, OLD, NEW);
    Checkpoint altered = plan(OLD, NEW, NEW);

    assertThat(definition(quiet)).isEqualTo(OLD);
    assertThat(quiet.positions()).containsEntry("s", "1");
    assertThat(definition(altered)).isEqualTo(NEW);
    assertThat(altered.positions()).containsEntry("s", "2");
  }

  @Test
  void triesLaterIfTheTablesChangeAllTheTime() {
    assertThatThrownBy(() -> plan(OLD, NEW, OLD, NEW, OLD, NEW, OLD))
        .isInstanceOf(TransientException.class)
        .hasMessageContaining("6 times");
  }
}
