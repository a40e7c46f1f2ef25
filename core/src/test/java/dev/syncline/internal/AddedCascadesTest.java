package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.CascadingSink;
import dev.syncline.Completion;
import dev.syncline.Consistency;
import dev.syncline.ExistingTables;
import dev.syncline.Initialization;
import dev.syncline.JobLimits;
import dev.syncline.JobRun;
import dev.syncline.LaneWriter;
import dev.syncline.Operation;
import dev.syncline.PlainSink;
import dev.syncline.RetryPolicy;
import dev.syncline.SchemaChanges;
import dev.syncline.SelectedTable;
import dev.syncline.Sink;
import dev.syncline.SinkWriter;
import dev.syncline.TableSelection;
import dev.syncline.TableStructure.TableSize;
import dev.syncline.TargetProgress;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.ForeignKey.Rule;
import dev.syncline.change.KeyRange;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.internal.Checkpoint.Copying;
import dev.syncline.internal.Checkpoint.PlannedTable;
import dev.syncline.internal.Checkpoint.Preparation;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What becomes of two tables between which a foreign key begins to cascade. */
class AddedCascadesTest {

  private static final String HERE = "7";
  private static final Copying LOADED = Copying.upTo(new Completion(KeyRange.ALL, "3"));
  private static final Set<Initialization> ROWS = Set.of(Initialization.DATA);

  private static final TableDefinition PARENT = Tables.keyed("parent");
  private static final TableDefinition CHILD = child();

  private static TableDefinition child() {
    TableDefinition table = Tables.keyed("child");
    ForeignKey key =
        new ForeignKey(
            "f", List.of(1), PARENT.id(), List.of("id"), Rule.CASCADE, Rule.RESTRICT, false);
    return new TableDefinition(table.id(), table.columns(), table.uniqueKeys(), List.of(key));
  }

  private static class WritingSink implements PlainSink<TableChange> {
    @Override
    public SinkWriter<TableChange> openWriter() {
      throw new UnsupportedOperationException();
    }
  }

  private static final class Cascading implements CascadingSink<TableChange> {
    @Override
    public TargetProgress takeOver(JobRun run, Map<String, String> firstPositions) {
      throw new UnsupportedOperationException();
    }

    @Override
    public LaneWriter<TableChange> openLane(JobRun run, int lane) {
      throw new UnsupportedOperationException();
    }

    @Override
    public LaneWriter<TableChange> openLane(JobRun run, int lane, List<CascadeGroup> groups) {
      throw new UnsupportedOperationException();
    }
  }

  private static TableSelection selection(Consumer<SelectedTable.Builder> ofChild) {
    return TableSelection.builder()
        .database("shop", db -> db.table("parent").table("child", ofChild))
        .build();
  }

  private static JobSpec<TableChange> spec(
      Sink<TableChange> sink,
      TableSelection selection,
      Set<Initialization> initialize,
      String... acknowledged) {
    return new JobSpec<>(
        "job",
        new JobSpec.Ends<>(null, sink, selection, List.of()),
        new JobSpec.Start(initialize, ExistingTables.REFUSE, Set.of(), Set.of(acknowledged)),
        Consistency.TRANSACTIONAL,
        SchemaChanges.APPLY,
        null,
        RetryPolicy.defaults(),
        JobLimits.defaults(),
        new JobSpec.Surroundings(Thread::new, Clock.systemUTC(), List.of()));
  }

  private static JobSpec<TableChange> spec() {
    return spec(new Cascading(), selection(t -> {}), ROWS);
  }

  private static PlannedTable planned(TableDefinition table, Copying copying) {
    return new PlannedTable(table, Preparation.USE, new TableSize(0, 0), copying);
  }

  /** A foreign key that the child gets. */
  private static AddedCascades added(JobSpec<?> spec, Copying parent, Copying child) {
    return new AddedCascades(
        spec,
        List.of(planned(PARENT, parent), planned(Tables.keyed("child"), child)),
        entry(child));
  }

  private static HistoryEntry entry(Copying child) {
    return new HistoryEntry(
        "stream", HERE, Set.of(), List.of(planned(CHILD, child)), Optional.empty(), Set.of());
  }

  @Test
  void areFollowedFromThereOn() {
    AddedCascades added = added(spec(), Copying.ALL, Copying.ALL);

    Copying here = Copying.upTo(new Completion(KeyRange.ALL, HERE));
    assertThat(added.problem(true)).isEmpty();
    assertThat(added.followed().tables())
        .containsExactlyInAnyOrder(planned(PARENT, here), planned(CHILD, here));
  }

  /** It may be in another group, whose tables were loaded at that point. */
  @Test
  void aTableThatWasLoadedAtAnExactPointKeepsIt() {
    AddedCascades added = added(spec(), LOADED, Copying.ALL);

    assertThat(added.problem(true)).isEmpty();
    assertThat(added.followed().tables()).contains(planned(PARENT, LOADED));
  }

  @Test
  void tablesThatAreStillToBeLoadedAreLoadedTogether() {
    AddedCascades added = added(spec(), Copying.NOTHING, Copying.NOTHING);

    assertThat(added.problem(true)).isEmpty();
    assertThat(added.followed().tables()).containsExactly(planned(CHILD, Copying.NOTHING));
  }

  @Test
  void stopWhileOneOfThemIsCopied() {
    AddedCascades added = added(spec(), Copying.NOTHING, Copying.ALL);

    assertThat(added.problem(true).orElseThrow()).contains("not all of them are copied yet");
    assertThat(added.followed()).isEqualTo(entry(Copying.ALL));
  }

  @Test
  void stopWhereTheTargetDoesNotDoTheSame() {
    assertThat(added(spec(), Copying.ALL, Copying.ALL).problem(false).orElseThrow())
        .contains("[shop.child, shop.parent]", "the target does not do so by itself");
    for (JobSpec<TableChange> spec :
        List.of(
            spec(new WritingSink(), selection(t -> {}), ROWS),
            spec(new Cascading(), selection(t -> {}), Set.of()),
            spec(new Cascading(), selection(t -> t.exceptColumns("version")), ROWS),
            spec(
                new Cascading(),
                selection(t -> t.operations(Operation.INSERT, Operation.SCHEMA_CHANGE)),
                ROWS))) {
      AddedCascades added = added(spec, Copying.ALL, Copying.ALL);

      assertThat(added.problem(true).orElseThrow()).contains("the target does not do so by itself");
      assertThat(added.followed()).isEqualTo(entry(Copying.ALL));
    }
  }

  @Test
  void stopWhereTheParentTakesNoPart() {
    AddedCascades alone =
        new AddedCascades(
            spec(), List.of(planned(Tables.keyed("child"), Copying.ALL)), entry(Copying.ALL));

    assertThat(alone.problem(true).orElseThrow())
        .contains("'f' of table 'shop.child'", "changes of table 'shop.parent'", "not selected");
  }

  @Test
  void mayBeAcknowledged() {
    JobSpec<TableChange> spec =
        spec(new WritingSink(), selection(t -> {}), ROWS, "CASCADING_FOREIGN_KEY");

    assertThat(added(spec, Copying.ALL, Copying.ALL).problem(true)).isEmpty();
    assertThat(added(spec, Copying.ALL, Copying.ALL).problem(false)).isEmpty();
  }
}
