package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.ExistingTables;
import dev.syncline.Initialization;
import dev.syncline.JobState;
import dev.syncline.SyncException;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.Row;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.testkit.Renaming;
import dev.syncline.testkit.fault.FaultPoint;
import dev.syncline.testkit.fault.FaultPoints;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables that come and would have the name of another one at the target. */
class TakenNamesTest {

  private static final TableId NEW = new TableId("shop", "new");
  private static final TableId THINGS = new TableId("shop", "things");

  /** All tables that begin with t have one name at the target, but are not to be merged. */
  private static final TableSelection ONE_NAME =
      TableSelection.builder()
          .database("shop", db -> db.tables("t*", t -> t.as("things")).table("orders"))
          .build();

  private static void makeTable(Rig rig, TableId id, int rows) {
    rig.database.create(new TableDefinition(id, Rig.USERS.columns(), Rig.USERS.uniqueKeys()));
    for (long key = 0; key < rows; key++) {
      insert(rig, id, 100 + key);
    }
  }

  private static void insert(Rig rig, TableId id, long key) {
    rig.database.commit(rows -> rows.insert(id, Row.of(key, 1L)));
  }

  @ParameterizedTest
  @EnumSource(names = {"CLEAR", "KEEP_ROWS", "USE_IF_EMPTY"})
  void stopsInFrontOfATableThatWouldTakeThePlaceOfAnother(ExistingTables existing) {
    try (Rig rig = new Rig(1)) {
      TableId first = new TableId("shop", "t1");
      makeTable(rig, first, existing == ExistingTables.USE_IF_EMPTY ? 0 : 20);
      SyncJob<TableChange> job =
          rig.startAndSynchronize(rig.job(ONE_NAME).existingTables(existing));
      makeTable(rig, NEW, 5);
      rig.database.rename(new Renaming(NEW, new TableId("shop", "t2")));

      Rig.await("the job stops", () -> job.status().state() == JobState.FAILED);
      assertThat(job.status().failure().orElseThrow())
          .isInstanceOf(SyncException.class)
          .hasMessageContaining("table 'shop.t2' is at the source now")
          .hasMessageContaining("would be 'shop.things' at the target, as 'shop.t1' is already");
      assertThat(rig.target.rows(THINGS)).hasSameElementsAs(rig.database.rows(first));
      job.close();

      rig.database.rename(new Renaming(new TableId("shop", "t2"), NEW));
      insert(rig, first, 7);
      rig.startAndSynchronize(rig.job(ONE_NAME).existingTables(existing));
      Rig.await("the row is there", () -> rig.target.rows(THINGS).contains(Row.of(7L, 1L)));
      assertThat(rig.target.rows(THINGS)).hasSameElementsAs(rig.database.rows(first));
    }
  }

  /** The look at a table knows nothing of one that the stream brings before the table joins. */
  @Test
  void stopsInFrontOfATableWhosePlaceTheStreamHasGivenAway() {
    try (Rig rig = new Rig(1)) {
      TableId first = new TableId("shop", "t1");
      FaultPoints points = new FaultPoints();
      SyncJob<TableChange> job =
          rig.startAndSynchronize(
              rig.bare(points.in(rig.source()), points.in(rig.sink()), ONE_NAME)
                  .initialize(Initialization.STRUCTURE, Initialization.DATA)
                  .limits(Rig.limits().build()));
      FaultPoint begin = FaultPoint.AFTER_TAKE_OVER;
      points.arm(begin, points.passed(begin) + 1, () -> makeTable(rig, first, 1));
      makeTable(rig, NEW, 5);
      rig.database.rename(new Renaming(NEW, new TableId("shop", "t2")));

      Rig.await("the job stops", () -> job.status().state() == JobState.FAILED);
      assertThat(job.status().failure().orElseThrow())
          .hasMessageContaining("would be 'shop.things' at the target, as 'shop.t1' is already");
      assertThat(rig.target.rows(THINGS)).hasSameElementsAs(rig.database.rows(first));
    }
  }
}
