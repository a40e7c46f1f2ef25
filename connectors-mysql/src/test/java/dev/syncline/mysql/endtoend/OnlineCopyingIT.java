package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Initialization;
import dev.syncline.JobLimits;
import dev.syncline.JobState;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.RetryPolicy;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.Transform;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.event.JobEvent;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;

/** Tools change a table online while its existing rows are copied. */
class OnlineCopyingIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ROWS = 8_000;

  /** From so many rows on the copy is so slow that it does not end before all is done. */
  private static final int SOON_ALL = ROWS * 3 / 4;

  /** Lets rows of a copy pass slowly, until it is told to hurry. */
  private static final class SlowRows implements Transform<TableChange> {

    private final AtomicInteger passed = new AtomicInteger();
    private volatile boolean hurries;

    @Override
    public Optional<TableChange> apply(TableChange change) {
      if (change instanceof SnapshotRow && !hurries) {
        try {
          Await.pause(passed.get() < SOON_ALL ? 2 : 40);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("The copy was interrupted.", e);
        }
        passed.incrementAndGet();
      }
      return Optional.of(change);
    }
  }

  @ParameterizedTest
  @EachRelease
  void targetHasWhatTheSourceHas(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      for (boolean whole : List.of(true, false)) {
        begin(pair);
        SlowRows rows = new SlowRows();
        AtomicInteger retries = new AtomicInteger();
        try (SyncJob<TableChange> job = copying(pair, whole, rows, retries)) {
          swap(pair, job, OnlineScripts.ghost("add column b int not null default 7"), "b");
          pair.source().execute("UPDATE shop.t SET a = CONCAT(a, '!') WHERE id % 7 = 1");
          swap(pair, job, OnlineScripts.percona(pair.source(), "add c date, add key (a)"), "c");
          pair.source().execute("DELETE FROM shop.t WHERE id % 11 = 1");
          swap(pair, job, OnlineScripts.twoSteps("drop column b, add d int default 3"), "d");
          swap(pair, job, OnlineScripts.dms(4, "modify a varchar(60), add e int"), "e");
          assertThat(job.status().state()).isEqualTo(JobState.INITIALIZING);

          rows.hurries = true;
          assertEqual(pair, job);
        }
      }
    }
  }

  /** Where the table is not there for long, the job tries again until it is. */
  @ParameterizedTest
  @EachRelease
  void waitsForATableThatIsBetweenTwoSteps(MySqlRelease release) throws Exception {
    List<String> statements = OnlineScripts.twoSteps("add column b int not null default 7");
    int between = statements.indexOf("alter /* gh-ost */ table `shop`.`_t_gho` rename `t`");
    try (ServerPair pair = ServerPair.of(release)) {
      begin(pair);
      SlowRows rows = new SlowRows();
      AtomicInteger retries = new AtomicInteger();
      try (SyncJob<TableChange> job = copying(pair, false, rows, retries)) {
        runSteps(pair, statements.subList(0, between));
        awaitRetries(job, retries, 2);
        // The tool gives up, and begins again.
        OnlineScripts.run(pair.source(), List.of("RENAME TABLE shop._t_del TO shop.t"));
        int before = retries.get();
        runSteps(pair, statements.subList(0, between));
        awaitRetries(job, retries, before + 2);
        swap(pair, job, statements.subList(between, statements.size()), "b");
        assertThat(job.status().state()).isNotEqualTo(JobState.SYNCHRONIZING);

        rows.hurries = true;
        assertEqual(pair, job);
      }
    }
  }

  private static void begin(ServerPair pair) throws SQLException {
    pair.source()
        .execute(
            "DROP DATABASE IF EXISTS shop",
            "CREATE DATABASE shop",
            "CREATE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY, a VARCHAR(40))",
            "INSERT INTO shop.t VALUES (1, 'one'), (2, 'two'), (3, 'three'), (101, 'more')");
    for (int count = 1; count < ROWS; count *= 2) {
      pair.source()
          .execute(
              ("INSERT INTO shop.t SELECT id + %d, CONCAT('row ', id) FROM shop.t"
                      + " WHERE id > 100")
                  .formatted(count));
    }
    pair.target().execute("DROP DATABASE IF EXISTS shop");
  }

  /** A job of which some rows are at the target, and by far not all. */
  private static SyncJob<TableChange> copying(
      ServerPair pair, boolean whole, SlowRows rows, AtomicInteger retries) throws Exception {
    SyncJob<TableChange> job =
        SyncJob.from(pair.sourceBuilder().build())
            .to(pair.sinkBuilder().build())
            .named("copying-" + whole)
            .select(
                whole
                    ? TableSelection.builder().database("shop").build()
                    : TableSelection.builder().database("shop", db -> db.table("t")).build())
            .initialize(Initialization.STRUCTURE, Initialization.DATA)
            .checkpoints(new MemoryCheckpointStore())
            .through(rows)
            .limits(JobLimits.builder().snapshotWriters(1).batchRows(50).build())
            .retry(
                RetryPolicy.builder()
                    .firstWait(Duration.ofMillis(50))
                    .longestWait(Duration.ofMillis(500))
                    .build())
            .listener(
                event -> {
                  if (event instanceof JobEvent.Retrying) {
                    retries.incrementAndGet();
                  }
                })
            .build();
    job.start();
    Await.until(
        "Rows are copied",
        PATIENCE,
        () -> job.status().failure().isPresent() || rows.passed.get() > 200);
    return job;
  }

  private static void runSteps(ServerPair pair, List<String> statements) throws SQLException {
    for (String sql : statements) {
      pair.source().execute("USE shop", sql);
    }
  }

  /** Runs the statements of a tool, and waits until the target has the column that they add. */
  private static void swap(
      ServerPair pair, SyncJob<TableChange> job, List<String> statements, String column)
      throws Exception {
    OnlineScripts.run(pair.source(), statements);
    Await.until(
        "The target has column " + column,
        PATIENCE,
        () -> job.status().failure().isPresent() || shown(pair).contains("`" + column + "`"));
    assertThat(job.status().failure()).isEmpty();
  }

  private static String shown(ServerPair pair) {
    try {
      return Shown.tables(pair.target(), "shop").getOrDefault("t", "");
    } catch (SQLException e) {
      return "";
    }
  }

  private static void awaitRetries(SyncJob<TableChange> job, AtomicInteger retries, int count)
      throws Exception {
    Await.until(
        "The job tries again",
        PATIENCE,
        () -> job.status().failure().isPresent() || retries.get() >= count);
    assertThat(job.status().failure()).isEmpty();
  }

  private static void assertEqual(ServerPair pair, SyncJob<TableChange> job) throws Exception {
    pair.source().execute("INSERT INTO shop.t (id, a) VALUES (99999, 'last')");
    assertThat(job.awaitSynchronizing(PATIENCE)).as("%s", job.status()).isTrue();
    assertThat(Checksums.awaitEqual(pair, "shop", PATIENCE))
        .isEqualTo(Checksums.of(pair.source(), "shop"));
    assertThat(Shown.tables(pair.target(), "shop")).isEqualTo(Shown.tables(pair.source(), "shop"));
    assertThat(job.status().failure()).isEmpty();
  }
}
