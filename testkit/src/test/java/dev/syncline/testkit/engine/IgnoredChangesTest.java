package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.JobState;
import dev.syncline.SchemaChanges;
import dev.syncline.SyncJob;
import dev.syncline.change.TableChange;
import dev.syncline.testkit.MemoryTarget.SchemaMoment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Statements that a job is to ignore after an earlier run has begun to carry them out. */
class IgnoredChangesTest {

  /** Somebody has changed the target by hand, and lets the job ignore the statement this once. */
  @ParameterizedTest
  @EnumSource
  void aStatementThatWasBegunAndIsIgnoredThenIsForgotten(SchemaMoment moment) {
    try (Rig rig = new Rig(1)) {
      rig.fill(5);
      rig.target.onSchemaChange(
          at -> {
            if (at == moment) {
              throw new IllegalStateException("Nobody knows what became of it.");
            }
          });
      SyncJob<TableChange> job = rig.startAndSynchronize(rig.job());
      rig.database.truncate(Rig.ORDERS.id());
      Rig.await("the job stops", () -> job.status().state() == JobState.FAILED);
      job.close();
      rig.target.onSchemaChange(at -> {});
      rig.insert(Rig.USERS, 50, 1);
      SyncJob<TableChange> ignoring =
          rig.startAndSynchronize(rig.job().schemaChanges(SchemaChanges.IGNORE));
      rig.awaitEqual(Rig.USERS);
      ignoring.close();

      rig.startAndSynchronize(rig.job());
      rig.database.truncate(Rig.LEDGER.id());
      rig.insert(Rig.LEDGER, 60, 1);

      rig.awaitEqual(Rig.LEDGER);
      assertThat(rig.target.statements()).last().asString().contains("ledger");
      assertThat(rig.target.rows(Rig.ORDERS.id())).hasSize(moment == SchemaMoment.CHANGED ? 0 : 5);
    }
  }
}
