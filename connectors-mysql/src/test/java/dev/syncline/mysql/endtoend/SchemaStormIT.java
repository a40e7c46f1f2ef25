package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.JobState;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.StoredCheckpoint;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.FaultPoint;
import dev.syncline.testkit.fault.KillCount;
import dev.syncline.testkit.fault.ProxiedJob;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Tables and rows change at random while a job copies and follows them, and the job is killed or
 * loses its connections at any moment, also while the target carries a statement out: in the end
 * the target has the tables and the rows of the source. {@code -Dsyncline.seed} repeats the random
 * numbers of a run, though not its moments.
 */
class SchemaStormIT {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final long MOST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(4);

  /** What happens to a job. */
  enum Blow {
    DIE,
    LOSE_TARGET,
    LOSE_SOURCE,
    /** It dies between two steps that somebody else sees. */
    DIE_AT_A_POINT,
    /** It dies while the target carries a statement out, which goes on. */
    DIE_AT_A_STATEMENT,
    LOSE_TARGET_AT_A_STATEMENT,
    /** It dies while a statement waits at the target for somebody who holds the table. */
    DIE_AT_A_HELD_STATEMENT,
    LOSE_TARGET_AT_A_HELD_STATEMENT
  }

  /** What is done while a statement runs. */
  private interface Act {
    void now() throws InterruptedException;
  }

  private static final List<Blow> BLOWS = List.of(Blow.values());

  private static final List<FaultPoint> POINTS =
      List.of(
          FaultPoint.BEFORE_SCHEMA_APPLY,
          FaultPoint.AFTER_SCHEMA_APPLY,
          FaultPoint.BEFORE_CHECKPOINT_SAVE,
          FaultPoint.AFTER_CHECKPOINT_SAVE,
          FaultPoint.BEFORE_TAKE_OVER,
          FaultPoint.AFTER_TAKE_OVER,
          FaultPoint.BEFORE_LANE_COMMIT,
          FaultPoint.AFTER_LANE_COMMIT,
          FaultPoint.BEFORE_SNAPSHOT_WRITE,
          FaultPoint.AFTER_SNAPSHOT_WRITE);

  @ParameterizedTest
  @EachRelease
  void targetEqualsSource(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      for (int lanes : List.of(1, 3)) {
        long seed = Long.getLong("syncline.seed", System.nanoTime());
        new Run(pair, "storm_" + lanes, lanes, seed).run();
      }
    }
  }

  /** One job in one storm. */
  private static final class Run {

    private final ServerPair pair;
    private final String database;
    private final int lanes;
    private final long seed;
    private final Random random;
    private final MemoryCheckpointStore store = new MemoryCheckpointStore();
    private final Map<Blow, Integer> blows = new EnumMap<>(Blow.class);
    private ProxiedJob job;
    private int met;

    Run(ServerPair pair, String database, int lanes, long seed) {
      this.pair = pair;
      this.database = database;
      this.lanes = lanes;
      this.seed = seed;
      this.random = new Random(seed);
    }

    void run() throws Exception {
      try (Storm storm = new Storm(pair, database, seed)) {
        job = start();
        try {
          // A table that changes while it is planned and made stops the job.
          Await.until("the tables are made", PATIENCE, this::isStructured);
          storm.begin(seed);
          int count = KillCount.part(0.2);
          for (int i = 0; i < count; i++) {
            if (i == count / 2) {
              awaitCopied(storm);
              storm.copied();
            }
            Await.pause(random.nextInt(800));
            Blow blow = BLOWS.get(random.nextInt(BLOWS.size()));
            blows.merge(blow, 1, Integer::sum);
            strike(blow);
            job.restore();
          }
          storm.stop();
          assertEqual();
        } catch (AssertionError | Exception e) {
          throw new AssertionError(
              "Storm with %d lanes and seed %d, %s, %s; the job is %s; statements on tables:%n%s"
                  .formatted(
                      lanes,
                      seed,
                      blows,
                      storm,
                      job.job().status(),
                      String.join("\n", storm.last())),
              e);
        } finally {
          job.close();
        }
        System.out.printf(
            "Storm on %s with %d lanes: equal; %s; %s, of which %d met a statement that ran"
                + " (seed %d)%n",
            pair.target().release(), lanes, storm, blows, met, seed);
      }
    }

    /** Each change of tables costs the copy time, which a slow machine may not have. */
    private void awaitCopied(Storm storm) throws Exception {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!isCopied() && System.nanoTime() < deadline) {
        Await.moment();
      }
      storm.calm();
      Await.until("the job synchronizes", PATIENCE, this::isCopied);
    }

    private boolean isCopied() {
      return hasFailed() || job.job().status().state() == JobState.SYNCHRONIZING;
    }

    private ProxiedJob start() throws InterruptedException {
      ProxiedJob started = ProxiedJobs.of(pair, database, store, lanes);
      ProxiedJobs.start(started);
      return started;
    }

    private boolean isStructured() {
      assertThat(job.job().status().failure()).isEmpty();
      return store
          .load(database)
          .map(StoredCheckpoint::content)
          .filter(text -> text.contains("\tSTRUCTURED\n") || text.contains("\tCOPIED\n"))
          .isPresent();
    }

    private void strike(Blow blow) throws Exception {
      switch (blow) {
        case DIE -> replace();
        case LOSE_TARGET -> job.sink().cut();
        case LOSE_SOURCE -> job.source().cut();
        case DIE_AT_A_POINT -> dieAtPoint(POINTS.get(random.nextInt(POINTS.size())));
        case DIE_AT_A_STATEMENT -> {
          awaitStatement("%");
          replace();
        }
        case LOSE_TARGET_AT_A_STATEMENT -> {
          awaitStatement("%");
          job.sink().cut();
        }
        case DIE_AT_A_HELD_STATEMENT -> whileHeld(this::replace);
        case LOSE_TARGET_AT_A_HELD_STATEMENT -> whileHeld(() -> job.sink().cut());
        default -> throw new IllegalArgumentException(blow.toString());
      }
    }

    /** The job dies, and another instance begins. */
    private void replace() throws InterruptedException {
      job.die();
      ProxiedJob dead = job;
      job = start();
      dead.close();
    }

    private void dieAtPoint(FaultPoint point) throws Exception {
      job.dieAt(point, 1 + random.nextInt(3), MOST_WAIT_NANOS);
      replace();
    }

    /** Somebody holds the tables of the target meanwhile, until some time after the blow. */
    private void whileHeld(Act blow) throws Exception {
      try (Connection holder = pair.target().connect(database);
          Statement statement = holder.createStatement()) {
        holder.setAutoCommit(false);
        for (String table : Shown.rows(statement, "SHOW TABLES")) {
          hold(statement, table);
        }
        awaitStatement("%metadata lock%");
        CompletableFuture<Void> released = release(holder, random.nextInt(1_500));
        blow.now();
        released.get();
      }
    }

    private static CompletableFuture<Void> release(Connection holder, int afterMillis) {
      return CompletableFuture.runAsync(
          () -> {
            try {
              Await.pause(afterMillis);
              holder.rollback();
            } catch (InterruptedException | SQLException e) {
              throw new IllegalStateException("The tables were not released.", e);
            }
          });
    }

    private static void hold(Statement statement, String table) {
      try {
        statement.executeQuery("SELECT 1 FROM " + table + " LIMIT 1").close();
      } catch (SQLException e) {
        // It is not there any more, or whoever changes it was in the way: which is as good.
        assertThat(e.getErrorCode()).isIn(1146, 1412, 1213, 1205);
      }
    }

    /** Waits for some time until the target carries a statement out. */
    private void awaitStatement(String state) throws Exception {
      String sql =
          ("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE DB = '%s' AND STATE LIKE '%s'"
                  + " AND INFO REGEXP '^ *(ALTER|CREATE|DROP|RENAME|TRUNCATE) '")
              .formatted(database, state);
      long deadline = System.nanoTime() + MOST_WAIT_NANOS;
      try (Connection connection = pair.target().connect();
          Statement statement = connection.createStatement()) {
        while (System.nanoTime() < deadline) {
          if (!Shown.rows(statement, sql).equals(List.of("0"))) {
            met++;
            return;
          }
        }
      }
    }

    private void assertEqual() throws Exception {
      Map<String, String> tables = Shown.tables(pair.source(), database);
      Await.until("The tables are equal", PATIENCE, () -> hasFailed() || isShown(tables));
      assertThat(job.job().status().failure()).isEmpty();
      assertThat(Checksums.awaitEqual(pair, database, PATIENCE))
          .isEqualTo(Checksums.of(pair.source(), database));
      assertThat(job.job().status().failure()).isEmpty();
    }

    private boolean hasFailed() {
      return job.job().status().failure().isPresent();
    }

    private boolean isShown(Map<String, String> tables) {
      try {
        return Shown.tables(pair.target(), database).equals(tables);
      } catch (SQLException e) {
        // A table was renamed or dropped while it was looked at.
        return false;
      }
    }
  }
}
