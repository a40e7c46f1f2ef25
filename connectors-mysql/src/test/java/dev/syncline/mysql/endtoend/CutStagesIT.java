package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.syncline.JobState;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.PrecheckFailedException;
import dev.syncline.mysql.endtoend.Strike.Manner;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.FaultPoint;
import dev.syncline.testkit.fault.ProxiedJob;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.TcpProxy;
import dev.syncline.testkit.server.TcpProxy.Direction;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The connections of a job fail at every stage of its life, in every manner: it notices in bounded
 * time, goes on by itself, and loses and doubles nothing.
 */
class CutStagesIT {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int ROWS = 3_000;
  private static final int LANES = 4;
  private static final int MOST_DELAY_MILLIS = 50;

  private static ServerPair pair;

  @BeforeAll
  static void start() {
    pair = ServerPair.of(MySqlRelease.MYSQL_8_0);
  }

  @AfterAll
  static void stop() {
    pair.close();
  }

  /** A stage of a job's life, and how its connections fail there in a manner. */
  private interface Stage {
    void prepare(ProxiedJob job, Strike strike);

    private static void at(FaultPoint point, int passing, ProxiedJob job, Runnable what) {
      long unused = job.points().armNext(point, passing, what);
    }
  }

  private enum FirstStage implements Stage {
    TAKE_OVER {
      @Override
      public void prepare(ProxiedJob job, Strike strike) {
        Stage.at(
            FaultPoint.BEFORE_TAKE_OVER, 1, job, () -> strike.atStatement(job.sink(), "commit"));
      }
    },
    ANSWER_TO_TAKE_OVER {
      @Override
      public void prepare(ProxiedJob job, Strike strike) {
        Stage.at(FaultPoint.BEFORE_TAKE_OVER, 1, job, () -> strike.atAnswerToCommit(job.sink()));
      }
    },
    STRUCTURE {
      @Override
      public void prepare(ProxiedJob job, Strike strike) {
        Stage.at(FaultPoint.BEFORE_TABLE_CREATE, 2, job, () -> strike.at(job.sink()));
      }
    },
    SNAPSHOT_READ {
      @Override
      public void prepare(ProxiedJob job, Strike strike) {
        Stage.at(FaultPoint.BEFORE_SNAPSHOT_WRITE, 5, job, () -> strike.at(job.source()));
      }
    },
    SNAPSHOT_WRITE {
      @Override
      public void prepare(ProxiedJob job, Strike strike) {
        Stage.at(FaultPoint.BEFORE_SNAPSHOT_WRITE, 4, job, () -> strike.at(job.sink()));
      }
    },
    ANSWER_TO_SNAPSHOT_COMMIT {
      @Override
      public void prepare(ProxiedJob job, Strike strike) {
        Stage.at(
            FaultPoint.BEFORE_SNAPSHOT_WRITE, 3, job, () -> strike.atAnswerToCommit(job.sink()));
      }
    }
  }

  private enum LaterStage implements Stage {
    SOURCE {
      @Override
      public void prepare(ProxiedJob job, Strike strike) {
        strike.at(job.source());
      }
    },
    BEFORE_WRITE {
      @Override
      public void prepare(ProxiedJob job, Strike strike) {
        Stage.at(FaultPoint.BEFORE_LANE_WRITE, 3, job, () -> strike.at(job.sink()));
      }
    },
    BEFORE_COMMIT {
      @Override
      public void prepare(ProxiedJob job, Strike strike) {
        Stage.at(FaultPoint.AFTER_LANE_WRITE, 3, job, () -> strike.at(job.sink()));
      }
    },
    COMMIT {
      @Override
      public void prepare(ProxiedJob job, Strike strike) {
        strike.atStatement(job.sink(), "commit");
      }
    },
    ANSWER_TO_COMMIT {
      @Override
      public void prepare(ProxiedJob job, Strike strike) {
        strike.atAnswerToCommit(job.sink());
      }
    },
    AFTER_COMMIT {
      @Override
      public void prepare(ProxiedJob job, Strike strike) {
        Stage.at(FaultPoint.AFTER_LANE_COMMIT, 3, job, () -> strike.at(job.sink()));
      }
    },
    TAKE_OVER {
      @Override
      public void prepare(ProxiedJob job, Strike strike) {
        Stage.at(
            FaultPoint.BEFORE_TAKE_OVER, 1, job, () -> strike.atStatement(job.sink(), "commit"));
        job.source().cut();
      }
    },
    ANSWER_TO_TAKE_OVER {
      @Override
      public void prepare(ProxiedJob job, Strike strike) {
        Stage.at(FaultPoint.BEFORE_TAKE_OVER, 1, job, () -> strike.atAnswerToCommit(job.sink()));
        job.source().cut();
      }
    };

    /**
     * All stages; of several lanes those that differ from the ones of a single lane, and the one
     * with open transactions where silence takes seconds to be noticed.
     */
    private static Set<LaterStage> of(int lanes, Manner manner) {
      if (lanes == 1) {
        return EnumSet.allOf(LaterStage.class);
      }
      return manner == Manner.BLACK_HOLE
          ? EnumSet.of(BEFORE_COMMIT)
          : EnumSet.range(BEFORE_COMMIT, ANSWER_TO_COMMIT);
    }
  }

  static Stream<Arguments> beginnings() {
    return Arrays.stream(FirstStage.values())
        .flatMap(stage -> Arrays.stream(Manner.values()).map(m -> Arguments.of(stage, m)));
  }

  @ParameterizedTest
  @MethodSource("beginnings")
  void whileItInitializes(Stage stage, Manner manner) throws Exception {
    String database = createTables("first");
    try (ProxiedJob job = ProxiedJobs.of(pair, database, new MemoryCheckpointStore())) {
      Strike strike = new Strike(manner);
      stage.prepare(job, strike);
      job.job().start();
      awaitNoticed(job, strike, 0);
      job.restore();

      job.awaitSynchronizing();

      assertEqual(database);
    }
  }

  static Stream<Arguments> checks() {
    return Arrays.stream(Manner.values())
        .flatMap(m -> Stream.of(Arguments.of("source", m), Arguments.of("target", m)));
  }

  /** The pre-check is the caller's: it says what failed, and may be called again. */
  @ParameterizedTest
  @MethodSource("checks")
  void whileItChecks(String end, Manner manner) throws Exception {
    String database = createTables("checked");
    try (ProxiedJob job = ProxiedJobs.of(pair, database, new MemoryCheckpointStore())) {
      Strike strike = new Strike(manner);
      strike.atStatement(end.equals("source") ? job.source() : job.sink(), "show");

      PrecheckFailedException failure =
          catchThrowableOfType(PrecheckFailedException.class, () -> job.job().start());

      assertThat(strike.isDone()).isTrue();
      assertThat(failure).as("%s", strike).hasMessageContaining("on '" + end + "'");
      job.restore();
      job.job().start();
      job.awaitSynchronizing();
      assertEqual(database);
    }
  }

  /** A job need not notice that a session which it does not need any more has ended. */
  private static void awaitNoticed(ProxiedJob job, Strike strike, int before) throws Exception {
    Await.until("it has come to the stage: " + strike, PATIENCE, strike::isDone);
    Await.until(
        "the job has noticed, or works: " + strike,
        PATIENCE,
        () -> job.retries() > before || job.job().status().state() != JobState.INITIALIZING);
    job.job()
        .status()
        .failure()
        .ifPresent(
            failure -> {
              throw new AssertionError("The job failed.", failure);
            });
  }

  private static String createTables(String name) throws SQLException {
    String database = pair.source().createDatabase(name);
    StringBuilder rows = new StringBuilder("(0, 0)");
    for (int row = 1; row < ROWS; row++) {
      rows.append(",(").append(row).append(", ").append(row).append(")");
    }
    pair.source()
        .execute(
            "CREATE TABLE %s.t (id INT PRIMARY KEY, n INT)".formatted(database),
            "CREATE TABLE %s.u (id INT PRIMARY KEY, n INT)".formatted(database),
            "CREATE TABLE %s.keyless (id INT, n INT)".formatted(database),
            "INSERT INTO %s.t VALUES %s".formatted(database, rows),
            "INSERT INTO %1$s.u SELECT * FROM %1$s.t".formatted(database),
            "INSERT INTO %1$s.keyless SELECT id %% 9, 0 FROM %1$s.t LIMIT 900".formatted(database));
    return database;
  }

  private static void assertEqual(String database) throws Exception {
    assertThat(Checksums.awaitEqual(pair, database, PATIENCE))
        .isEqualTo(Checksums.of(pair.source(), database));
  }

  static Stream<Arguments> ways() {
    return Arrays.stream(Manner.values())
        .flatMap(m -> Stream.of(Arguments.of(m, 1), Arguments.of(m, LANES)));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void whileItFollows(Manner manner, int lanes) throws Exception {
    long seed = System.nanoTime();
    String database = "later_" + manner.name().toLowerCase(Locale.ROOT) + "_" + lanes;
    try (MixedLoad load = new MixedLoad(pair, database, seed);
        ProxiedJob job = following(load, database, lanes)) {
      LaneCommits commits = new LaneCommits(pair.target());
      int marker = 0;
      for (LaterStage stage : LaterStage.of(lanes, manner)) {
        if (lanes > 1) {
          Await.until("lanes share", PATIENCE, () -> commits.lanes(database) > 1);
        }
        Strike strike = new Strike(manner);
        int before = job.retries();
        stage.prepare(job, strike);
        Await.until("it has come to " + stage + ": " + strike, PATIENCE, strike::isDone);
        if (mustNotice(stage, manner)) {
          Await.until(
              "the job has noticed: " + strike,
              PATIENCE,
              () -> {
                strike.repeat();
                return job.retries() > before;
              });
        }
        job.restore();
        marker++;
        awaitPassing(database, marker);
      }
      load.finish(manner + " at its stages, " + lanes + " lanes");
    }
  }

  /** A job under a load that follows. */
  private static ProxiedJob following(MixedLoad load, String database, int lanes) throws Exception {
    pair.source().execute("CREATE TABLE %s.marker (id INT PRIMARY KEY)".formatted(database));
    ProxiedJob job = ProxiedJobs.of(pair, database, new MemoryCheckpointStore(), lanes);
    ProxiedJobs.start(job);
    job.awaitSynchronizing();
    load.synchronizedWith(lanes);
    return job;
  }

  /** A server that sends its log reads nothing meanwhile, and goes on. */
  private static boolean mustNotice(LaterStage stage, Manner manner) {
    return stage != LaterStage.SOURCE
        || (manner != Manner.SERVER_HEARS_NO_MORE && manner != Manner.SERVER_HEARS_PART);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, LANES})
  void aDelayIsNoFailure(int lanes) throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String database = "delayed_" + lanes;
    try (MixedLoad load = new MixedLoad(pair, database, seed);
        ProxiedJob job = following(load, database, lanes)) {
      int marker = 0;
      for (TcpProxy proxy : List.of(job.source(), job.sink())) {
        for (Direction direction : Direction.values()) {
          proxy.delay(direction, Duration.ofMillis(1 + random.nextInt(MOST_DELAY_MILLIS)));
          marker++;
          awaitPassing(database, marker);
        }
      }
      assertThat(job.job().status().failure()).as("seed %d", seed).isEmpty();
      job.restore();
      load.finish("delayed, " + lanes + " lanes");
    }
  }

  /** Waits until what is committed at the source now has come to the target. */
  private static void awaitPassing(String database, int marker) throws Exception {
    String table = database + ".marker";
    pair.source().execute("INSERT INTO " + table + " VALUES (" + marker + ")");
    Await.until(
        "marker " + marker + " has come",
        PATIENCE,
        () -> {
          try (Connection connection = pair.target().connect();
              Statement statement = connection.createStatement();
              ResultSet found =
                  statement.executeQuery("SELECT 1 FROM " + table + " WHERE id = " + marker)) {
            return found.next();
          }
        });
  }
}
