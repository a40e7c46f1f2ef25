package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.mysql.DdlNames;
import dev.syncline.mysql.StatementTexts;
import dev.syncline.mysql.StatementTexts.Text;
import dev.syncline.mysql.endtoend.DdlRun.Outcome;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlRelease.Family;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Statements of many kinds that define tables, at a source that a job follows: behind them the
 * target's catalog and rows are the source's.
 */
class DdlJobIT {

  private static final boolean ALL = Integer.getInteger("syncline.kills", 30) >= 600;

  /** Of the statements that are written for themselves, each of so many is run. */
  private static final int STEP = ALL ? 1 : 6;

  private static final int RANDOM = ALL ? 500 : 40;
  private static final int RANDOM_AT_ONCE = 60;
  private static final int LEAST = ALL ? 1_500 : 450;

  /**
   * What servers log less of than it depends on: replicas of theirs have it otherwise, too. A first
   * TIMESTAMP is given a default when other columns change, by a setting that is not logged then.
   */
  private static final Set<String> NOT_LOGGED =
      Set.of("ALTER TABLE t6 ADD t9 TIMESTAMP", "ALTER TABLE t7 ADD a INT");

  /**
   * What a job stops at.
   *
   * @param message what it says of the last statement
   */
  private record Stop(String message, List<String> before, String last) {}

  /** In a fixed order, so that a run is like the one before. */
  private static final List<Stop> STOPS =
      List.of(
          new Stop(
              "it moves rows between tables without logging them",
              List.of(
                  "CREATE TABLE r (id INT) PARTITION BY HASH (id) (PARTITION p)",
                  "CREATE TABLE e (id INT)"),
              "ALTER TABLE r EXCHANGE PARTITION p WITH TABLE e"),
          new Stop(
              "it takes rows from a file",
              List.of("CREATE TABLE f (id INT PRIMARY KEY)"),
              "ALTER TABLE f DISCARD TABLESPACE"),
          new Stop(
              "it converts and defines a column of characters",
              List.of("CREATE TABLE c (a CHAR(3), b CHAR(3)) CHARACTER SET latin1"),
              "ALTER TABLE c CONVERT TO CHARACTER SET utf8mb4, MODIFY b TINYTEXT"),
          new Stop(
              "it has a VARCHAR that is too long for one",
              List.of("CREATE TABLE v (a INT)"),
              "ALTER TABLE v ADD b VARCHAR(60000) CHARACTER SET utf8mb4"));

  /** A MariaDB adds hidden columns for such keys, and the job stops at the first row. */
  private static final Pattern HIDDEN_COLUMN =
      Pattern.compile("(?is).*UNIQUE [^,]*USING HASH.*|.*VARCHAR\\(2000\\), UNIQUE.*");

  @ParameterizedTest
  @EachRelease
  void targetHasWhatTheSourceHas(MySqlRelease release) throws Exception {
    long seed = Long.getLong("syncline.seed", System.nanoTime());
    long began = System.nanoTime();
    System.out.printf("%s, seed %d%n", release, seed);
    try (ServerPair pair = ServerPair.of(release);
        DdlRun run = new DdlRun(pair, DdlNames.same(), seed)) {
      runScript(run, release, "/ddl-job.sql");
      runScript(run, release, "/definitions.sql");
      runCorpus(run, pair, STEP);
      runRandom(run, RANDOM, "");
      run.begin();

      System.out.printf(
          "%s (seed %d), %d ms: %s%n", release, seed, (System.nanoTime() - began) / 1_000_000, run);
      run.stops().forEach((why, all) -> System.out.println("  " + why + ": " + all));
      assertThat(run.problems()).as("seed %d", seed).isEmpty();
      assertThat(run.count()).isGreaterThanOrEqualTo(LEAST);
      assertThat(run.rowsChanged()).isGreaterThanOrEqualTo(LEAST);
      assertThat(run.stopped()).isLessThan(run.count() / 4);
    }
  }

  /** What is not known for sure stops the job by name. */
  @ParameterizedTest
  @EachRelease
  void stopsByNameAtTheRest(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release);
        DdlRun run = new DdlRun(pair, DdlNames.same(), 1)) {
      for (Stop stop : STOPS) {
        run.begin();
        for (String before : stop.before) {
          assertThat(run.run("before", before)).as(before).isEqualTo(Outcome.RUN);
        }

        String message = run.stop(stop.last);

        assertThat(message).contains(stop.message).contains("is not known for sure");
      }
    }
  }

  static void runScript(DdlRun run, MySqlRelease release, String resource) throws Exception {
    run.begin();
    for (String line : StatementTexts.script(resource)) {
      String sql = line.replace("@DB", DdlRun.DATABASE);
      if (sql.isEmpty()) {
        run.speak("UTF-8");
        run.begin();
      } else if (sql.startsWith("-- ")) {
        run.speak(sql.substring(3));
      } else if (sql.startsWith("SET ") || sql.startsWith("INSERT ") || sql.startsWith("UPDATE ")) {
        run.execute(sql);
      } else if (isFollowed(release, sql)) {
        run.run(resource, sql);
      }
    }
    run.speak("UTF-8");
  }

  private static boolean isFollowed(MySqlRelease release, String sql) {
    boolean hides = release.family() == Family.MARIADB && HIDDEN_COLUMN.matcher(sql).matches();
    // Both servers are on one machine, and must not share a file.
    return !hides && !sql.contains(" DIRECTORY") && !NOT_LOGGED.contains(sql);
  }

  /**
   * Runs statements that are written for themselves.
   *
   * @param step of so many one is run, with each release another one
   */
  static void runCorpus(DdlRun run, ServerPair pair, int step) throws Exception {
    MySqlRelease release = pair.source().release();
    List<Text> corpus = StatementTexts.corpus(release);
    Map<Integer, Integer> refused = new TreeMap<>();
    try (DdlTexts texts = new DdlTexts(run, pair.source().connect())) {
      for (int i = List.of(MySqlRelease.values()).indexOf(release) % step;
          i < corpus.size();
          i += step) {
        Text text = corpus.get(i);
        if (isFollowed(release, text.sql()) && texts.run(text) == Outcome.REFUSED) {
          refused.merge(run.refusal(), 1, Integer::sum);
        }
      }
    }
    System.out.println("  statements that are taken by themselves, but not here: " + refused);
  }

  /** Runs so many random statements in a mode. */
  static void runRandom(DdlRun run, int most, String sqlMode) throws Exception {
    int done = 0;
    for (int i = 0; done < most && i < 6 * most; i++) {
      if (i % RANDOM_AT_ONCE == 0) {
        run.begin();
        run.execute("SET SESSION sql_mode = '" + sqlMode + "'");
      }
      String sql = run.random();
      if (sql.startsWith("SET ")) {
        run.execute(sql);
      } else if (run.run("random", sql) == Outcome.RUN) {
        done++;
      }
    }
  }
}
