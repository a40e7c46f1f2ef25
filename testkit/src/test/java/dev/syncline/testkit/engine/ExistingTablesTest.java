package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.ExistingTables;
import dev.syncline.Initialization;
import dev.syncline.JobState;
import dev.syncline.PrecheckFailedException;
import dev.syncline.SinkWriter;
import dev.syncline.SyncException;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.Row;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.TransactionId;
import dev.syncline.change.TransactionPart;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.ValueKind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of tables that are at the target before the job first starts. */
class ExistingTablesTest {

  private final Rig rig = new Rig(1);

  /** A transaction of somebody else. */
  private record Other() implements TransactionId {}

  @BeforeEach
  void fill() {
    rig.fill(10);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  /** A job without pre-check, so that the engine itself has to look. */
  private SyncJobBuilder<TableChange> unchecked() {
    return rig.job(rig.source(), new FlakySink(rig.sink(), Faults.hooked(what -> {})));
  }

  /** Puts a row into a table of the target. */
  private void fillTarget(TableDefinition table, Row row) {
    rig.target.create(table);
    SnapshotRow change = new SnapshotRow(table, row);
    TransactionPart<TableChange> part =
        new TransactionPart<>(
            new Other(), List.of(change), Optional.empty(), Instant.EPOCH, row.approximateBytes());
    try (SinkWriter<TableChange> writer = rig.sink().openWriter()) {
      writer.write(new ChangeBatch<>(List.of(part), Optional.empty()));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void assertFails(SyncJobBuilder<TableChange> builder, String message) {
    SyncJob<TableChange> job = rig.start(builder);

    Rig.await("it fails", () -> job.status().state() == JobState.INITIALIZATION_FAILED);

    assertThat(job.status().failure().orElseThrow())
        .isInstanceOf(SyncException.class)
        .hasMessage("Job '" + rig.name + "' cannot begin: " + message);
  }

  @Test
  void areRefusedUnlessSaidOtherwise() {
    rig.target.create(Rig.USERS);

    assertFails(
        unchecked(),
        "table 'shop.users' is at the target already. Drop it there, or choose another value of"
            + " existingTables.");
    assertThat(rig.target.progress(rig.name)).isEmpty();
    assertThat(rig.target.tables()).containsExactly(Rig.USERS.id());
  }

  @Test
  void areRefusedByThePreCheckFirst() {
    rig.target.create(Rig.USERS);

    assertThatThrownBy(() -> rig.start(rig.job()))
        .isInstanceOf(PrecheckFailedException.class)
        .hasMessageContaining("TABLE_EXISTS on 'shop.users'");
    assertThat(rig.store.load(rig.name)).isEmpty();
  }

  @Test
  void withRowsAreRefusedByThePreCheckFirst() {
    fillTarget(Rig.USERS, Row.of(99L, 99L));

    assertThatThrownBy(() -> rig.start(rig.job().existingTables(ExistingTables.USE_IF_EMPTY)))
        .isInstanceOf(PrecheckFailedException.class)
        .hasMessageContaining("TABLE_HAS_ROWS on 'shop.users'");
    assertThat(rig.store.load(rig.name)).isEmpty();
  }

  @Test
  void areUsedIfEmpty() {
    rig.target.create(Rig.USERS);

    rig.startAndSynchronize(unchecked().existingTables(ExistingTables.USE_IF_EMPTY));

    rig.awaitEqual();
  }

  @Test
  void areRefusedIfTheyHaveRows() {
    fillTarget(Rig.USERS, Row.of(99L, 99L));

    assertFails(
        unchecked().existingTables(ExistingTables.USE_IF_EMPTY),
        "table 'shop.users' has rows at the target. Empty it there, or choose KEEP_ROWS or CLEAR.");
    assertThat(rig.rows(Rig.USERS)).containsExactly(Row.of(99L, 99L));
  }

  @Test
  void areCleared() {
    fillTarget(Rig.USERS, Row.of(99L, 99L));
    fillTarget(Rig.LEDGER, Row.of(99L, 99L));

    rig.startAndSynchronize(unchecked().existingTables(ExistingTables.CLEAR));

    rig.awaitEqual();
  }

  @Test
  void keepTheirRowsAtTheLoadAndAreOverwrittenByTheStream() {
    fillTarget(Rig.USERS, Row.of(3L, 99L));
    fillTarget(Rig.ORDERS, Row.of(4L, 99L));
    fillTarget(Rig.ORDERS, Row.of(77L, 99L));

    rig.startAndSynchronize(unchecked().existingTables(ExistingTables.KEEP_ROWS));

    assertThat(rig.rows(Rig.USERS)).hasSize(10).contains(Row.of(3L, 99L));
    assertThat(rig.rows(Rig.ORDERS)).hasSize(11).contains(Row.of(4L, 99L), Row.of(77L, 99L));
    rig.update(Rig.USERS, 3, 5);
    rig.awaitEqual(Rig.USERS);
  }

  @Test
  void keepTheirRowsAlsoWhenTheJobIsResumed() {
    fillTarget(Rig.USERS, Row.of(3L, 99L));
    Faults faults = Faults.at(12, Faults.Moment.AFTER).fatal();
    SyncJob<TableChange> job =
        rig.start(rig.job(rig.source(), faults).existingTables(ExistingTables.KEEP_ROWS));
    Rig.await("it fails", () -> job.status().failure().isPresent());
    job.close();

    rig.startAndSynchronize(rig.job());

    assertThat(rig.rows(Rig.USERS)).hasSize(10).contains(Row.of(3L, 99L));
  }

  @Test
  void withRowsAreRefusedIfNoKeyTellsThemApart() {
    fillTarget(Rig.LEDGER, Row.of(99L, 99L));

    assertFails(
        unchecked().existingTables(ExistingTables.KEEP_ROWS),
        "table 'shop.ledger' has rows at the target but no key to tell them from new ones. Choose"
            + " CLEAR, or empty it there.");
  }

  @Test
  void withRowsAreRefusedIfTheyMustBeLoadedAsAWhole() {
    TableDefinition measures =
        new TableDefinition(
            new TableId("shop", "measures"),
            List.of(
                new Column(
                    "at", ColumnType.of(ValueKind.DOUBLE, "double"), false, Column.Origin.WRITTEN)),
            List.of(new UniqueKey(UniqueKey.PRIMARY, List.of(0), UniqueKey.Coverage.COLUMNS)));
    rig.database.create(measures);
    fillTarget(measures, Row.of(1.5));

    assertFails(
        unchecked().existingTables(ExistingTables.KEEP_ROWS),
        "table 'shop.measures' has rows at the target that are to be kept, but its key cannot be"
            + " cut into ranges. Choose CLEAR, or empty it there.");
    assertThat(rig.rows(measures)).containsExactly(Row.of(1.5));
  }

  @Test
  void mustBeThereIfTheJobMakesNone() {
    assertFails(
        rig.bare(rig.source(), new FlakySink(rig.sink(), Faults.hooked(what -> {})))
            .initialize(Initialization.DATA),
        "table 'shop.ledger' is not at the target. Create it, or initialize STRUCTURE.");
  }

  @Test
  void thatGetRowsOfOthersBeforeTheirLoadAreNotTouched() {
    rig.target.create(Rig.LEDGER);
    Faults faults = Faults.hooked(what -> fillAt("openSnapshotWriter", what));
    SyncJobBuilder<TableChange> builder =
        rig.job(rig.source(), faults).existingTables(ExistingTables.USE_IF_EMPTY);

    SyncJob<TableChange> job = rig.start(builder);

    Rig.await("it fails", () -> job.status().state() == JobState.INITIALIZATION_FAILED);
    assertThat(job.status().failure().orElseThrow()).hasMessage(foreignRows());
    assertThat(rig.rows(Rig.LEDGER)).containsExactly(Row.of(99L, 99L));
  }

  /** The first run ends after it has looked and before it has written. */
  @Test
  void thatGetRowsOfOthersBetweenTwoRunsAreNotTouched() {
    Faults faults =
        Faults.hooked(
            what -> {
              if (what.equals("readExactly")) {
                throw new IllegalStateException("Enough.");
              }
            });
    SyncJob<TableChange> first = rig.start(rig.job(rig.source(), faults));
    Rig.await("it fails", () -> first.status().failure().isPresent());
    first.close();
    fillTarget(Rig.LEDGER, Row.of(99L, 99L));

    SyncJob<TableChange> next = rig.start(rig.job());

    Rig.await("it fails", () -> next.status().state() == JobState.INITIALIZATION_FAILED);
    assertThat(next.status().failure().orElseThrow()).hasMessage(foreignRows());
    assertThat(rig.rows(Rig.LEDGER)).containsExactly(Row.of(99L, 99L));
  }

  @Test
  void areClearedAlsoOfRowsThatComeBeforeTheirLoadIfThatWasChosen() {
    rig.target.create(Rig.LEDGER);
    Faults faults = Faults.hooked(what -> fillAt("openSnapshotWriter", what));

    rig.startAndSynchronize(rig.job(rig.source(), faults).existingTables(ExistingTables.CLEAR));

    rig.awaitEqual();
  }

  private void fillAt(String wanted, String what) {
    if (what.equals(wanted) && rig.rows(Rig.LEDGER).isEmpty()) {
      fillTarget(Rig.LEDGER, Row.of(99L, 99L));
    }
  }

  private String foreignRows() {
    return "Job '"
        + rig.name
        + "' cannot load table 'shop.ledger': it has rows at the target that the job has not"
        + " written. Empty it there and start the job again.";
  }
}
