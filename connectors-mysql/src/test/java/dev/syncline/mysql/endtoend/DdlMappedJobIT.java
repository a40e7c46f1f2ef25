package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.mysql.DdlNames;
import dev.syncline.mysql.ForeseenTables;
import dev.syncline.testkit.server.MySqlRelease;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Statements of many kinds that define tables, at a source whose databases, tables and columns have
 * other names at the target: behind them the target's catalog and rows are the source's but for
 * these names.
 */
class DdlMappedJobIT {

  private static final boolean ALL = Integer.getInteger("syncline.kills", 30) >= 600;
  private static final int STEP = ALL ? 1 : 61;
  private static final int RANDOM = ALL ? 300 : 10;
  private static final int LEAST = ALL ? 1_200 : 20;

  /** What docs/selection.md says of statements that are not put into other names. */
  private static final Pattern DOCUMENTED =
      Pattern.compile(
          Pattern.quote(ForeseenTables.UNTRANSLATED)
              + "(.* may name something that has another name at the target"
              + "|it takes values from a sequence"
              + "|the word '.*' in an expression may be a column .*"
              + "|its engine keeps no foreign keys of it"
              + "|a foreign key is not known"
              + "|column '.*', to which a key refers, is not known at the target"
              // A key that refers to a column which is gone; the source would not take it either.
              + "|it needs column '.*', which is left out .*"
              + "|the name that the source has given to a key is not known; name it"
              + "|column '.*' becomes '.*', of which only one is at the target .*"
              + "|column '.*' gets it in other small or capital letters, .*)",
          Pattern.DOTALL);

  /** A build that has no time for all of them takes one, since names do not depend on it. */
  static List<MySqlRelease> releases() {
    List<MySqlRelease> all = MySqlRelease.selected();
    MySqlRelease usual = MySqlRelease.MYSQL_8_0;
    return ALL ? all : List.of(all.contains(usual) ? usual : all.get(0));
  }

  @ParameterizedTest
  @MethodSource("releases")
  void targetHasWhatTheSourceHasUnderOtherNames(MySqlRelease release) throws Exception {
    long seed = Long.getLong("syncline.seed", System.nanoTime());
    long began = System.nanoTime();
    try (ServerPair pair = ServerPair.of(release);
        DdlRun run = new DdlRun(pair, DdlNames.others(), seed)) {
      if (ALL) {
        DdlJobIT.runScript(run, release, "/ddl-job.sql");
        DdlJobIT.runScript(run, release, "/definitions.sql");
      }
      DdlJobIT.runCorpus(run, pair, STEP);
      // Without it an ENUM may come to have no value, which no copy can have.
      DdlJobIT.runRandom(run, RANDOM, "STRICT_ALL_TABLES");
      run.begin();

      System.out.printf(
          "%s (seed %d), %d ms: %s%n", release, seed, (System.nanoTime() - began) / 1_000_000, run);
      run.stops().forEach((why, all) -> System.out.println("  " + why + ": " + all));
      assertThat(run.problems()).as("seed %d", seed).isEmpty();
      assertThat(run.stops().keySet())
          .filteredOn(why -> why.startsWith(ForeseenTables.UNTRANSLATED))
          .allMatch(why -> DOCUMENTED.matcher(why).matches());
      assertThat(run.count()).isGreaterThanOrEqualTo(LEAST);
      assertThat(run.rowsChanged()).isGreaterThanOrEqualTo(LEAST);
    }
  }
}
