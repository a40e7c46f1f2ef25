package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.syncline.CheckpointStore;
import dev.syncline.Finding;
import dev.syncline.Initialization;
import dev.syncline.JobLimits;
import dev.syncline.JobState;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.PrecheckFailedException;
import dev.syncline.ProgressLostException;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.testkit.server.MySqlRelease;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A job goes on where it ended, or says by name why it cannot. */
@ParameterizedClass
@EnumSource(names = {"MYSQL_8_0", "MARIADB_10_11"})
class ResumeIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int ROWS = 20_000;

  private static ServerPair pair;

  private final CheckpointStore checkpoints = new MemoryCheckpointStore();
  private String database = "";

  @Parameter MySqlRelease release;

  @BeforeParameterizedClassInvocation
  static void start(MySqlRelease release) {
    pair = ServerPair.of(release);
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    pair.close();
  }

  @BeforeEach
  void createTable() throws SQLException {
    database = pair.source().createDatabase("resume");
    StringBuilder insert = new StringBuilder("INSERT INTO " + database + ".t VALUES (0, 0)");
    for (int row = 1; row < ROWS; row++) {
      insert.append(",(").append(row).append(",0)");
    }
    pair.source()
        .execute("CREATE TABLE " + database + ".t (id INT PRIMARY KEY, n INT)", insert.toString());
  }

  private SyncJob<TableChange> job() {
    return SyncJob.from(pair.sourceBuilder().build())
        .to(pair.sinkBuilder().ledgerDatabase(ledger()).build())
        .named("resume")
        .select(TableSelection.builder().database(database).build())
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .checkpoints(checkpoints)
        .limits(JobLimits.builder().batchRows(100).build())
        .build();
  }

  private String ledger() {
    return database + "_records";
  }

  private void runOnce() throws InterruptedException {
    try (SyncJob<TableChange> job = job()) {
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
    }
  }

  @Test
  void doesNotReadFinishedRangesAgain() throws Exception {
    SyncJob<TableChange> first = job();
    try (first) {
      first.start();
      Await.until("a quarter is copied", PATIENCE, () -> first.status().snapshotRows() > ROWS / 4);
    }
    long copied = first.status().snapshotRows();
    assertThat(copied).as("the copy was cut short").isLessThan(ROWS);

    try (SyncJob<TableChange> second = job()) {
      second.start();
      assertThat(second.awaitSynchronizing(PATIENCE)).isTrue();

      long inFlight = 2_000;
      assertThat(second.status().snapshotRows()).isLessThan(ROWS - copied + inFlight);
      assertThat(Checksums.awaitEqual(pair, database, PATIENCE))
          .isEqualTo(Checksums.of(pair.source(), database));
    }
  }

  @Test
  void stopsByNameWhenTheLogIsPurged() throws Exception {
    runOnce();
    pair.source().execute("UPDATE " + database + ".t SET n = 1 WHERE id = 1");
    BinlogPurge.of(pair.source());

    try (SyncJob<TableChange> job = job()) {
      PrecheckFailedException failure =
          catchThrowableOfType(PrecheckFailedException.class, job::start);

      assertThat(failure.report().stops()).extracting(Finding::code).contains("POSITION_LOST");
      assertThat(failure).hasMessageContaining("purged");
    }
  }

  @Test
  void stopsByNameWhenItsRecordsAtTheTargetAreGone() throws Exception {
    runOnce();
    pair.target().execute("DROP DATABASE " + ledger());

    try (SyncJob<TableChange> job = job()) {
      PrecheckFailedException failure =
          catchThrowableOfType(PrecheckFailedException.class, job::start);

      assertThat(failure.report().stops()).extracting(Finding::code).contains("PROGRESS_MISSING");
    }
  }

  @Test
  void stopsByNameWhenItsRecordsAreThoseOfAnotherJob() throws Exception {
    runOnce();
    pair.target()
        .execute("UPDATE " + ledger() + ".job SET job_id = 'another' WHERE job_name = 'resume'");

    try (SyncJob<TableChange> job = job()) {
      job.start();
      Await.until("the job fails", PATIENCE, () -> job.status().failure().isPresent());

      assertThat(job.status().failure()).containsInstanceOf(ProgressLostException.class);
      assertThat(job.status().state()).isIn(JobState.FAILED, JobState.INITIALIZATION_FAILED);
    }
  }

  @Test
  void goesOnBehindWhatIsAtTheTarget() throws Exception {
    runOnce();
    pair.source()
        .execute(
            "UPDATE " + database + ".t SET n = n + 1 WHERE id < 100",
            "DELETE FROM " + database + ".t WHERE id = 5",
            "INSERT INTO " + database + ".t VALUES (-1, -1)");

    try (SyncJob<TableChange> job = job()) {
      job.start();

      assertThat(Checksums.awaitEqual(pair, database, PATIENCE))
          .isEqualTo(Checksums.of(pair.source(), database));
      assertThat(job.status().snapshotRows()).isZero();
    }
  }
}
