package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Completion;
import dev.syncline.TableStructure.TableSize;
import dev.syncline.change.KeyRange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.internal.Checkpoint.Copying;
import dev.syncline.internal.Checkpoint.Decided;
import dev.syncline.internal.Checkpoint.Phase;
import dev.syncline.internal.Checkpoint.PlannedTable;
import dev.syncline.internal.Checkpoint.Preparation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CheckpointTest {

  private static final TableDefinition TABLE = Tables.keyed("t");
  private static final Map<String, String> SINCE = Map.of("s", "5");

  /** A checkpoint of one table that says since when it holds. */
  private static Checkpoint noted(Copying copying) {
    return new Checkpoint(
        "id",
        1,
        Phase.STRUCTURED,
        new Decided(Optional.empty(), Optional.empty(), List.of()),
        Map.of("s", "7"),
        List.of(planned(TABLE, copying)),
        List.of(),
        Map.of("s", "before"),
        List.of(),
        SINCE);
  }

  private static PlannedTable planned(TableDefinition table, Copying copying) {
    return new PlannedTable(table, Preparation.USE, new TableSize(0, 0), copying);
  }

  private static HistoryEntry entry(Optional<String> memory, Set<TableId> arrived) {
    return new HistoryEntry("s", "9", Set.of(), List.of(), memory, arrived);
  }

  private static Checkpoint passed(HistoryEntry entry) {
    return noted(Copying.ALL).withHistory(entry).withPassed(passed -> true);
  }

  @Test
  void rowsAndUnfinishedCopiesSayNoMoreOfTheTarget() {
    Checkpoint noted = noted(Copying.upTo(part("", "a")));

    assertThat(noted.withEpoch(2).since()).isEqualTo(SINCE);
    assertThat(noted.withPositions(Map.of("s", "8")).since()).isEqualTo(SINCE);
    assertThat(noted.withCompleted(Map.of()).since()).isEqualTo(SINCE);
    assertThat(noted.withCompleted(Map.of(TABLE.id(), List.of(part("", "c")))).since())
        .isEqualTo(SINCE);
    assertThat(noted.withRecorded(Map.of()).since()).isEqualTo(SINCE);
    assertThat(noted.withArrivals(List.of()).since()).isEqualTo(SINCE);
    assertThat(noted.withHistory(entry(Optional.of("behind"), Set.of())).since()).isEqualTo(SINCE);
    assertThat(noted.withPassed(entry -> true).since()).isEqualTo(SINCE);
  }

  @Test
  void whatElseBecomesSoIsNotSoSinceThen() {
    Checkpoint noted = noted(Copying.upTo(part("", "a")));
    Map<TableId, List<Completion>> whole = Map.of(TABLE.id(), List.of(part("", "")));

    assertThat(noted.withPhase(Phase.COPIED).since()).isEmpty();
    assertThat(noted.withCompleted(whole).since()).isEmpty();
    assertThat(noted.withRecorded(whole).since()).isEmpty();
    assertThat(noted.withArrivals(List.of(new Arrival(TABLE.id()))).since()).isEmpty();
    assertThat(noted.withTables(List.of(), Set.of(TABLE.id())).since()).isEmpty();
    assertThat(noted.withTables(List.of(planned(Tables.keyed("u"), Copying.ALL)), Set.of()).since())
        .isEmpty();
    assertThat(noted(Copying.ALL).withForgotten(TABLE.id()).since()).isEmpty();
    // The target has forgotten records that would count from now on if it had them again.
    assertThat(noted(Copying.AFRESH).withForgotten(TABLE.id()).since()).isEmpty();
  }

  @Test
  void aChangeThatIsPassedIsSoOnlyBehindIt() {
    assertThat(passed(entry(Optional.of("behind"), Set.of())).since()).isEmpty();
    assertThat(passed(entry(Optional.empty(), Set.of())).since()).isEmpty();
    assertThat(passed(entry(Optional.empty(), Set.of(TABLE.id()))).since()).isEmpty();
  }

  private static Completion part(String after, String upTo) {
    return new Completion(new KeyRange(after, upTo), "");
  }

  @Test
  void joinsPartsInAnyOrder() {
    assertThat(Checkpoint.fromBeginning(List.of(part("b", "c"), part("", "a"), part("a", "b"))))
        .contains(part("", "c"));
  }

  @Test
  void stopsAtAGap() {
    assertThat(Checkpoint.fromBeginning(List.of(part("", "a"), part("b", "c"))))
        .contains(part("", "a"));
  }

  @Test
  void hasNothingWithoutABeginning() {
    assertThat(Checkpoint.fromBeginning(List.of(part("a", "b")))).isEmpty();
    assertThat(Checkpoint.fromBeginning(List.of())).isEmpty();
  }

  @Test
  void knowsAWholeTable() {
    assertThat(Checkpoint.fromBeginning(List.of(part("a", ""), part("", "a"))))
        .contains(part("", ""));
  }

  @Test
  void doesNotBeginAgainBehindTheEnd() {
    assertThat(Checkpoint.fromBeginning(List.of(part("", ""), part("", "a"))))
        .contains(part("", ""));
  }

  @Test
  void keepsThePointOfAnExactRead() {
    Completion all = new Completion(KeyRange.ALL, "binlog.000001:4");

    assertThat(Checkpoint.fromBeginning(List.of(all))).contains(all);
  }

  @Test
  void joinsEachPartOnce() {
    assertThat(Checkpoint.fromBeginning(List.of(part("", "a"), part("", "a"), part("a", "a"))))
        .contains(part("", "a"));
  }
}
