package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.syncline.CheckpointStore;
import dev.syncline.Finding;
import dev.syncline.Initialization;
import dev.syncline.JobLimits;
import dev.syncline.JobState;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.PrecheckFailedException;
import dev.syncline.ProgressLostException;
import dev.syncline.StoredCheckpoint;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;

/** A job goes on where it ended, or says by name why it cannot. */
@ParameterizedClass
@EachRelease
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
    return builder().checkpoints(checkpoints).build();
  }

  private SyncJobBuilder<TableChange> builder() {
    return SyncJob.from(pair.sourceBuilder().build())
        .to(pair.sinkBuilder().ledgerDatabase(ledger()).build())
        .named("resume")
        .select(TableSelection.builder().database(database).build())
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .limits(JobLimits.builder().batchRows(100).build());
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
    SyncJob<TableChange> first =
        builder().checkpoints(checkpoints).through(new CutShort(ROWS / 2)).build();
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
    Map<String, String> before = Checksums.of(pair.target(), database);

    try (SyncJob<TableChange> job = job()) {
      PrecheckFailedException failure =
          catchThrowableOfType(PrecheckFailedException.class, job::start);

      assertThat(failure.report().stops()).extracting(Finding::code).contains("POSITION_LOST");
      assertThat(failure)
          .hasMessageContaining("purged")
          .hasMessageContaining("start the job anew with a snapshot");
    }
    assertThat(Checksums.of(pair.target(), database)).isEqualTo(before);
  }

  @Test
  void stopsByNameWhenItsRecordsAtTheTargetAreGone() throws Exception {
    runOnce();
    pair.target().execute("DROP DATABASE " + ledger());

    try (SyncJob<TableChange> job = job()) {
      PrecheckFailedException failure =
          catchThrowableOfType(PrecheckFailedException.class, job::start);

      assertThat(failure.report().stops()).extracting(Finding::code).contains("PROGRESS_MISSING");
      assertThat(failure).hasMessageContaining("Delete the job's checkpoint and start it anew");
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
  void stopsByNameWhenATableAtTheTargetIsGone() throws Exception {
    pair.source().execute("CREATE TABLE " + database + ".other (id INT PRIMARY KEY)");
    runOnce();
    pair.target().execute("DROP TABLE " + database + ".t");
    pair.source().execute("INSERT INTO " + database + ".other VALUES (1)");

    try (SyncJob<TableChange> job = job()) {
      PrecheckFailedException failure =
          catchThrowableOfType(PrecheckFailedException.class, job::start);

      assertThat(failure.report().stops())
          .extracting(Finding::code, Finding::object)
          .containsExactly(tuple("TABLE_MISSING", database + ".t"));
      assertThat(failure).hasMessageContaining("Bring it back with its rows");
    }
    assertThat(Checksums.of(pair.target(), database))
        .as("nothing was made or written")
        .hasSize(1)
        .isNotEqualTo(Checksums.of(pair.source(), database));
  }

  @Test
  void goesOnThoughItDiedBeforeItReachedTheTarget() throws Exception {
    try (SyncJob<TableChange> job = builder().checkpoints(new DyingStore(checkpoints)).build()) {
      job.start();
      Await.until("the job dies", PATIENCE, () -> job.status().failure().isPresent());
    }
    assertThat(checkpoints.load("resume")).isPresent();

    runOnce();

    assertThat(Checksums.of(pair.target(), database))
        .isEqualTo(Checksums.of(pair.source(), database));
  }

  /** Keeps what is saved, but whoever saves dies of it. */
  private record DyingStore(CheckpointStore store) implements CheckpointStore {

    @Override
    public Optional<StoredCheckpoint> load(String job) {
      return store.load(job);
    }

    @Override
    public long save(String job, StoredCheckpoint checkpoint) {
      store.save(job, checkpoint);
      throw new IllegalStateException("The application died.");
    }

    @Override
    public void delete(String job, long version) {
      store.delete(job, version);
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
