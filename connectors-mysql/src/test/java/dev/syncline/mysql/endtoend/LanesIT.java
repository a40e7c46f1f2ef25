package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Consistency;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.mysql.Dialect;
import dev.syncline.mysql.endtoend.RandomTables.Hindrance;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.KillCount;
import dev.syncline.testkit.fault.ProxiedJob;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Several lanes come to what one lane comes to, namely to what the source has: on random tables
 * with all kinds of unique keys and with foreign keys that cascade, under random writers, with hard
 * stops and other numbers of lanes after each.
 *
 * <p>In every other history lanes can share the transactions, and must; in the others something
 * keeps them from it again and again, so that lane 0 and they take turns.
 */
class LanesIT {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int ROWS_BEFORE = 400;
  private static final int MOST_LANES = 5;

  @ParameterizedTest
  @EachRelease
  void anyNumberOfLanesComesToWhatTheSourceHas(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      int histories = KillCount.part(1.0 / 30);
      for (int i = 0; i < histories; i++) {
        long seed = System.nanoTime();
        Set<Hindrance> hindrances =
            i % 2 == 0 ? EnumSet.noneOf(Hindrance.class) : some(new Random(seed));
        History history = new History(pair, "lanes" + i, hindrances, seed);
        try {
          history.run();
        } catch (AssertionError | Exception e) {
          throw new AssertionError(pair.source() + ", " + hindrances + ", seed " + seed, e);
        }
      }
    }
  }

  private static Set<Hindrance> some(Random random) {
    Set<Hindrance> some = EnumSet.allOf(Hindrance.class);
    if (random.nextBoolean()) {
      some.remove(random.nextBoolean() ? Hindrance.MOVING_KEYS : Hindrance.PECULIAR_TEXTS);
    }
    return some;
  }

  /** One database with its writers, and the jobs that follow it one after the other. */
  private static final class History {
    private final ServerPair pair;
    private final String database;
    private final Set<Hindrance> hindrances;
    private final long seed;
    private final Random random;
    private final RandomTables tables;
    private final MemoryCheckpointStore store = new MemoryCheckpointStore();
    private int hardStops;
    private int hardStopsAhead;

    History(ServerPair pair, String database, Set<Hindrance> hindrances, long seed) {
      this.pair = pair;
      this.database = database;
      this.hindrances = hindrances;
      this.seed = seed;
      this.random = new Random(seed);
      this.tables = RandomTables.withExtras(pair.source().release(), random, database, hindrances);
    }

    void run() throws Exception {
      fill();
      Function<Random, List<String>> transactions =
          chance ->
              chance.nextInt(4) == 0
                  ? CascadeTables.alone(database, chance)
                  : tables.transaction(chance);
      int stops = 3 + random.nextInt(3);
      int lanes = 2 + random.nextInt(MOST_LANES - 1);
      ProxiedJob job = start(lanes);
      try (RandomWriters writers = new RandomWriters(pair.source(), transactions, 3, seed, 1)) {
        job.awaitSynchronizing();
        LaneCommits commits = new LaneCommits(pair.target());
        for (int stop = 0; stop < stops; stop++) {
          follow(job, lanes, commits);
          lanes = random.nextInt(MOST_LANES + 1);
          job = random.nextInt(4) == 0 ? stop(job, lanes) : stopHard(job, lanes, commits);
        }
        job = stopHard(job, 4, commits);
        follow(job, 4, commits);
        writers.stop();
        assertThat(Checksums.awaitEqual(pair, database, PATIENCE))
            .as("after %d stops, %s", stops + 1, job.job().status())
            .isEqualTo(Checksums.of(pair.source(), database));
        System.out.printf(
            "lanes on %s with %s: %d stops, %d of them hard, %d of these with lanes apart from lane"
                + " 0; %d transactions, %d commits by lane 0 and %d by others; equal (seed %d)%n",
            pair.source(),
            hindrances,
            stops + 1,
            hardStops,
            hardStopsAhead,
            writers.count(),
            commits.ofLane0(),
            commits.ofOthers(),
            seed);
      } finally {
        job.close();
      }
    }

    /** Lets a job follow for a while, in which all of its lanes must write if they can. */
    private void follow(ProxiedJob job, int lanes, LaneCommits commits) throws Exception {
      if (hindrances.isEmpty() || random.nextInt(3) > 0) {
        job.awaitSynchronizing();
      }
      if (hindrances.isEmpty()) {
        Await.until(lanes + " lanes commit", PATIENCE, () -> commits.lanes(database) == lanes);
      }
      Await.pause(random.nextInt(1_500));
      assertThat(job.job().status().failure()).isEmpty();
    }

    private ProxiedJob stop(ProxiedJob job, int lanes) throws InterruptedException {
      job.close();
      return start(lanes);
    }

    /** Threads of the stopped job may still be about when the next one starts. */
    private ProxiedJob stopHard(ProxiedJob job, int lanes, LaneCommits commits) throws Exception {
      job.die();
      hardStops++;
      hardStopsAhead += commits.ahead(database) > 0 ? 1 : 0;
      ProxiedJob next = start(lanes);
      job.close();
      return next;
    }

    /** With 0 lanes for whole transactions. */
    private ProxiedJob start(int lanes) throws InterruptedException {
      ProxiedJob job =
          ProxiedJobs.of(
              pair,
              database,
              store,
              lanes == 0 ? Consistency.TRANSACTIONAL : Consistency.PER_KEY,
              Math.max(1, lanes));
      ProxiedJobs.start(job);
      return job;
    }

    private void fill() throws SQLException {
      pair.source().execute("CREATE DATABASE " + database);
      pair.source().execute(CascadeTables.createGate(database).toArray(String[]::new));
      try (Connection connection = pair.source().connect(database);
          Statement statement = connection.createStatement()) {
        for (RandomTables.Table table : tables.tables()) {
          statement.execute(Dialect.of(pair.source().release(), table.create()));
        }
        for (String table : CascadeTables.create(pair.source().release())) {
          statement.execute(table);
        }
        connection.setAutoCommit(false);
        for (int i = 0; i < ROWS_BEFORE; i++) {
          for (String sql : tables.transaction(random)) {
            RandomWriters.execute(statement, sql);
          }
          for (String sql : CascadeTables.alone(database, random)) {
            RandomWriters.execute(statement, sql);
          }
        }
        connection.commit();
      }
    }
  }
}
